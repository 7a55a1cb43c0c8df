"""Plans as paths: the arcs that each room uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer_core.network.arcs import day_node
from optimizer_core.network.grid import Grid
from optimizer_core.room_paths.lattice import NO_CLASS, Lattice

Step = tuple[int, int, int]
"""Arrival, departure and class of a stay in a room; `NO_CLASS` for a fixed stay."""


class Paths:
    """Turns the stays of rooms into arcs of a lattice.

    Parameters
    ----------
    lattice
        The component.
    grid
        The hotel.
    """

    def __init__(self, lattice: Lattice, grid: Grid) -> None:
        self._lattice, self._grid = lattice, grid
        self._class_of = {stay: c for c, found in enumerate(lattice.classes) for stay in found.stays}
        # A gap and a fixed stay may have the same ends; a room may use at most one of them.
        self._between: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._idle_after: dict[int, list[int]] = defaultdict(list)
        for arc in np.flatnonzero(~lattice.is_class).tolist():
            tail, head = int(lattice.tail[arc]), int(lattice.head[arc])
            self._between[tail, head].append(arc)
            if head % 2 == 0:
                self._idle_after[tail].append(arc)

    def arcs_of(self, rooms: Mapping[int, int]) -> NDArray[np.bool_] | None:
        """Return the arcs that a plan uses, bool, shape (arcs, rooms); None if the plan is invalid.

        Parameters
        ----------
        rooms
            Room of each stay, fixed stays included.
        """
        lattice, grid = self._lattice, self._grid
        lines: dict[int, list[Step]] = {room: [] for room in lattice.rooms}
        for stay, room in rooms.items():
            if room in lines:
                step = grid.arrival[stay], grid.departure[stay], self._class_of.get(stay, NO_CLASS)
                lines[room].append(step)
        used = np.zeros_like(lattice.allowed)
        for column, room in enumerate(lattice.rooms):
            path = self._path(sorted(lines[room]), column)
            if path is None:
                return None
            used[path, column] = True
        return used

    def _path(self, line: Sequence[Step], column: int) -> list[int] | None:
        """Return the arcs of one room's path; None if its stays overlap or may not use the room."""
        lattice = self._lattice
        path: list[int] = []
        node = 0
        for arrival, departure, stay_class in line:
            gap = self._free(node, day_node(arrival), column)
            if stay_class == NO_CLASS:
                stay = self._usable(day_node(arrival), day_node(departure), column)
            else:
                stay = int(lattice.class_arcs[stay_class])
            if gap is None or stay is None or not lattice.allowed[stay, column]:
                return None
            path += [*gap, stay]
            node = day_node(departure)
        last = self._free(node, lattice.num_nodes - 1, column)
        return None if last is None else [*path, *last]

    def _usable(self, tail: int, head: int, column: int) -> int | None:
        """Return the arc between two nodes, other than a stay class, that a room may use, or None."""
        arcs = self._between.get((tail, head), ())
        return next((arc for arc in arcs if self._lattice.allowed[arc, column]), None)

    def _free(self, node: int, goal: int, column: int) -> list[int] | None:
        """Return the arcs of a gap: empty, one arc at its cost, or the idle chain; None if impossible."""
        path: list[int] = []
        while node != goal:
            direct = self._usable(node, goal, column) if node < goal else None
            if direct is not None:
                return [*path, direct]
            heads = [arc for arc in self._idle_after.get(node, ()) if self._lattice.head[arc] <= goal]
            ahead = next((arc for arc in heads if self._lattice.allowed[arc, column]), None)
            if ahead is None:
                return None
            path.append(ahead)
            node = int(self._lattice.head[ahead])
        return path
