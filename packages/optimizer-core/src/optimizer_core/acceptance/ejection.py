"""Fewest moves for a newcomer, by ejection: it takes a room, and the stays in its way look for others.

In a plan with fewest moves, each moved stay makes room for the newcomer or for another moved stay: any other
could go back to its room. So it is enough to place the newcomer, then the stays that it displaces, and so on.
If a search of all ways with at most n moves fails, n + 1 moves are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from optimizer_core.acceptance.board import Board, nights_mask

DEEPEST = 2
"""Most moves that are searched for; beyond, a model is quicker."""

Way = tuple[int, tuple[int, ...]]
"""A room, and the stays that must leave it."""

MOST_STEPS = 40_000
"""Placements that are tried for one newcomer: a budget that does not depend on the machine."""


@dataclass(frozen=True, slots=True)
class Ejection:
    """The result of the search.

    Parameters
    ----------
    room
        Room of the newcomer; None if nothing was found.
    rooms
        New room of each stay that moves.
    least_moves
        Proved lower bound on the moves.
    """

    room: int | None
    rooms: dict[int, int]
    least_moves: int


def eject(board: Board, arrival: int, departure: int, kinds: Sequence[int]) -> Ejection:
    """Search for a room for a newcomer with one or two moves; no room is free for it.

    Parameters
    ----------
    board
        The plan.
    arrival, departure
        Nights of the newcomer.
    kinds
        Types that it may be given.
    """
    search = _Search(board)
    for depth in range(1, DEEPEST + 1):
        found = search.place_newcomer(arrival, departure, kinds, depth)
        if found is not None:
            room, rooms = found
            return Ejection(room, rooms, depth)
        if search.steps_left <= 0:
            return Ejection(None, {}, depth)
    return Ejection(None, {}, DEEPEST + 1)


@dataclass
class _Search:
    """Depth-first search with a budget."""

    board: Board
    steps_left: int = MOST_STEPS
    taken: dict[int, int] = field(default_factory=dict)
    """Nights of each room that newcomers and moved stays have taken so far."""
    rooms: dict[int, int] = field(default_factory=dict)
    """New rooms so far."""
    gone: dict[int, int] = field(default_factory=dict)
    """Nights of each room that moved stays have left so far."""
    ways: dict[tuple[int, int, tuple[int, ...], int], list[Way]] = field(default_factory=dict)
    """Rooms with the stays to eject, as the plan is, for (arrival, departure, types, moves left)."""

    def place_newcomer(
        self, arrival: int, departure: int, kinds: Sequence[int], moves_left: int
    ) -> tuple[int, dict[int, int]] | None:
        """Return room and moves; None if there is no way with that many moves."""
        for room, ejected in self._ways(arrival, departure, tuple(kinds), moves_left):
            self.taken[room] = nights_mask(arrival, departure)
            for stay in ejected:
                self._leave(stay)
            if self._place(list(ejected), moves_left - len(ejected)):
                return room, dict(self.rooms)
            for stay in ejected:
                self._return(stay)
            del self.taken[room]
        return None

    def _place(self, pending: list[int], moves_left: int) -> bool:
        """Place stays that have been ejected; true if all found a room."""
        if not pending:
            return True
        if self.steps_left <= 0:
            return False
        stay, rest = pending[0], pending[1:]
        grid = self.board.grid
        arrival, departure = grid.arrival[stay], grid.departure[stay]
        mask = nights_mask(arrival, departure)
        for room, blockers in self._ways_now(stay, arrival, departure, moves_left):
            self.steps_left -= 1
            if self.taken.get(room, 0) & mask:
                continue
            ejected = [other for other in blockers if other not in self.rooms and other not in pending]
            if len(ejected) > moves_left:
                continue
            before = self.taken.get(room, 0)
            self.taken[room] = before | mask
            self.rooms[stay] = room
            for other in ejected:
                self._leave(other)
            if self._place(rest + ejected, moves_left - len(ejected)):
                return True
            for other in ejected:
                self._return(other)
            del self.rooms[stay]
            self.taken[room] = before
        return False

    def _ways_now(self, stay: int, arrival: int, departure: int, moves_left: int) -> list[Way]:
        """Return the ways of an ejected stay: into rooms as planned, and into rooms that stays have left."""
        kinds = self.board.kinds_of_stay[stay]
        home = self.board.room_of[stay]
        ways = [way for way in self._ways(arrival, departure, kinds, moves_left) if way[0] != home]
        known = {room for room, _ in ways}
        mask = nights_mask(arrival, departure)
        for room, nights in self.gone.items():
            if nights & mask and room not in known and room != home:
                if self.board.grid.room_type[room] not in kinds:
                    continue
                blockers = self.board.blockers(room, arrival, departure)
                if all(self.board.is_movable(other) for other in blockers):
                    ways.append((room, tuple(blockers)))
        return ways

    def _ways(self, arrival: int, departure: int, kinds: tuple[int, ...], moves_left: int) -> list[Way]:
        """Return the rooms that at most some movable stays block, those with fewest first."""
        key = (arrival, departure, kinds, moves_left)
        if key not in self.ways:
            board = self.board
            if moves_left == 0:
                found: list[Way] = [(room, ()) for room in board.free_rooms(kinds, arrival, departure)]
            else:
                found = []
                for room in board.rooms(kinds):
                    blockers = board.blockers(room, arrival, departure)
                    if len(blockers) <= moves_left and all(map(board.is_movable, blockers)):
                        found.append((room, tuple(blockers)))
                found.sort(key=lambda way: len(way[1]))
            self.ways[key] = found
        return self.ways[key]

    def _leave(self, stay: int) -> None:
        grid, room = self.board.grid, self.board.room_of[stay]
        mask = nights_mask(grid.arrival[stay], grid.departure[stay])
        self.gone[room] = self.gone.get(room, 0) | mask

    def _return(self, stay: int) -> None:
        grid, room = self.board.grid, self.board.room_of[stay]
        mask = nights_mask(grid.arrival[stay], grid.departure[stay])
        self.gone[room] &= ~mask
