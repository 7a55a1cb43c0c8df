"""The rooms of one type in a plan, as paths of the time-space network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer_core.network.arcs import GapArcs, day_node, idle_node
from optimizer_core.network.grid import Grid
from optimizer_core.network.identity import TypeTask


@dataclass(frozen=True)
class PlanPaths:
    """The windows of a type, each with its path in a plan.

    An edge is a gap arc, by its position, or a stay class, by its position plus the number of gap arcs.

    Parameters
    ----------
    arcs
        Every gap arc of the hotel.
    task
        The windows and the stays in them.
    edges
        For each window its edges from source to sink.
    """

    arcs: GapArcs
    task: TypeTask
    edges: tuple[tuple[int, ...], ...]

    @cached_property
    def flow(self) -> NDArray[np.int64]:
        """Units on each gap arc, int64, shape (number of gap arcs,)."""
        num_arcs = self.arcs.tail.shape[0]
        every = np.array([edge for path in self.edges for edge in path], dtype=np.int64)
        return np.bincount(every[every < num_arcs], minlength=num_arcs).astype(np.int64)

    @property
    def cost(self) -> int:
        """Gap cost in units."""
        return int(self.arcs.cost @ self.flow)


def plan_paths(grid: Grid, arcs: GapArcs, task: TypeTask, rooms: Mapping[int, int]) -> PlanPaths:
    """Return the paths of a type.

    Parameters
    ----------
    grid, arcs
        The hotel and all its gap arcs.
    task
        The type and its stays.
    rooms
        Room of each stay of the task, by position.
    """
    inside: dict[int, list[tuple[int, int, int]]] = {}
    for index, stay_class in enumerate(task.classes):
        for stay in stay_class.stays:
            inside.setdefault(rooms[stay], []).append((stay_class.arrival, stay_class.departure, index))
    for stays in inside.values():
        stays.sort()
    trail = _Trail(grid, arcs)
    paths = []
    for window in task.windows:
        path: list[int] = []
        node = window.source
        for arrival, departure, index in inside.get(window.room, ()):
            if window.holds(arrival, departure):
                path += trail.between(node, day_node(arrival))
                path.append(arcs.tail.shape[0] + index)
                node = day_node(departure)
        path += trail.between(node, window.sink)
        paths.append(tuple(path))
    return PlanPaths(arcs, task, tuple(paths))


class _Trail:
    """Finds the gap arcs of free nights."""

    def __init__(self, grid: Grid, arcs: GapArcs) -> None:
        self._position = arcs.position
        self._nights = grid.num_nights
        self._minimum = grid.problem.minimum_stays

    def between(self, node: int, goal: int) -> list[int]:
        """Return the arcs of a room that is free from one node to another."""
        found: list[int] = []
        if node == goal:
            return found
        if node % 2:
            arc = self._position.get((node, goal))
            if arc is not None:
                return [arc]
            morning = node // 2
            least = self._minimum[morning] if morning < self._nights else 0
            idle = idle_node(min(morning + 2 * least + 1, self._nights + 1))
            found.append(self._position[node, idle])
            node = idle
        while node < goal - 1:
            found.append(self._position[node, node + 2])
            node += 2
        if node < goal:
            found.append(self._position[node, goal])
        return found
