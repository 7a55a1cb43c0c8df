"""Room plans that change by swaps at no cost.

Two rooms of a type may exchange their stays between two mornings if on each of these mornings both rooms are
between stays, or both have been empty long enough: the new gaps together cost at most as much as the old
ones. Such swaps turn one best plan into another, with fewer moves or with group members side by side.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping

from optimizer_core.network.arcs import day_node, idle_node
from optimizer_core.network.grid import Grid
from optimizer_core.network.windows import Window


class Timelines:
    """The stays of each room, and the mornings on which rooms may be cut.

    Parameters
    ----------
    grid
        The hotel.
    rooms
        Room of every stay, by position.
    pinned
        Stays that must not be swapped, besides the fixed ones.
    """

    def __init__(self, grid: Grid, rooms: Mapping[int, int], pinned: Iterable[int] = ()) -> None:
        self._grid = grid
        self.room_of = dict(rooms)
        self._minimum = grid.problem.minimum_stays
        self._end = grid.num_nights + 1  # past every departure: all rooms are idle there
        num_rooms = len(grid.problem.rooms)
        self._stays: list[list[tuple[int, int]]] = [[] for _ in range(num_rooms)]
        self._held: list[list[tuple[int, int]]] = [[] for _ in range(num_rooms)]
        for stay in sorted(rooms):
            insort(self._stays[rooms[stay]], (grid.arrival[stay], stay))
        for room, stays in grid.fixed_of_room.items():
            self._held[room] = [(grid.arrival[stay], grid.departure[stay]) for stay in stays]
        self._day = [0] * num_rooms
        self._idle = [0] * num_rooms
        for room in range(num_rooms):
            self._mark(room)
        for stay in pinned:
            self.pin(stay)

    def pin(self, stay: int) -> None:
        """Keep a stay in its room from now on."""
        insort(self._held[self.room_of[stay]], (self._grid.arrival[stay], self._grid.departure[stay]))

    def stays_of(self, room: int) -> list[int]:
        """Return the stays of a room in order of arrival."""
        return [stay for _, stay in self._stays[room]]

    def segment(self, stay: int, room: int) -> tuple[int, int] | None:
        """Return the shortest stretch around a stay in which its room and another can be swapped.

        Returns
        -------
        tuple or None
            First and last morning; None if a fixed or pinned stay is in the way, or the types differ.
        """
        mine = self.room_of[stay]
        if mine == room or self._grid.room_type[mine] != self._grid.room_type[room]:
            return None
        common = (self._day[mine] & self._day[room]) | (self._idle[mine] & self._idle[room])
        before = common & ((2 << self._grid.arrival[stay]) - 1)
        after = common >> self._grid.departure[stay]
        if not before or not after:
            return None
        first = before.bit_length() - 1
        last = (after & -after).bit_length() - 1 + self._grid.departure[stay]
        if self._is_held(mine, first, last) or self._is_held(room, first, last):
            return None
        return first, last

    def between(self, room: int, first: int, last: int) -> list[int]:
        """Return the stays of a room from one morning to another."""
        line = self._stays[room]
        found = []
        for arrival, stay in line[bisect_left(line, (first, -1)) :]:
            if arrival >= last:
                break
            found.append(stay)
        return found

    def gain(self, one: int, other: int, first: int, last: int) -> int:
        """Return how many more stays would be in their current room after a swap."""
        current = self._grid.current_room
        gain = 0
        for stay in self.between(one, first, last):
            gain += (current[stay] == other) - (current[stay] == one)
        for stay in self.between(other, first, last):
            gain += (current[stay] == one) - (current[stay] == other)
        return gain

    def swap(self, one: int, other: int, first: int, last: int) -> None:
        """Exchange the stays of two rooms between two mornings."""
        mine, theirs = self.between(one, first, last), self.between(other, first, last)
        for stays, source, target in ((mine, one, other), (theirs, other, one)):
            for stay in stays:
                entry = (self._grid.arrival[stay], stay)
                del self._stays[source][bisect_left(self._stays[source], entry)]
                insort(self._stays[target], entry)
                self.room_of[stay] = target
        self._mark(one)
        self._mark(other)

    def assign(self, rooms: Mapping[int, int]) -> None:
        """Put stays into rooms all at once; the caller must ensure that they do not overlap."""
        touched = set()
        for stay, room in rooms.items():
            entry = (self._grid.arrival[stay], stay)
            old = self.room_of[stay]
            del self._stays[old][bisect_left(self._stays[old], entry)]
            insort(self._stays[room], entry)
            self.room_of[stay] = room
            touched |= {old, room}
        for room in touched:
            self._mark(room)

    def windows(self, room: int, first: int, last: int) -> list[Window]:
        """Return the windows of a room between two mornings that may be replanned, with its current cuts.

        Held stays, and stays that cross the border of the stretch, are left out.
        """
        windows = []
        start = first
        for begin, end in [*self._held[room], (last, last)]:
            if end > start:
                windows += self._cut(room, start, min(begin, last))
            start = max(start, end)
            if begin >= last:
                break
        return windows

    def _cut(self, room: int, first: int, last: int) -> list[Window]:
        """Return the window from the first to the last cut of a stretch, if it has any length."""
        cuts = self._day[room] | self._idle[room]
        inside = (cuts >> first) & ((2 << max(0, last - first)) - 1)
        if last <= first or not inside:
            return []
        begin = first + (inside & -inside).bit_length() - 1
        end = first + inside.bit_length() - 1
        source = idle_node(begin) if self._idle[room] >> begin & 1 else day_node(begin)
        sink = day_node(end) if self._day[room] >> end & 1 else idle_node(end)
        return [Window(room, source, sink)] if end > begin else []

    def _is_held(self, room: int, first: int, last: int) -> bool:
        """Return whether a fixed or pinned stay covers a night from one morning to another."""
        held = self._held[room]
        at = bisect_left(held, (last, -1))
        return at > 0 and held[at - 1][1] > first

    def _mark(self, room: int) -> None:
        """Record the mornings on which a room can be cut.

        Day mornings are those of arrivals and departures; a room is idle from the start to its first
        arrival, and elsewhere from the morning on which its gap would cost nothing.
        """
        day = idle = 0
        free_from = 0
        for arrival, stay in self._stays[room]:
            day |= (1 << arrival) | (1 << self._grid.departure[stay])
            if free_from <= arrival:
                idle |= (2 << arrival) - (1 << free_from)
            departure = self._grid.departure[stay]
            least = self._minimum[departure] if departure < self._grid.num_nights else 0
            free_from = departure + 2 * least + 1
        idle |= (2 << self._end) - (1 << min(free_from, self._end))
        self._day[room], self._idle[room] = day, idle
