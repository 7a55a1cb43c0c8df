"""Among equal plans, let late arrivals move rather than early ones.

A guest who arrives tomorrow has been given a room number; one who arrives in three weeks has not. Two rooms
may exchange their stays from one night, on which both change guests or are empty, to another such night. An
exchange at no cost that brings an early stay back to its own room is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.room_paths.values import Valuer

REACH = 12
"""Most blocks on either side of a moved stay that are exchanged with its own."""

ROUNDS = 3
"""Rounds over the moved stays; an exchange may become possible after another one."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Stays of two rooms between two nights on which both may change guests.

    Parameters
    ----------
    here, there
        Stays of the first and of the second room, in order of arrival.
    """

    here: tuple[int, ...]
    there: tuple[int, ...]

    @property
    def stays(self) -> tuple[int, ...]:
        """The stays of both rooms."""
        return self.here + self.there


class _Exchanges:
    """Makes exchanges between two rooms of the same type that keep the value and the number of moves."""

    def __init__(self, grid: Grid, rooms: Mapping[int, int]) -> None:
        self._grid, self._valuer = grid, Valuer(grid)
        self.rooms = dict(rooms)
        self._lines: dict[int, list[int]] = {}
        for stay in sorted(self.rooms):
            self._lines.setdefault(self.rooms[stay], []).append(stay)
        self._held = {member for members in self._valuer.groups for member in members}
        self._held |= {stay for stay, room in enumerate(grid.fixed_room) if room != NOWHERE}
        self._latest = max(grid.arrival, default=0) + 1

    def run(self) -> dict[int, int]:
        """Return the plan after all exchanges."""
        for _ in range(ROUNDS):
            moved = [stay for stay in sorted(self.rooms) if self._is_moved(stay, self.rooms[stay])]
            if not sum(self._bring_back(stay) for stay in moved):
                break
        return self.rooms

    def _is_moved(self, stay: int, room: int) -> bool:
        return self._grid.current_room[stay] not in (NOWHERE, room)

    def _bring_back(self, stay: int) -> bool:
        """Return whether an exchange with its own room brought a stay back."""
        grid = self._grid
        here, there = self.rooms[stay], grid.current_room[stay]
        if not self._is_moved(stay, here) or stay in self._held:
            return False
        if grid.room_type[here] != grid.room_type[there]:
            return False
        blocks = self._blocks(here, there)
        best = self._best_range(stay, blocks, here, there)
        if best is None:
            return False
        for block in blocks[best[0] : best[1]]:
            self.rooms |= dict.fromkeys(block.here, there) | dict.fromkeys(block.there, here)
        for room in (here, there):
            self._lines[room] = []
        for block in blocks:
            for changed in block.stays:
                self._lines[self.rooms[changed]].append(changed)
        for room in (here, there):
            self._lines[room].sort()
        return True

    def _blocks(self, here: int, there: int) -> list[_Block]:
        """Return the stays of two rooms, split wherever both rooms may change guests."""
        grid = self._grid
        blocks: list[_Block] = []
        parts: tuple[list[int], list[int]] = ([], [])
        until = NOWHERE
        for stay in sorted([*self._lines.get(here, ()), *self._lines.get(there, ())]):
            if any(parts) and grid.arrival[stay] >= until:
                blocks.append(_Block(tuple(parts[0]), tuple(parts[1])))
                parts = ([], [])
            parts[self.rooms[stay] == there].append(stay)
            until = max(until, grid.departure[stay])
        return [*blocks, _Block(tuple(parts[0]), tuple(parts[1]))]

    def _best_range(self, stay: int, blocks: list[_Block], here: int, there: int) -> tuple[int, int] | None:
        """Return which blocks to exchange so that the latest stays move; None for no exchange."""
        own = next(position for position, block in enumerate(blocks) if stay in block.here)
        first, last = self._free_range(own, blocks)
        changes = [self._change(block, here, there) for block in blocks[first:last]]
        moves = list(accumulate((change[0] for change in changes), initial=0))
        early = list(accumulate((change[1] for change in changes), initial=0))
        options = sorted(
            (early[end] - early[begin], end - begin, begin + first, end + first)
            for begin in range(own - first + 1)
            for end in range(own - first + 1, last - first + 1)
            if moves[end] == moves[begin] and early[end] < early[begin]
        )
        for _, _, begin, end in options:
            if self._saved(blocks, begin, end) >= 0:
                return begin, end
        return None

    def _free_range(self, own: int, blocks: list[_Block]) -> tuple[int, int]:
        """Return the range of blocks around one without a stay that must keep its room."""
        if not self._held.isdisjoint(blocks[own].stays):
            return own, own
        first, last = own, own + 1
        while first > max(0, own - REACH) and self._held.isdisjoint(blocks[first - 1].stays):
            first -= 1
        while last < min(len(blocks), own + REACH) and self._held.isdisjoint(blocks[last].stays):
            last += 1
        return first, last

    def _change(self, block: _Block, here: int, there: int) -> tuple[int, int]:
        """Return the moves that an exchange adds, and how early the moved stays are."""
        moves, early = 0, 0
        for stays, old, new in ((block.here, here, there), (block.there, there, here)):
            for stay in stays:
                change = self._is_moved(stay, new) - self._is_moved(stay, old)
                moves += change
                early += change * (self._latest - self._grid.arrival[stay])
        return moves, early

    def _saved(self, blocks: list[_Block], begin: int, end: int) -> int:
        """Return the gap cost that exchanging some blocks saves; negative if it has a cost."""
        before = [line[-1:] for line in _lines(blocks[:begin])]
        during = _lines(blocks[begin:end])
        after = [line[:1] for line in _lines(blocks[end:])]
        cost = self._valuer.line_cost
        now = sum(cost(before[k] + during[k] + after[k]) for k in (0, 1))
        then = sum(cost(before[k] + during[1 - k] + after[k]) for k in (0, 1))
        return now - then


def _lines(blocks: Sequence[_Block]) -> tuple[list[int], list[int]]:
    """Return the stays of the two rooms in some blocks, in order of arrival."""
    return [s for block in blocks for s in block.here], [s for block in blocks for s in block.there]


def prefer_late_moves(grid: Grid, rooms: Mapping[int, int]) -> dict[int, int]:
    """Return a plan of the same value and number of moves in which later arrivals move where possible.

    Parameters
    ----------
    grid
        The hotel.
    rooms
        Room of every stay in a plan.
    """
    return _Exchanges(grid, rooms).run()
