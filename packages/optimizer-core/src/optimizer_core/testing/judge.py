"""The exact optimum of a small hotel, from a plain model that shares no code with the product's methods.

One 0/1 variable for each stay and room, one variable for each gap that a room may have between two stays.
Nothing is merged, nothing is left out, so a reader can compare the model with the problem statement line by
line. `optimizer_core.testing.oracle` needs no solver but stops at about 15 stays of small minimum stay; this
judge takes 30 stays and minimum stays of 21 nights.

Exactness: the solver works in floating point, while costs range over 2^42 and more. So a cost is never one
float. It is written in digits of base `BASE`, one row of the model each, with integer carries, and minimized
digit by digit from the top. Every number in the model stays below `BASE` times a small count, and each plan
the solver returns is costed again in exact fractions; if the two differ, the judge raises an error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array

from optimizer_core.domain import Plan, Problem, Room, Stay
from optimizer_core.testing.oracle import BestPlan, Rank

BASE_BITS = 10
BASE = 1 << BASE_BITS
"""Base of the digits of a cost: 1e-6, the solver's tolerance on integers, times this is far below 1/2."""

_OPTIMAL = 0
_INFEASIBLE = 2
"""States of `scipy.optimize.milp`."""


def exact_plan(problem: Problem) -> BestPlan | None:
    """Return a best plan, None if no plan exists; for about 7 rooms and 30 stays.

    Its rank is the one of `best_plan`: stays outside their own type if they have no price, value in
    points, moves.

    Raises
    ------
    ArithmeticError
        If the solver's cost of the plan differs from the exact cost, so that nothing is proved.
    """
    model = _HotelModel(problem)
    plan = model.solve(model.upgrades if problem.policy.upgrade_price is None else {})
    if plan is None:
        return None
    upgrades = None
    if problem.policy.upgrade_price is None:
        upgrades = _figures(problem, plan)[0]
        model.add_row(model.upgrades, 0, upgrades)
    value = _least_value(model)
    moves = _fewest_moves(problem, upgrades, value, at_most=False)
    if moves is None:
        raise ArithmeticError("the best plan was lost while its moves were counted")
    return moves


def fewest_moves(problem: Problem, upgrades: int, value: Fraction) -> int | None:
    """Return the fewest moves of a plan of at most this many upgrades and this value; None without one.

    Parameters
    ----------
    problem
        The hotel, with the budget and the prices of its policy.
    upgrades
        Most stays outside their own type; ignored if upgrades have a price.
    value
        Highest value in points.
    """
    most = upgrades if problem.policy.upgrade_price is None else None
    found = _fewest_moves(problem, most, value, at_most=True)
    return None if found is None else found.rank[2]


def _least_value(model: _HotelModel) -> Fraction:
    """Return the least value among the plans of a model, digit by digit."""
    problem = model.problem
    largest = max(model.cost.values(), default=0) or 1
    rough = model.solve({column: cost / largest for column, cost in model.cost.items()})
    if rough is None:
        raise ArithmeticError("the solver found a plan and then none")
    value = _figures(problem, rough)[1]
    digits = model.add_digits(model.units(value))
    for level in reversed(digits):
        plan = model.solve({level.total: 1.0})
        if plan is None:
            raise ArithmeticError("the solver lost the plan it had found")
        value = _figures(problem, plan)[1]
        digit = model.units(value) >> level.shift
        if level is not digits[-1]:
            digit %= BASE
        if digit != round(model.last_objective):
            raise ArithmeticError(f"the solver states digit {model.last_objective}, the plan has {digit}")
        model.fix(level.total, digit)
    return value


def _fewest_moves(
    problem: Problem, upgrades: int | None, value: Fraction, *, at_most: bool
) -> BestPlan | None:
    """Return a plan of the fewest moves among those of a value, or of at most this value."""
    model = _HotelModel(problem)
    if upgrades is not None:
        model.add_row(model.upgrades, 0, upgrades)
    units = math.floor(value / model.unit)
    levels = model.add_digits(units, with_slack=at_most)
    for level in levels:
        digit = units >> level.shift
        model.fix(level.total, digit if level is levels[-1] else digit % BASE)
    plan = model.solve(model.moves)
    if plan is None:
        return None
    figures = _figures(problem, plan)
    if figures[2] != round(model.last_objective) or figures[1] > value:
        raise ArithmeticError(f"the solver states {model.last_objective} moves, the plan has {figures}")
    if not at_most and figures[1] != value:
        raise ArithmeticError(f"the plan should cost {value}, and costs {figures[1]}")
    ranked = figures[0] if problem.policy.upgrade_price is None else 0
    return BestPlan((ranked, *figures[1:]), plan)


