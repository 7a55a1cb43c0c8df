"""The rooms of a plan as sets of nights, to find free rooms, blocking stays and gap costs."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise

from optimizer_core.domain import Plan
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.objective import gap_cost

Line = list[tuple[int, int, int]]
"""Stays of a room in order: arrival, departure, position of the stay."""


def nights_mask(arrival: int, departure: int) -> int:
    """Return the nights ``[arrival, departure)`` as bits."""
    return (1 << departure) - (1 << arrival)


class Board:
    """A valid plan of a hotel, room by room.

    Parameters
    ----------
    grid
        The hotel.
    plan
        A plan that the verifier accepts.
    releasable
        Positions of the stays that only a lock keeps in their room.
    """

    def __init__(self, grid: Grid, plan: Plan, releasable: Iterable[int] = ()) -> None:
        self.grid = grid
        self._releasable = frozenset(releasable)
        problem = grid.problem
        index = problem.room_index
        self.room_of = [index[plan.room_by_stay[stay.stay_id]] for stay in problem.stays]
        self.lines: list[Line] = [[] for _ in problem.rooms]
        self.occupied = [0] * len(problem.rooms)
        for stay, room in enumerate(self.room_of):  # in order of arrival
            self.lines[room].append((grid.arrival[stay], grid.departure[stay], stay))
            self.occupied[room] |= nights_mask(grid.arrival[stay], grid.departure[stay])

    @cached_property
    def kinds_of_stay(self) -> list[tuple[int, ...]]:
        """Types that each stay may be given while locks hold, its own first."""
        return self.grid.types_of_stay

    @cached_property
    def released_kinds(self) -> list[tuple[int, ...]]:
        """Types that each stay might be given if no lock held."""
        problem = self.grid.problem
        position = {name: index for index, name in enumerate(problem.room_types)}
        return [
            tuple(position[name] for name in problem.allowed_types(stay))
            if self.is_releasable(index)
            else self.kinds_of_stay[index]
            for index, stay in enumerate(problem.stays)
        ]

    def is_releasable(self, stay: int) -> bool:
        """Return whether only its lock keeps the stay in its room."""
        return stay in self._releasable

    def closure(self, kinds: Iterable[int], *, releasing: bool = False) -> tuple[int, ...]:
        """Return the types that stays link to some types, these included.

        Parameters
        ----------
        kinds
            Positions of types.
        releasing
            Whether locked stays link all types that they may use.
        """
        found = set(kinds)
        links = set(self.released_kinds if releasing else self.kinds_of_stay)
        before = -1
        while len(found) != before:
            before = len(found)
            for link in links:
                if found.intersection(link):
                    found.update(link)
        return tuple(sorted(found))

    def is_movable(self, stay: int) -> bool:
        """Return whether the stay may leave its room."""
        return self.grid.fixed_room[stay] == NOWHERE

    def rooms(self, kinds: Iterable[int]) -> list[int]:
        """Return the rooms of some types."""
        return [room for kind in kinds for room in self.grid.rooms_of_type[kind]]

    def sold_out(self, kinds: Iterable[int], arrival: int, departure: int) -> list[int]:
        """Return the nights of ``[arrival, departure)`` on which no room of some types is free."""
        taken = nights_mask(arrival, departure)
        for room in self.rooms(kinds):
            taken &= self.occupied[room]
        return [night for night in range(arrival, departure) if taken >> night & 1]

    def free_rooms(self, kinds: Iterable[int], arrival: int, departure: int) -> list[int]:
        """Return the rooms of some types that are free on all nights ``[arrival, departure)``."""
        mask = nights_mask(arrival, departure)
        occupied = self.occupied
        return [room for room in self.rooms(kinds) if not occupied[room] & mask]

    def blockers(self, room: int, arrival: int, departure: int) -> list[int]:
        """Return the stays of a room on the nights ``[arrival, departure)``."""
        line = self.lines[room]
        at = bisect_left(line, (arrival, -1, -1))
        found = []
        if at and line[at - 1][1] > arrival:
            found.append(line[at - 1][2])
        for begin, _, stay in line[at:]:
            if begin >= departure:
                break
            found.append(stay)
        return found

    def insertion_cost(self, room: int, arrival: int, departure: int) -> int:
        """Return the change of gap cost, in units, of a stay in free nights of a room."""
        line = self.lines[room]
        at = bisect_left(line, (arrival, -1, -1))
        before = line[at - 1][1] if at else None
        after = line[at][0] if at < len(line) else None
        change = 0
        if before is not None:
            change += self.gap(before, arrival)
        if after is not None:
            change += self.gap(departure, after)
        if before is not None and after is not None:
            change -= self.gap(before, after)
        return change

    def gap(self, first: int, last: int) -> int:
        """Return the cost, in units, of the free nights ``[first, last)`` between two stays."""
        if first == last:
            return 0
        return gap_cost(self.grid.problem.minimum_stays[first], last - first, self.grid.cost_scale)

    def change_cost(self, rooms: Mapping[int, int], newcomers: Iterable[tuple[int, int, int]]) -> int:
        """Return the change of gap cost, in units, of moves and newcomers together.

        Parameters
        ----------
        rooms
            New room of each stay that moves.
        newcomers
            Arrival, departure and room of each newcomer.
        """
        come: dict[int, Line] = {}
        gone: dict[int, set[int]] = {}
        for stay, room in rooms.items():
            come.setdefault(room, []).append((self.grid.arrival[stay], self.grid.departure[stay], stay))
            gone.setdefault(self.room_of[stay], set()).add(stay)
        for arrival, departure, room in newcomers:
            come.setdefault(room, []).append((arrival, departure, NOWHERE))
        change = 0
        for room in {*come, *gone}:
            old = self.lines[room]
            new = [entry for entry in old if entry[2] not in gone.get(room, ())]
            for entry in come.get(room, ()):
                insort(new, entry)
            change += self._line_cost(new) - self._line_cost(old)
        return change

    def _line_cost(self, line: Line) -> int:
        return sum(self.gap(one[1], two[0]) for one, two in pairwise(line))
