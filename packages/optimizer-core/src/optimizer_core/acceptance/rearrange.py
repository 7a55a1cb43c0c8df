"""Fewest moves, or fewest released locks, that make newcomers fit: an exact model of a stretch of nights.

Each movable stay within the stretch has one column for its own room, at no cost, and one for each other room,
at the price of a move; equal stays share columns. Stays that cross the border of the stretch keep their
rooms, so a stretch gives an upper bound, and the whole schedule is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer_core.acceptance.board import Board, nights_mask
from optimizer_core.domain import Limits
from optimizer_core.network.milp import MilpLimits, MilpModel, MilpSolver, MilpStatus

PROVING_GAP = 0.999
"""Absolute gap that proves an optimum when every price is a whole number."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A stay to place: its nights and the types that it may be given."""

    arrival: int
    departure: int
    kinds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rearrangement:
    """The solution of a model.

    Parameters
    ----------
    newcomers
        Room of each newcomer.
    rooms
        New room of each stay that moves.
    released
        Those of them that are locked.
    is_optimal
        Whether the model was solved to optimality.
    """

    newcomers: tuple[int, ...]
    rooms: dict[int, int]
    released: tuple[int, ...]
    is_optimal: bool


@dataclass(frozen=True, slots=True)
class _Class:
    """Stays or newcomers that differ only in their current rooms, with the price of leaving those."""

    arrival: int
    departure: int
    kinds: tuple[int, ...]
    price: int
    stays: tuple[int, ...]
    newcomers: tuple[int, ...]