@dataclass(frozen=True, slots=True)
class _Level:
    """One digit of the cost: the column that holds it, and the bits below it."""

    total: int
    shift: int


@dataclass
class _HotelModel:
    """The 0/1 model of a hotel; columns and rows may be added.

    Every room is a path through its stays: a unit starts at the arrival of its first stay and leaves at
    the departure of its last. A morning has two nodes, "just left" and "about to arrive"; a gap leads
    from the first of one morning to the second of a later one, and a guest may follow another at once
    from the first to the second of the same morning.
    """

    problem: Problem
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    integer: list[bool] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    points: dict[int, Fraction] = field(default_factory=dict)
    moves: dict[int, float] = field(default_factory=dict)
    upgrades: dict[int, float] = field(default_factory=dict)
    in_room: dict[tuple[int, int], int] = field(default_factory=dict)
    last_objective: float = 0.0

    def __post_init__(self) -> None:
        """Build the model of the hotel."""
        for index, stay in enumerate(self.problem.stays):
            self._add_stay(index, stay)
        for index in range(len(self.problem.rooms)):
            self._add_path(index)
        self._add_groups()
        if self.problem.policy.max_moves is not None:
            self.add_row(self.moves, 0, self.problem.policy.max_moves)
        self.unit = Fraction(1, math.lcm(1, *(points.denominator for points in self.points.values())))
        self.cost = {column: self.units(points) for column, points in self.points.items()}

    def units(self, points: Fraction) -> int:
        """Return points as a whole number of the smallest unit of the hotel's costs."""
        units = points / self.unit
        if units.denominator != 1:
            raise ArithmeticError(f"{points} points are not a multiple of {self.unit}")
        return units.numerator

    def add_column(self, upper: float = 1.0, *, integer: bool = True, points: Fraction | int = 0) -> int:
        """Add a variable from 0 to `upper` that costs points, and return its position."""
        self.lower.append(0.0)
        self.upper.append(upper)
        self.integer.append(integer)
        column = len(self.lower) - 1
        if points:
            self.points[column] = Fraction(points)
        return column

    def add_row(self, terms: Mapping[int, float], lower: float, upper: float) -> None:
        """Add a row; a row without terms is skipped."""
        if terms:
            self.rows.append((dict(terms), lower, upper))

    def fix(self, column: int, value: int) -> None:
        """Fix a variable at a value."""
        self.lower[column] = self.upper[column] = float(value)

    def add_digits(self, most: int, *, with_slack: bool = False) -> list[_Level]:
        """Write the cost in digits, lowest first, and exclude columns that cost more than `most` units.

        With slack, each digit may be less than its fixed number, so that the cost may be lower.
        """
        for column, cost in self.cost.items():
            if cost > most:
                self.upper[column] = 0.0
        levels: list[_Level] = []
        carry: int | None = None
        count = max(1, math.ceil(most.bit_length() / BASE_BITS))
        for position in range(count):
            shift = position * BASE_BITS
            is_top = position == count - 1
            terms = {
                column: float((cost >> shift) % BASE)
                for column, cost in self.cost.items()
                if cost <= most and (cost >> shift) % BASE
            }
            room = most >> shift if is_top else BASE - 1
            total = self.add_column(room)
            terms[total] = -1.0
            if with_slack:
                terms[self.add_column(room)] = 1.0
            if carry is not None:
                terms[carry] = 1.0
            if not is_top:
                carry = self.add_column(float(most >> (shift + BASE_BITS)))
                terms[carry] = -float(BASE)
            self.add_row(terms, 0, 0)
            levels.append(_Level(total, shift))
        return levels

    def solve(self, objective: Mapping[int, float]) -> Plan | None:
        """Return the plan of least objective, None if no plan exists; keeps the objective's value.

        Raises
        ------
        ArithmeticError
            If the solver ends without a proof.
        """
        if not self.lower:
            return Plan({})
        weights = np.zeros(len(self.lower))
        for column, weight in objective.items():
            weights[column] = weight
        found = self._run(weights, presolve=True)
        if found.status not in {_OPTIMAL, _INFEASIBLE}:  # the solver's presolve fails on some models
            found = self._run(weights, presolve=False)
        if found.status == _INFEASIBLE:
            return None
        if found.status != _OPTIMAL:
            raise ArithmeticError(f"the solver ended without a proof: {found.message}")
        self.last_objective = float(found.fun)
        rooms, stays = self.problem.rooms, self.problem.stays
        return Plan(
            {
                stays[stay].stay_id: rooms[room].number
                for (stay, room), column in self.in_room.items()
                if found.x[column] > 0.5
            }
        )

    def _run(self, weights: np.ndarray, *, presolve: bool) -> OptimizeResult:
        return milp(
            weights,
            integrality=np.array(self.integer, dtype=np.uint8),
            bounds=Bounds(np.array(self.lower), np.array(self.upper)),
            constraints=self._constraints(),
            options={"mip_rel_gap": 0.0, "presolve": presolve},
        )

    def _constraints(self) -> LinearConstraint:
        entries = [
            (row, column, factor)
            for row, (terms, _, _) in enumerate(self.rows)
            for column, factor in terms.items()
        ]
        rows, columns, factors = zip(*entries, strict=True)
        matrix = csr_array((factors, (rows, columns)), shape=(len(self.rows), len(self.lower)))
        return LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows])

    def _add_stay(self, index: int, stay: Stay) -> None:
        """Add one variable for each room that the stay may have; it gets exactly one."""
        policy = self.problem.policy
        mine: dict[int, float] = {}
        for position, room in enumerate(self.problem.rooms):
            if not _may_have(self.problem, stay, room):
                continue
            moved, upgraded = _is_move(self.problem, stay, room), _is_upgrade(stay, room)
            points = (policy.move_price or 0) * moved + (policy.upgrade_price or 0) * upgraded
            column = self.add_column(points=points)
            mine[column] = 1.0
            self.in_room[index, position] = column
            if moved:
                self.moves[column] = 1.0
            if upgraded:
                self.upgrades[column] = 1.0
        # A stay without any room at all makes the hotel infeasible through a variable held at 0.
        self.add_row(mine or {self.add_column(0.0): 1.0}, 1, 1)

    def _add_path(self, position: int) -> None:
        """Add the path of a room: starts, ends, gaps, and one stay right after another."""
        stays = self.problem.stays
        mine = {stay: column for (stay, room), column in self.in_room.items() if room == position}
        left: dict[date, dict[int, float]] = {}
        due: dict[date, dict[int, float]] = {}
        for stay, column in mine.items():
            left.setdefault(stays[stay].departure, {})[column] = 1.0
            due.setdefault(stays[stay].arrival, {})[column] = -1.0
        starts: dict[int, float] = {}
        for arriving in due.values():
            start = self.add_column(integer=False)
            arriving[start] = starts[start] = 1.0
        for morning, leaving in left.items():
            leaving[self.add_column(integer=False)] = -1.0  # the path ends here
            for later, arriving in due.items():
                if later >= morning:
                    gap = self.add_column(points=_gap_points(self.problem, morning, later))
                    leaving[gap], arriving[gap] = -1.0, 1.0
        for terms in (*left.values(), *due.values()):
            self.add_row(terms, 0, 0)
        self.add_row(starts, 0, 1)

    def _add_groups(self) -> None:
        """Add one variable for each member, which is 1 if no other member is next door."""
        penalty = 100 << min(self.problem.minimum_stay.default_nights, 21)
        for members in _groups(self.problem).values():
            for member in members:
                apart = self.add_column(points=penalty)
                for position, room in enumerate(self.problem.rooms):
                    column = self.in_room.get((member, position))
                    if column is None:
                        continue
                    terms = {apart: 1.0, column: -1.0}
                    for other in members:
                        for near, neighbor in enumerate(self.problem.rooms):
                            beside = self.in_room.get((other, near))
                            if other != member and neighbor.number in room.adjacent and beside is not None:
                                terms[beside] = 1.0
                    self.add_row(terms, 0, math.inf)


