"""Moves against value: a price or a budget for moves, by the room-path model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer_core.domain import Limits
from optimizer_core.network.components import Component, find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.milp import MilpSolver
from optimizer_core.planning.starts import Chains, current_rooms
from optimizer_core.room_paths.fewest import fewest_moves
from optimizer_core.room_paths.lattice import fixed_upgrades
from optimizer_core.room_paths.passes import Cap, Weights
from optimizer_core.room_paths.question import Found, Question
from optimizer_core.room_paths.relaxation import Prices
from optimizer_core.room_paths.rooms import RoomModel, masks_of, rooms_of
from optimizer_core.room_paths.search import EXACT_PAIRS, REFINED_PAIRS, Search
from optimizer_core.room_paths.values import Valuer, penalty_units

BUDGET_SHARES = (0.0, 0.05, 0.2, 0.5, 1.0, 1.5, 2.0)
"""Start prices of a move under a budget, as shares of the largest gap cost."""

MOST_STARTS = 4
"""Known plans to start from: the best ones."""

SMALL_PAIRS = 12_000
"""Arcs of all rooms up to which plans of equal value are compared by their moves."""


@dataclass(frozen=True)
class Traded:
    """A plan under a price or a budget for moves.

    Parameters
    ----------
    rooms
        Room of every stay; None if no plan is known.
    bound
        Proved lower bound on the value, in units; infinite if it is proved that no plan exists.
    upgrades
        Proved lower bound on the upgrades.
    prices
        The questions, each with the prices that prove its bound.
    models
        The components that were planned together.
    warm
        For each of them the best prices, to start from at another price.
    """

    rooms: dict[int, int] | None
    bound: float
    upgrades: int
    prices: tuple[tuple[Question, Prices], ...] = ()
    models: tuple[RoomModel, ...] = ()
    warm: tuple[Prices, ...] = ()

    @property
    def is_infeasible(self) -> bool:
        """Whether it is proved that no plan is within the budget."""
        return self.bound == math.inf


class Trader:
    """Finds plans under a price or a budget for moves.

    Parameters
    ----------
    grid, components
        The hotel and its components.
    solve_milp, limits, seed
        The solver and its limits.
    best
        Room of every stay in the best plan without limits on moves; None if unknown.
    known
        Further known plans.
    close
        Relative gap of value and bound that is sufficient; 0 to solve to optimality.
    move_units
        Price of a move in units; None for that of the policy.
    models
        Models from an earlier trader with equal arguments; empty to build them.
    warm
        For each of these models, start prices besides those of the pooled model.
    """

    def __init__(
        self,
        grid: Grid,
        components: Sequence[Component],
        solve_milp: MilpSolver,
        limits: Limits,
        seed: int,
        *,
        best: Mapping[int, int] | None,
        known: Sequence[Mapping[int, int]] = (),
        close: float = 0.0,
        move_units: int | None = None,
        models: Sequence[RoomModel] = (),
        warm: Sequence[Sequence[Prices]] = (),
    ) -> None:
        self.grid, self.components = grid, tuple(part for part in components if part.stays)
        self.solve_milp, self.limits, self.seed = solve_milp, limits, seed
        self.best, self.known, self.close = best, tuple(known), close
        self.valuer = Valuer(grid)
        self.home = current_rooms(grid.problem)
        policy, scale = grid.problem.policy, grid.cost_scale
        self.move_units = int((policy.move_price or 0) * scale) if move_units is None else move_units
        self.models, self.warm = tuple(models), {id(m): tuple(w) for m, w in zip(models, warm, strict=False)}
        self.upgrade_units = int((policy.upgrade_price or 0) * scale)
        self.most_moves = policy.max_moves
        self.held: Mapping[int, int] | None = None

    def run(self, upgrades: int) -> Traded:
        """Return the best plan under the policy.

        Parameters
        ----------
        upgrades
            Proved lower bound on the upgrades of any plan, fixed stays included.
        """
        parts = list(self.models)
        if not parts and self.components:
            together = [self.components] if self.most_moves is not None else [[c] for c in self.components]
            parts = [self._model(components) for components in together]
        if any(model.groups is not None and model.num_pairs > REFINED_PAIRS for model in parts):
            held = self._hold_members(upgrades)
            if any(model.groups is not None and model.num_pairs > EXACT_PAIRS for model in parts):
                return self._bounded(parts, held, upgrades)
            self.held = held
        rooms = {stay: room for stay, room in enumerate(self.grid.fixed_room) if room >= 0}
        bound, least = float(self._constants()), upgrades
        prices: list[tuple[Question, Prices]] = []
        warm: list[Prices] = []
        complete = True
        # Small components first, so that a large one does not take their time.
        by_size = sorted(range(len(parts)), key=lambda position: parts[position].num_pairs)
        only = upgrades if len(parts) == 1 else None
        answers = {position: self._ask(parts[position], only) for position in by_size}
        for position in range(len(parts)):
            asked = answers[position]
            bound += asked.bound
            least = max(least, asked.upgrades) if len(parts) == 1 else least
            prices += asked.prices
            warm += asked.warm
            if asked.rooms is None:
                complete = False
            else:
                rooms |= asked.rooms
        return Traded(rooms if complete else None, bound, least, tuple(prices), tuple(parts), tuple(warm))

    def _hold_members(self, upgrades: int) -> Mapping[int, int] | None:
        """Return the best plan with group members where the best plan known has them; None if none is known.

        With the members held the groups need no rows, and the rest is planned quickly.
        """
        best = next(iter(self._starts), None)
        if best is None or not self._keeps_to_budget(best):
            return None
        members = {member for group in self.valuer.groups for member in group}
        grid = Grid(self.grid.problem, {**self.grid.held, **{m: best[m] for m in sorted(members)}})
        away = sum(self.grid.current_room[m] not in (NOWHERE, best[m]) for m in members)
        trader = Trader(
            grid,
            find_components(grid, with_groups=False),
            self.solve_milp,
            self.limits,
            self.seed,
            best=best,
            move_units=self.move_units,
        )
        trader.most_moves = None if self.most_moves is None else self.most_moves - away
        traded = trader.run(upgrades)
        return best if traded.rooms is None or self._rank(traded.rooms) > self._rank(best) else traded.rooms

    def _bounded(self, parts: Sequence[RoomModel], rooms: Mapping[int, int] | None, upgrades: int) -> Traded:
        """Return a plan with a bound, for components whose groups are too many for the exact model."""
        if rooms is None:
            return Traded(None, -math.inf, upgrades)
        bound = float(self._constants())
        for model in parts:
            question = Question(model.lattices, self._weights, self._budget(model), model.groups)
            search = Search(question, self.solve_milp, self.limits, self.seed)
            found = search.run(self._prices(model, self._weights, question.caps), is_bound_enough=True)
            bound += found.bound - self.move_units * model.num_homeless
        return Traded(dict(rooms), bound, upgrades)

    @property
    def _weights(self) -> Weights:
        return Weights(
            gap=1, move=self.move_units, upgrade=self.upgrade_units, apart=penalty_units(self.grid)
        )

    def _keeps_to_budget(self, rooms: Mapping[int, int]) -> bool:
        return self.most_moves is None or self.valuer.costs(rooms).moves <= self.most_moves

    def _rank(self, rooms: Mapping[int, int]) -> tuple[int, int, int]:
        """Return the sort key of a plan at the price of this trader."""
        costs = self.valuer.costs(rooms)
        upgrades, value, moves = self.valuer.rank(costs)
        policy, scale = self.grid.problem.policy, self.grid.cost_scale
        own = int((policy.move_price or 0) * scale)
        return upgrades, value + (self.move_units - own) * costs.moves, moves

    def _constants(self) -> int:
        """Return the cost in every plan: gaps without movable stays, and separated groups of fixed stays."""
        fixed, grid = self.grid.fixed_room, self.grid
        planned = {kind for component in self.components for kind in component.kinds}
        held = [line for room, line in grid.fixed_of_room.items() if grid.room_type[room] not in planned]
        rooms = {stay: room for stay, room in enumerate(fixed) if room >= 0}
        groups = [members for members in self.valuer.groups if all(m in rooms for m in members)]
        apart = sum(self.valuer.apart(members, rooms) for members in groups)
        return sum(map(self.valuer.line_cost, held)) + penalty_units(grid) * apart

    def fewest_moves(self, traded: Traded) -> tuple[dict[int, int], int]:
        """Return a plan of the same value with the fewest moves, and a bound on them; small hotels only."""
        rooms, bound = dict(traded.rooms or {}), 0
        ranked = self.grid.problem.policy.upgrade_price is None
        for model in traded.models:
            if model.num_pairs > SMALL_PAIRS:
                return rooms, 0
            found = fewest_moves(model, rooms, self._weights, is_upgrade_ranked=ranked)
            rooms |= found.rooms or {}
            bound += found.bound
        return rooms, bound

    def _model(self, components: Sequence[Component]) -> RoomModel:
        """Return the model of some components, with their groups if it is small."""
        arguments = (self.grid, components, self.solve_milp, self.limits, self.seed)
        if not self.grid.problem.groups:
            return RoomModel(*arguments)
        return RoomModel(*arguments, with_groups=True)

    def _ask(self, model: RoomModel, upgrades: int | None) -> Traded:
        """Return the best plan of some components."""
        budget = self._budget(model)
        fixed = sum(fixed_upgrades(self.grid, lattice) for lattice in model.lattices)
        caps: tuple[Cap, ...] = budget
        least = upgrades or 0
        has_choice = any(lattice.upgrade is not None for lattice in model.lattices)
        if self.grid.problem.policy.upgrade_price is None and has_choice:
            fewest = self._search(model, Weights(upgrade=1), budget)
            if fewest.masks is None:
                return Traded(None, fewest.bound if fewest.is_infeasible else -math.inf, least)
            held = self.grid.count_upgrades(
                {stay: room for stay, room in enumerate(self.grid.fixed_room) if room >= 0}
            )
            least = max(least, int(max(0.0, fewest.bound)) + fixed + held)
            caps = (*budget, Cap(Weights(upgrade=1), fewest.value))
        weights = self._weights
        found = self._search(model, weights, caps)
        constant = self.upgrade_units * fixed - self.move_units * model.num_homeless
        if found.masks is None:
            return Traded(None, found.bound if found.is_infeasible else -math.inf, least)
        question = Question(model.lattices, weights, caps, model.groups)
        rooms = rooms_of(self.grid, model.lattices, found.masks)
        best_prices = found.best_prices or found.prices
        return Traded(rooms, found.bound + constant, least, ((question, found.prices),), warm=(best_prices,))

    def _budget(self, model: RoomModel) -> tuple[Cap, ...]:
        if self.most_moves is None:
            return ()
        return (Cap(Weights(move=1), self.most_moves + model.num_homeless),)

    def _search(self, model: RoomModel, weights: Weights, caps: tuple[Cap, ...]) -> Found:
        """Answer a question, starting from the known plans."""
        question = Question(model.lattices, weights, caps, model.groups)
        search = Search(question, self.solve_milp, self.limits, self.seed, close=self.close)
        known = [*self._starts[:MOST_STARTS], *([] if self.held is None else [self.held])]
        plans = [masks_of(self.grid, model.lattices, rooms) for rooms in known]
        return search.run(self._prices(model, weights, caps), [plan for plan in plans if plan is not None])

    @cached_property
    def _starts(self) -> list[Mapping[int, int]]:
        """Return the known plans, the best first: current rooms, given plans, chains of the best one."""
        known = [rooms for rooms in (self.home, self.best, *self.known) if rooms is not None]
        if self.home is not None and self.best is not None:
            known.append(Chains(self.grid, self.home, self.best).take(self.most_moves, self.move_units))
        return sorted(known, key=lambda rooms: (not self._keeps_to_budget(rooms), self._rank(rooms)))

    def _prices(self, model: RoomModel, weights: Weights, caps: Sequence[Cap]) -> list[Prices]:
        """Return prices to start from: those of the pooled model, half the price of a move, and both."""
        scale = float(self.grid.cost_scale)
        pool = model.pool_prices * weights.gap
        starts = []
        moves: Sequence[float] = [weights.move]
        if any(cap.usage.move for cap in caps):
            dearest = max((float(lattice.gap.max(initial=1)) for lattice in model.lattices), default=1.0)
            moves = [weights.move + weights.gap * dearest * share for share in BUDGET_SHARES]
        for price in moves:
            of_cap = np.array(
                [price - weights.move if cap.usage.move else scale for cap in caps], dtype=np.float64
            )
            half = np.full(pool.shape[0], price / 2)
            starts += [Prices(pool, of_cap), Prices(half, of_cap), Prices(pool + half, of_cap)]
        fitting = [w for w in self.warm.get(id(model), ()) if w.of_cap.shape[0] == len(caps)]
        return [*starts, *fitting] if weights.gap else starts
