"""The trade-off curve: moves against value, from no moves to the best plan.

A price for moves gives a corner of the lower convex hull of all plans. Between two corners the price that
makes both equally good finds a corner in between or proves that no such corner exists, so that the curve is
refined where it can still change most (dichotomic search; Aneja and Nair: Bicriteria transportation problem,
Management Science 25, 1979).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from optimizer_core.domain import LONGEST_HALVING_NIGHTS, Limits, Plan, Problem, Progress
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.milp import MilpSolver
from optimizer_core.planning.answer import Answer
from optimizer_core.planning.late import prefer_late_moves
from optimizer_core.planning.method import find_plan
from optimizer_core.planning.starts import current_rooms, undo_needless
from optimizer_core.planning.trade import Trader
from optimizer_core.room_paths.relaxation import Prices
from optimizer_core.room_paths.rooms import RoomModel
from optimizer_core.room_paths.values import Valuer

CLOSE = 0.003
"""Relative gap at which a corner is good enough; the bound of each point is stated."""

SHARES = 2
"""Shares of the time left that one corner may take; one share is that time over the corners still to find."""


@dataclass(frozen=True, slots=True)
class TradePoint:
    """One plan of a curve.

    Parameters
    ----------
    moves
        Stays that change rooms.
    value
        Gap cost, adjacency penalties and priced upgrades in points; without the cost of moves.
    bound
        Proved lower bound on the value of every plan with at most as many moves, in points.
    plan
        The plan.
    """

    moves: int
    value: Fraction
    bound: Fraction
    plan: Plan


@dataclass(frozen=True, slots=True)
class _Line:
    """What one price proves: ``value >= total - price * moves`` for every plan, in units."""

    price: int
    total: float


def trade_off(
    problem: Problem,
    solve_milp: MilpSolver,
    limits: Limits,
    *,
    points: int,
    seed: int = 0,
    best: Answer | None = None,
) -> tuple[TradePoint, ...]:
    """Return plans from the fewest moves to the best value, each better than any with fewer moves.

    Parameters
    ----------
    problem
        The hotel; the budget and price for moves of its policy are ignored.
    solve_milp, limits, seed
        The solver and its limits.
    points
        Most points, at least 2.
    best
        The answer without a budget or a price for moves; None to solve for it first.

    Raises
    ------
    ValueError
        If `points` is below 2.
    """
    if points < 2:
        raise ValueError(f"a curve has at least 2 points, not {points}")
    policy = replace(problem.policy, max_moves=None, move_price=None)
    return _Curve(problem.replace(policy=policy), solve_milp, limits, seed).run(points, best)


class _Curve:
    """The corners that are known, and the lines that bound them."""

    def __init__(self, problem: Problem, solve_milp: MilpSolver, limits: Limits, seed: int) -> None:
        self._problem, self._solve_milp, self._limits, self._seed = problem, solve_milp, limits, seed
        self._grid = Grid(problem)
        self._valuer = Valuer(self._grid)
        self._components = find_components(self._grid)
        self._home = current_rooms(problem)
        self._corners: dict[int, tuple[int, dict[int, int]]] = {}
        self._lines: list[_Line] = []
        self._upgrades = 0
        self._models: tuple[RoomModel, ...] = ()
        self._prices: dict[int, list[Prices]] = {}

    def run(self, points: int, best: Answer | None) -> tuple[TradePoint, ...]:
        """Return the curve."""
        best = best or find_plan(self._problem, self._solve_milp, self._limits, seed=self._seed)
        if best.plan is None:
            return ()
        self._upgrades = best.upgrades
        if best.bound is not None:
            self._lines.append(_Line(0, float(best.bound * self._grid.cost_scale)))
        self._keep(self._rooms(best.plan))
        longest = min(max(self._problem.minimum_stays, default=1), LONGEST_HALVING_NIGHTS)
        dearest = 4 * self._grid.cost_scale << longest
        if self._home is not None:
            self._keep(self._home)
        if not self._corners:  # every known plan has more upgrades than the proved minimum
            return ()
        if self._home is None:
            self._ask(dearest, self._limits)
        while len(self._corners) < points and not self._limits.is_over():
            segment = self._widest()
            if segment is None:
                break
            self._limits.report(Progress("trade-off", 10 + 85 * len(self._corners) // points))
            # One hard corner must not take the time of all others.
            share = min(1.0, SHARES / (points - len(self._corners)))
            self._ask(segment, self._limits.part(share))
        return self._points()

    def _rooms(self, plan: Plan) -> dict[int, int]:
        index = self._problem.room_index
        return {
            position: index[plan.room_by_stay[stay.stay_id]]
            for position, stay in enumerate(self._problem.stays)
        }

    def _keep(self, rooms: dict[int, int]) -> None:
        """Keep a plan unless one as good with the same number of moves is known."""
        costs = self._valuer.costs(rooms)
        if self._problem.policy.upgrade_price is None and costs.upgrades > self._upgrades:
            return
        value = self._valuer.value(costs)
        if costs.moves not in self._corners or value < self._corners[costs.moves][0]:
            self._corners[costs.moves] = value, rooms

    def _hull(self) -> list[tuple[int, int]]:
        """Return (moves, value) of the plans that no other plan beats, on the lower convex hull."""
        hull: list[tuple[int, int]] = []
        for moves in sorted(self._corners):
            point = moves, self._corners[moves][0]
            if hull and point[1] >= hull[-1][1]:
                continue
            while len(hull) > 1 and _is_above(hull[-1], hull[-2], point):
                hull.pop()
            hull.append(point)
        return hull

    def _widest(self) -> int | None:
        """Return the price between the neighboring corners with the largest open area, or None."""
        hull = self._hull()
        asked = {line.price for line in self._lines}
        found: list[tuple[float, int]] = []
        for (few, dear), (many, cheap) in pairwise(hull):
            price = max(1, round((dear - cheap) / (many - few)))
            if price not in asked and many - few > 1:
                found.append(((many - few) * float(dear - cheap), price))
        return max(found)[1] if found else None

    def _ask(self, price: int, limits: Limits) -> None:
        """Find the corner of a price for moves, in units."""
        best = min(self._corners.values(), key=lambda corner: corner[0])[1]
        near = sorted(self._prices, key=lambda other: abs(math.log(other / price)))[:2]
        trader = Trader(
            self._grid,
            self._components,
            self._solve_milp,
            limits,
            self._seed,
            best=best,
            known=[rooms for _, rooms in self._corners.values()],
            close=CLOSE,
            move_units=price,
            models=self._models,
            warm=list(zip(*(self._prices[other] for other in near), strict=True)),
        )
        traded = trader.run(self._upgrades)
        self._models = traded.models
        if len(traded.warm) == len(traded.models):
            self._prices[price] = list(traded.warm)
        self._lines.append(_Line(price, traded.bound))
        if traded.rooms is not None:
            self._keep(undo_needless(self._grid, traded.rooms, self._home, price))

    def _points(self) -> tuple[TradePoint, ...]:
        """Return the corners of the hull with their bounds, by moves."""
        scale = self._grid.cost_scale
        numbers = [room.number for room in self._problem.rooms]
        found = []
        for moves, value in self._hull():
            rooms = self._corners[moves][1]
            known = max(line.total - line.price * moves for line in self._lines)
            bound = min(value, int(known)) if known > float("-inf") else 0
            if moves == 0 and NOWHERE not in self._grid.current_room:
                bound = value  # without moves there is only one plan
            rooms = prefer_late_moves(self._grid, rooms)
            plan = Plan({stay.stay_id: numbers[rooms[i]] for i, stay in enumerate(self._problem.stays)})
            found.append(TradePoint(moves, Fraction(value, scale), Fraction(max(0, bound), scale), plan))
        return tuple(found)


def _is_above(point: tuple[int, int], before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Return whether a point lies on or above the line through two others."""
    (few, dear), (moves, value), (many, cheap) = before, point, after
    return (value - dear) * (many - few) >= (cheap - dear) * (moves - few)