def _figures(problem: Problem, plan: Plan) -> Rank:
    """Return upgrades, value in points and moves of a plan, counted from the problem statement.

    Raises
    ------
    ArithmeticError
        If a stay is in a room that it may not have, or two stays share a room.
    """
    room_by_number = {room.number: room for room in problem.rooms}
    upgrades = moves = 0
    value = Fraction(0)
    held: dict[str, list[Stay]] = {}
    for stay in problem.stays:
        room = room_by_number[plan.room_by_stay[stay.stay_id]]
        if not _may_have(problem, stay, room):
            raise ArithmeticError(f"stay {stay.stay_id!r} may not have room {room.number!r}")
        upgrades += _is_upgrade(stay, room)
        moves += _is_move(problem, stay, room)
        held.setdefault(room.number, []).append(stay)
    for stays in held.values():
        for before, after in pairwise(sorted(stays, key=lambda stay: stay.arrival)):
            if after.arrival < before.departure:
                raise ArithmeticError(f"{before.stay_id!r} and {after.stay_id!r} share a room")
            value += _gap_points(problem, before.departure, after.arrival)
    for members in _groups(problem).values():
        rooms = [room_by_number[plan.room_by_stay[problem.stays[member].stay_id]] for member in members]
        for me, room in enumerate(rooms):
            others = (other.number for position, other in enumerate(rooms) if position != me)
            if not room.adjacent.intersection(others):
                value += 100 << min(problem.minimum_stay.default_nights, 21)
    value += (problem.policy.upgrade_price or 0) * upgrades
    value += (problem.policy.move_price or 0) * moves
    return upgrades, value, moves


