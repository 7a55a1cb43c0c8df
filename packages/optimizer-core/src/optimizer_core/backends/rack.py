"""The room rack: which rooms are idle on a night, since when, and until which fixed stay.

Nights are positions in the horizon. The rack moves forward in time only; stays are placed on the night on
which they arrive.
"""

from __future__ import annotations

import heapq
from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

NEVER_USED = -1
"""Idle-since night of a room that no stay has used yet."""
NO_FIXED_STAY = 1 << 40
"""Arrival night of the next fixed stay of a room without one."""


@dataclass(frozen=True, slots=True)
class PlacedStay:
    """A stay as the rack sees it.

    Parameters
    ----------
    index
        Its position in `Problem.stays`.
    arrival, departure
        Nights ``[arrival, departure)``.
    types
        Groups of room types that it may use, the preferred group first.
    """

    index: int
    arrival: int
    departure: int
    types: tuple[tuple[str, ...], ...]


class RoomRack:
    """Rooms, indexed by when they became idle and when their next fixed stay arrives.

    Parameters
    ----------
    types
        Type of each room, by position.
    fixed
        Nights ``(arrival, departure)`` of the stays that each room must hold, by position of the room, in
        order of arrival.
    """

    def __init__(self, types: Sequence[str], fixed: Mapping[int, Sequence[tuple[int, int]]]) -> None:
        self.types = tuple(types)
        self._fixed = {room: list(reversed(nights)) for room, nights in fixed.items()}
        self._idle_since = [NEVER_USED] * len(types)
        self._before_occupant = [NEVER_USED] * len(types)
        self._busy_until = [NEVER_USED] * len(types)
        self._occupant: list[PlacedStay | None] = [None] * len(types)
        self._is_idle = [False] * len(types)
        self._rooms_of_type: dict[str, list[int]] = {}
        for room, room_type in enumerate(types):
            self._rooms_of_type.setdefault(room_type, []).append(room)
        self._idle: dict[str, dict[tuple[int, int], list[int]]] = {room_type: {} for room_type in types}
        self._changes: list[tuple[int, int]] = []
        for room in range(len(types)):
            self._settle(room, NEVER_USED)

    def advance(self, night: int) -> None:
        """Remove stays that have departed by this night, and add the fixed stays that are due."""
        while self._changes and self._changes[0][0] <= night:
            moment, room = heapq.heappop(self._changes)
            self._settle(room, moment)

    def idle_rooms(self, room_type: str) -> Mapping[tuple[int, int], Sequence[int]]:
        """Return the idle rooms of a type by (idle since, arrival of the next fixed stay)."""
        return self._idle[room_type]

    def idle_spell(self, room: int) -> tuple[int, int] | None:
        """Return since when and until when a room is idle; None if it is occupied."""
        return (self._idle_since[room], self._next_fixed(room)) if self._is_idle[room] else None

    def place(self, stay: PlacedStay, room: int) -> None:
        """Put a stay that arrives now into an idle room."""
        self._leave_idle(room)
        self._before_occupant[room] = self._idle_since[room]
        self._occupy(stay, room)

    def make_place(
        self, stay: PlacedStay, types: Sequence[str], *, may_upgrade: bool = True
    ) -> dict[int, int] | None:
        """Re-arrange the current occupants so that one more stay gets a room.

        An augmenting path in the bipartite graph of stays and rooms: only stays that have not left yet change
        rooms, each to one that it could have had since its arrival.

        Parameters
        ----------
        stay
            The stay that finds no idle room.
        types
            Types that the stay itself may get.
        may_upgrade
            Whether the others may go to any type they may use, or to their preferred types only.

        Returns
        -------
        dict or None
            The new room of every stay that changes, by index of the stay, the new one included; None if
            no re-arrangement helps.
        """
        path = self._path(stay, types, may_upgrade=may_upgrade)
        if path is None:
            return None
        for mover, room in path:  # ends with the room that was idle
            if self._is_idle[room]:
                self._leave_idle(room)
                self._before_occupant[room] = self._idle_since[room]
            self._occupy(mover, room)
        return {mover.index: room for mover, room in path}

    def _path(
        self, stay: PlacedStay, types: Sequence[str], *, may_upgrade: bool
    ) -> list[tuple[PlacedStay, int]] | None:
        """Return an augmenting path, found breadth first so that few stays change rooms."""
        came_from: dict[int, tuple[int | None, PlacedStay]] = {}
        queue: list[tuple[int | None, PlacedStay]] = [(None, stay)]
        for origin, mover in queue:
            groups = (types,) if origin is None else mover.types if may_upgrade else mover.types[:1]
            for room in self._rooms_for(mover, groups):
                if room in came_from:
                    continue
                came_from[room] = (origin, mover)
                occupant = self._occupant[room]
                if occupant is None:
                    return self._trace(room, came_from)
                queue.append((room, occupant))
        return None

    def _trace(
        self, room: int, came_from: Mapping[int, tuple[int | None, PlacedStay]]
    ) -> list[tuple[PlacedStay, int]]:
        path: list[tuple[PlacedStay, int]] = []
        current: int | None = room
        while current is not None:
            origin, mover = came_from[current]
            path.append((mover, current))
            current = origin
        return path[::-1]

    def _rooms_for(self, stay: PlacedStay, groups: Sequence[Sequence[str]]) -> Iterator[int]:
        """Yield the rooms that could hold a stay if their present occupants were elsewhere."""
        for room in (
            room for group in groups for name in group for room in self._rooms_of_type.get(name, ())
        ):
            if self._is_idle[room]:
                since = self._idle_since[room]
            elif self._occupant[room] is not None:
                since = self._before_occupant[room]
            else:
                continue
            if since <= stay.arrival and stay.departure <= self._next_fixed(room):
                yield room

    def _settle(self, room: int, night: int) -> None:
        """Update the state of a room to a night on which it may have changed."""
        if self._busy_until[room] > night:
            return
        if self._next_fixed(room) <= night:
            if self._is_idle[room]:
                self._leave_idle(room)
            _, departure = self._fixed[room].pop()
            self._occupant[room] = None
            self._idle_since[room] = self._busy_until[room] = departure
            heapq.heappush(self._changes, (departure, room))
        elif not self._is_idle[room]:
            self._occupant[room] = None
            self._is_idle[room] = True
            key = (self._idle_since[room], self._next_fixed(room))
            insort(self._idle[self.types[room]].setdefault(key, []), room)
            if key[1] != NO_FIXED_STAY:
                heapq.heappush(self._changes, (key[1], room))

    def _occupy(self, stay: PlacedStay, room: int) -> None:
        self._occupant[room] = stay
        self._idle_since[room] = self._busy_until[room] = stay.departure
        heapq.heappush(self._changes, (stay.departure, room))

    def _leave_idle(self, room: int) -> None:
        idle = self._idle[self.types[room]]
        key = (self._idle_since[room], self._next_fixed(room))
        idle[key].remove(room)
        if not idle[key]:
            del idle[key]
        self._is_idle[room] = False

    def _next_fixed(self, room: int) -> int:
        stays = self._fixed.get(room)
        return stays[-1][0] if stays else NO_FIXED_STAY