class StretchModel:
    """The model of a stretch.

    Parameters
    ----------
    board
        The plan.
    newcomers
        Stays to place.
    kinds
        Types whose rooms are modeled.
    stretch
        First night and morning after the last.
    releasing
        Whether locks may be released; if so, released locks are minimized first, then moves.
    """

    def __init__(
        self,
        board: Board,
        newcomers: Sequence[Newcomer],
        kinds: Sequence[int],
        stretch: tuple[int, int],
        *,
        releasing: bool = False,
    ) -> None:
        self._board = board
        self._newcomers = newcomers
        self._rooms = board.rooms(kinds)
        self._stretch = stretch
        self._releasing = releasing
        free = [stay for room in self._rooms for _, _, stay in board.lines[room] if self._is_free(stay)]
        self._release_price = 1 + len(free)
        self._held = {room: board.occupied[room] for room in self._rooms}
        for stay in free:
            mask = nights_mask(board.grid.arrival[stay], board.grid.departure[stay])
            self._held[board.room_of[stay]] &= ~mask
        self._classes = self._group(free)

    @property
    def num_columns(self) -> int:
        """Greatest number of columns that the model can have."""
        return sum(len(part.stays) + len(self._board.rooms(part.kinds)) for part in self._classes)

    def solve(
        self, solve_milp: MilpSolver, limits: Limits, max_nodes: int | None = None
    ) -> Rearrangement | MilpStatus:
        """Return the best re-arrangement, or the status if none exists or was found."""
        columns = self._columns()
        if len({index for index, _, _ in columns}) < len(self._classes):
            return MilpStatus.INFEASIBLE  # a class without columns: no need to solve
        model = self._model(columns)
        milp_limits = MilpLimits(limits.seconds_left(), PROVING_GAP, max_nodes, limits.is_cancelled)
        answer = solve_milp(model, milp_limits)
        if answer.x is None:
            return answer.status
        chosen = [columns[position] for position in np.flatnonzero(np.rint(answer.x)).tolist()]
        return self._read(chosen, is_optimal=answer.status is MilpStatus.OPTIMAL)

    def _is_free(self, stay: int) -> bool:
        """Return whether the model may move a stay."""
        first, last = self._stretch
        grid = self._board.grid
        if grid.arrival[stay] < first or grid.departure[stay] > last:
            return False
        return self._board.is_movable(stay) or (self._releasing and self._board.is_releasable(stay))

    def _group(self, free: Sequence[int]) -> list[_Class]:
        board, grid = self._board, self._board.grid
        members: dict[tuple[int, int, tuple[int, ...], int], tuple[list[int], list[int]]] = {}
        for stay in free:
            price = 1 if board.is_movable(stay) else self._release_price
            kinds = board.released_kinds[stay] if self._releasing else board.kinds_of_stay[stay]
            key = (grid.arrival[stay], grid.departure[stay], tuple(sorted(kinds)), price)
            members.setdefault(key, ([], []))[0].append(stay)
        for position, newcomer in enumerate(self._newcomers):
            key = (newcomer.arrival, newcomer.departure, tuple(sorted(newcomer.kinds)), 0)
            members.setdefault(key, ([], []))[1].append(position)
        return [_Class(*key, tuple(stays), tuple(new)) for key, (stays, new) in sorted(members.items())]

    def _columns(self) -> list[tuple[int, int, int | None]]:
        """Return (class, room, stay that keeps it or None) for each column."""
        columns: list[tuple[int, int, int | None]] = []
        known = set(self._rooms)
        for index, part in enumerate(self._classes):
            homes = {self._board.room_of[stay] for stay in part.stays}
            mask = nights_mask(part.arrival, part.departure)
            columns += [(index, self._board.room_of[stay], stay) for stay in part.stays]
            columns += [
                (index, room, None)
                for room in self._board.rooms(part.kinds)
                if room in known and room not in homes and not self._held[room] & mask
            ]
        return columns

    def _model(self, columns: Sequence[tuple[int, int, int | None]]) -> MilpModel:
        rows: list[int] = []
        positions: list[int] = []
        in_room: dict[int, list[int]] = {}
        for position, (index, room, _) in enumerate(columns):
            rows.append(index)
            positions.append(position)
            in_room.setdefault(room, []).append(position)
        counts = [float(len(part.stays) + len(part.newcomers)) for part in self._classes]
        num_rows = len(counts)
        for inside in in_room.values():
            # Of the sets of columns on one night, those on which a stay arrives contain all others.
            for night in {self._classes[columns[position][0]].arrival for position in inside}:
                there = [p for p in inside if self._covers(columns[p][0], night)]
                if len(there) > 1:
                    rows += [num_rows] * len(there)
                    positions += there
                    num_rows += 1
        matrix = sparse.csc_matrix(
            (np.ones(len(rows)), (rows, positions)), shape=(num_rows, len(columns)), dtype=np.float64
        )
        nights = num_rows - len(counts)
        size = len(columns)
        cost = [0.0 if stay is not None else float(self._classes[index].price) for index, _, stay in columns]
        return MilpModel(
            np.array(cost),
            matrix,
            np.concatenate([counts, np.zeros(nights)]),
            np.concatenate([counts, np.ones(nights)]),
            np.zeros(size),
            np.ones(size),
            np.ones(size, dtype=bool),
        )

    def _covers(self, index: int, night: int) -> bool:
        return self._classes[index].arrival <= night < self._classes[index].departure

    def _read(self, chosen: Sequence[tuple[int, int, int | None]], *, is_optimal: bool) -> Rearrangement:
        kept = {stay for _, _, stay in chosen if stay is not None}
        takers: dict[int, list[int]] = {}
        for index, room, stay in chosen:
            if stay is None:
                takers.setdefault(index, []).append(room)
        rooms: dict[int, int] = {}
        newcomers = [0] * len(self._newcomers)
        for index, free in takers.items():
            part = self._classes[index]
            if part.newcomers:
                for position, room in zip(part.newcomers, free, strict=True):
                    newcomers[position] = room
            else:
                rooms.update(zip((stay for stay in part.stays if stay not in kept), free, strict=True))
        released = tuple(stay for stay in sorted(rooms) if not self._board.is_movable(stay))
        return Rearrangement(tuple(newcomers), rooms, released, is_optimal)


def stretches(board: Board, newcomers: Sequence[Newcomer], margins: Sequence[int]) -> list[tuple[int, int]]:
    """Return ever wider stretches around newcomers, the whole schedule last."""
    first = min(newcomer.arrival for newcomer in newcomers)
    last = max(newcomer.departure for newcomer in newcomers)
    nights = board.grid.num_nights
    around = [(max(0, first - margin), min(nights, last + margin)) for margin in margins]
    return [*(stretch for stretch in dict.fromkeys(around) if stretch != (0, nights)), (0, nights)]