def _gap_points(problem: Problem, first: date, until: date) -> Fraction:
    """Return 2^(m-L+1) for L < m, 2^(m-L) for m <= L <= 2m, 0 beyond; 0 without a gap.

    It falls more slowly where m is more than 21.
    """
    minimum, length = problem.minimum_stay.on(first), (until - first).days
    if length == 0 or length > 2 * minimum:
        return Fraction(0)
    if minimum > 21:
        return _slow_points(minimum, length)
    return Fraction(2) ** (minimum - length + (1 if length < minimum else 0))


def _slow_points(minimum: int, length: int) -> Fraction:
    """Return the cost at a minimum stay of more than 21 nights, in whole parts of 2^-21 points.

    Between two lengths that correspond to whole nights at 21, it falls along a straight line.
    """
    steps = 21 * length // minimum
    high = Fraction(2) ** (21 - steps)
    beyond = Fraction(21 * length, minimum) - steps
    points = (high - beyond * high / 2) * (2 if length < minimum else 1)
    return Fraction(math.floor(points * 2**21) + 2 * minimum - length, 2**21)


def _must_stay(problem: Problem, stay: Stay) -> bool:
    """Return whether a stay must keep its room: a lock, a block, the movable nights, or the day."""
    if stay.is_locked or stay.is_block or stay.is_in_house:
        return True
    nights = [stay.arrival + timedelta(night) for night in range(stay.los_nights)]
    if problem.movable_first is not None and nights[0] < problem.movable_first:
        return True
    if problem.movable_last is not None and nights[-1] > problem.movable_last:
        return True
    has_room = any(room.number == stay.current_room for room in problem.rooms)
    return problem.today is not None and has_room and (nights[0] - problem.today).days < problem.freeze_days


def _may_have(problem: Problem, stay: Stay, room: Room) -> bool:
    if _must_stay(problem, stay):
        return room.number == stay.current_room
    return stay.room_type is None or room.room_type in {stay.room_type, *stay.further_types}


def _is_move(problem: Problem, stay: Stay, room: Room) -> bool:
    has_room = any(other.number == stay.current_room for other in problem.rooms)
    return has_room and stay.current_room != room.number


def _is_upgrade(stay: Stay, room: Room) -> bool:
    return stay.room_type is not None and stay.room_type != room.room_type


def _groups(problem: Problem) -> dict[str, list[int]]:
    """Return the positions of the members of each group of two and more."""
    groups: dict[str, list[int]] = {}
    for index, stay in enumerate(problem.stays):
        if stay.group is not None:
            groups.setdefault(stay.group, []).append(index)
    return {label: members for label, members in groups.items() if len(members) > 1}
