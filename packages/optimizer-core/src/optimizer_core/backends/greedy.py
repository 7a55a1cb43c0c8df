"""A backend without a solver that assigns stays in order of arrival; its plan is also a start plan.

Each stay gets the room just vacated, else one that has been idle long enough, else the one with the shortest
gap; its current room if that costs no more. If no room is idle, current occupants change rooms to make room;
if that fails too, a further type is tried. Nothing is proved.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from optimizer_core.backends.rack import NEVER_USED, NO_FIXED_STAY, PlacedStay, RoomRack
from optimizer_core.domain import RUN_OF_HOUSE, Limit, Limits, Plan, Problem, Reason, Stay
from optimizer_core.objective import Score, adjacency_penalty, gap_cost, score
from optimizer_core.plugins import BackendAnswer

_STAYS_BETWEEN_LOOKS = 1000


class GreedyBackend:
    """Plans in order of arrival, both freely and with current rooms kept, and returns the better plan."""

    def solve(
        self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
    ) -> BackendAnswer:
        """Return the best of the plans in arrival order; `start` and `seed` are ignored."""
        del start, seed
        best: tuple[Score, Plan] | None = None
        for kept in (frozenset(), _keepable(problem)):
            plan = _ArrivalOrder(problem, kept).run(limits)
            if plan is not None:
                found = score(problem, plan)
                if _within_budget(problem, found) and (best is None or found.rank < best[0].rank):
                    best = found, plan
                    limits.report_plan(plan)
            if limits.is_over():
                break
        limit = Limit.METHOD
        if limits.is_cancelled():
            limit = Limit.CANCEL
        elif limits.is_over():
            limit = Limit.TIME
        return _answer(best, limit)


def greedy_plan(problem: Problem) -> Plan | None:
    """Return the plan of the greedy backend without a time limit; None if it finds none."""
    return GreedyBackend().solve(problem, Limits()).plan


def _answer(best: tuple[Score, Plan] | None, limit: Limit) -> BackendAnswer:
    cancelled = limit is Limit.CANCEL
    if best is None:
        reason = Reason.CANCELLED if cancelled else Reason.NO_PLAN_FOUND
        return BackendAnswer(
            reason, limit, detail="planning in order of arrival found no plan, which proves nothing"
        )
    found, plan = best
    reason = Reason.CANCELLED if cancelled else Reason.FEASIBLE
    return BackendAnswer(reason, limit, plan, found.value, detail="planned in order of arrival; no bound")


def _within_budget(problem: Problem, found: Score) -> bool:
    budget = problem.policy.max_moves
    return budget is None or found.moves.total <= budget


def _keepable(problem: Problem) -> frozenset[str]:
    """Return the ids of movable stays that can all keep their rooms, first come, first served."""
    types = {room.number: room.room_type for room in problem.rooms}
    fixed: dict[str, list[Stay]] = {}
    for stay in problem.stays:
        if problem.is_fixed(stay):
            fixed.setdefault(stay.current_room or "", []).append(stay)
    free_from: dict[str, int] = {}
    kept = set()
    for stay in problem.stays:
        number = stay.current_room
        if number is None or number not in types or problem.is_fixed(stay):
            continue
        arrival, departure = problem.night(stay.arrival), problem.night(stay.departure)
        is_free = free_from.get(number, NEVER_USED) <= arrival and not any(
            other.arrival < stay.departure and stay.arrival < other.departure
            for other in fixed.get(number, ())
        )
        if is_free and stay.may_use(types[number]):
            kept.add(stay.stay_id)
            free_from[number] = departure
    return frozenset(kept)


class _ArrivalOrder:
    """One run through the stays in order of arrival.

    Parameters
    ----------
    problem
        The hotel.
    kept
        Ids of movable stays that must keep their current room in this run.
    """

    def __init__(self, problem: Problem, kept: Collection[str]) -> None:
        self._problem = problem
        self._rooms: dict[int, int] = {}
        self._type_groups: dict[tuple[str | None, tuple[str, ...]], tuple[tuple[str, ...], ...]] = {}
        self._costs = _GapCosts(problem)
        scale, policy = problem.cost_scale, problem.policy
        self._move_cost = (policy.move_price or 0) * scale
        self._upgrade_cost = None if policy.upgrade_price is None else policy.upgrade_price * scale
        self._adjacency_cost = adjacency_penalty(problem) if problem.groups else 0
        self._adjacent = [
            tuple(problem.room_index[number] for number in room.adjacent) for room in problem.rooms
        ]
        self._group_rooms: dict[str | None, dict[int, int]] = {label: {} for label in problem.groups}
        fixed: dict[int, list[tuple[int, int]]] = {}
        self._waiting: list[tuple[Stay, PlacedStay]] = []
        for index, stay in enumerate(problem.stays):
            arrival, departure = problem.night(stay.arrival), problem.night(stay.departure)
            if stay.current_room is not None and (problem.is_fixed(stay) or stay.stay_id in kept):
                room = problem.room_index[stay.current_room]
                fixed.setdefault(room, []).append((arrival, departure))
                self._assign(stay, index, room)
            else:
                placed = PlacedStay(index, arrival, departure, self._groups_of_types(stay))
                self._waiting.append((stay, placed))
        self._rack = RoomRack([room.room_type for room in problem.rooms], fixed)

    def run(self, limits: Limits) -> Plan | None:
        """Return a plan; None if a stay gets no room or the limits are reached first."""
        for count, (stay, placed) in enumerate(self._waiting):
            if count % _STAYS_BETWEEN_LOOKS == 0 and limits.is_over():
                return None
            self._rack.advance(placed.arrival)
            if not self._house(stay, placed):
                return None
        stays, rooms = self._problem.stays, self._problem.rooms
        return Plan({stays[index].stay_id: rooms[room].number for index, room in self._rooms.items()})

    def _house(self, stay: Stay, placed: PlacedStay) -> bool:
        choices = placed.types
        if self._upgrade_cost is not None:  # further types compete with the own one, at their price
            choices = (tuple(name for group in choices for name in group), *choices[1:])
        for types in choices:
            room = self._best_idle_room(stay, placed, types)
            if room is not None:
                self._rack.place(placed, room)
                self._assign(stay, placed.index, room)
                return True
            moved = self._rack.make_place(placed, types, may_upgrade=False)
            if moved is None:
                moved = self._rack.make_place(placed, types)
            if moved is not None:
                for index, new_room in moved.items():
                    self._assign(self._problem.stays[index], index, new_room)
                return True
        return False

    def _best_idle_room(self, stay: Stay, placed: PlacedStay, types: Sequence[str]) -> int | None:
        """Return the idle room where the stay costs least; its current room wins ties."""
        found = self._cheapest_spell(stay, placed, types)
        if found is None:
            return None
        if stay.group in self._group_rooms:
            return self._best_for_member(stay, placed, types)
        cost, room_type, spell = found
        current = self._problem.room_index.get(stay.current_room or "")
        if current is not None:
            cost_there = self._cost_in(stay, placed, current, types)
            if cost_there is not None and cost_there <= cost + self._move_cost:
                return current
        return self._rack.idle_rooms(room_type)[spell][0]

    def _cheapest_spell(
        self, stay: Stay, placed: PlacedStay, types: Sequence[str]
    ) -> tuple[int | Fraction, str, tuple[int, int]] | None:
        """Return the idle spell where a stay costs least; the tightest wins ties."""
        departure = placed.departure
        after = self._costs.by_length(departure)
        opening = self._costs.opening(placed.arrival)
        best: tuple[int | Fraction, str, tuple[int, int]] | None = None
        for room_type in types:
            extra = (self._upgrade_cost or 0) if stay.is_upgrade(room_type) else 0
            for spell in self._rack.idle_rooms(room_type):
                since, until = spell
                if until < departure:
                    continue
                cost = opening[spell] + extra
                if until - departure < len(after):
                    cost += after[until - departure]
                if best is None or (cost, until, -since) < (best[0], best[2][1], -best[2][0]):
                    best = cost, room_type, spell
        return best

    def _cost_in(
        self, stay: Stay, placed: PlacedStay, room: int, types: Sequence[str]
    ) -> int | Fraction | None:
        """Return the cost of a stay in a room, without the price of a move; None if it does not fit there."""
        spell, room_type = self._rack.idle_spell(room), self._rack.types[room]
        if spell is None or spell[1] < placed.departure or room_type not in types:
            return None
        extra = (self._upgrade_cost or 0) if stay.is_upgrade(room_type) else 0
        after = self._costs.by_length(placed.departure)
        length = spell[1] - placed.departure
        cost = self._costs.opening(placed.arrival)[spell] + extra
        return cost + (after[length] if length < len(after) else 0)

    def _best_for_member(self, stay: Stay, placed: PlacedStay, types: Sequence[str]) -> int | None:
        """Return the best idle room for a group member, including the penalty without a neighbor."""
        current = self._problem.room_index.get(stay.current_room or "")
        best: tuple[int | Fraction, bool, int] | None = None
        for room_type in types:
            for spell, rooms in self._rack.idle_rooms(room_type).items():
                if spell[1] < placed.departure:
                    continue
                for room in rooms:
                    moves = current is not None and room != current
                    cost = self._cost_in(stay, placed, room, types) or 0
                    cost += self._loneliness(stay, room) + (self._move_cost if moves else 0)
                    if best is None or (cost, moves, room) < best:
                        best = cost, moves, room
        return None if best is None else best[-1]

    def _loneliness(self, stay: Stay, room: int) -> int:
        """Return the penalty of a group member in a room, halved if a neighbor may still come."""
        if stay.group not in self._group_rooms:
            return 0
        taken = self._group_rooms[stay.group].values()
        if any(near in taken for near in self._adjacent[room]):
            return 0
        may_come = any(
            self._rack.idle_spell(near) is not None and stay.may_use(self._rack.types[near])
            for near in self._adjacent[room]
        )
        return self._adjacency_cost // 2 if may_come else self._adjacency_cost

    def _assign(self, stay: Stay, index: int, room: int) -> None:
        self._rooms[index] = room
        if stay.group in self._group_rooms:
            self._group_rooms[stay.group][index] = room

    def _groups_of_types(self, stay: Stay) -> tuple[tuple[str, ...], ...]:
        """Return the types that a stay may use: its own, then each further one separately, best first."""
        key = stay.room_type, stay.further_types
        if key not in self._type_groups:
            allowed = self._problem.allowed_types(stay)
            if stay.room_type is RUN_OF_HOUSE:
                groups: tuple[tuple[str, ...], ...] = (allowed,)
            else:
                order = dict.fromkeys((stay.room_type, *stay.further_types))
                groups = tuple((name,) for name in order if name in allowed)
            self._type_groups[key] = groups
        return self._type_groups[key]


class _Opening(dict[tuple[int, int], int]):
    """Cost that an arrival on one night adds in an idle spell, without the gap after it; computed lazily."""

    def __init__(self, costs: _GapCosts, arrival: int) -> None:
        super().__init__()
        self._costs = costs
        self.arrival = arrival

    def __missing__(self, spell: tuple[int, int]) -> int:
        """Return the gap before the arrival less the gap that the spell would be if it stayed idle."""
        since, until = spell
        cost = 0
        if since != NEVER_USED:
            cost = self._costs.of(since, self.arrival)
            if until != NO_FIXED_STAY:
                cost -= self._costs.of(since, until)
        self[spell] = cost
        return cost


class _GapCosts:
    """Gap costs by first free night and length."""

    def __init__(self, problem: Problem) -> None:
        scale = problem.cost_scale
        tables = {
            nights: [gap_cost(nights, length, scale) for length in range(2 * nights + 1)]
            for nights in set(problem.minimum_stays)
        }
        self._tables = [tables[nights] for nights in problem.minimum_stays]
        self._opening = _Opening(self, NEVER_USED)

    def by_length(self, start: int) -> Sequence[int]:
        """Return the costs of the gaps that begin on a night, by length; longer ones cost nothing."""
        return self._tables[start] if start < len(self._tables) else ()

    def of(self, start: int, end: int) -> int:
        """Return the cost of the gap ``[start, end)``."""
        table = self.by_length(start)
        return table[end - start] if end - start < len(table) else 0

    def opening(self, arrival: int) -> _Opening:
        """Return the costs of arriving on a night, by idle spell."""
        if self._opening.arrival != arrival:
            self._opening = _Opening(self, arrival)
        return self._opening
