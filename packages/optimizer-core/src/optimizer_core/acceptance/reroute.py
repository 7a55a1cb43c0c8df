"""Makes room for one more stay in the rooms of a type by changing few of them.

A residual path gives the gaps that a flow with one more stay adds and those that it drops. Windows with a
dropped gap are removed and get new paths over free edges. A window without such a path takes an edge from the
longest window that holds it, which is then routed again.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from optimizer_core.acceptance.paths import PlanPaths
from optimizer_core.network.arcs import day_node

MOST_THEFTS = 24
"""Windows that may lose their path to another window before the search for a stay ends."""


class Rerouter:
    """Checks for single stays whether a re-arranged plan has room for them.

    Parameters
    ----------
    base
        The paths of the type; they are not changed.
    """

    def __init__(self, base: PlanPaths) -> None:
        self.base = base
        arcs, classes = base.arcs, base.task.classes
        self.tail = arcs.tail.tolist() + [day_node(c.arrival) for c in classes]
        self.head = arcs.head.tolist() + [day_node(c.departure) for c in classes]
        self.owners: list[list[int]] = [[] for _ in self.tail]
        for window, path in enumerate(base.edges):
            for edge in path:
                self.owners[edge].append(window)
        self.leaving: list[list[int]] = [[] for _ in range(arcs.num_nodes)]
        for edge, owners in enumerate(self.owners):
            if owners:
                self.leaving[self.tail[edge]].append(edge)

    @property
    def new_edge(self) -> int:
        """The edge of the stay to place."""
        return len(self.tail)

    def house(self, arrival: int, departure: int, residual: Sequence[int]) -> dict[int, list[int]] | None:
        """Return new paths for some windows, one of them with the stay; None if none were found.

        Parameters
        ----------
        arrival, departure
            The stay.
        residual
            Arcs of a residual path from the departure to the arrival, ``~arc`` for backward.
        """
        return _Change(self, arrival, departure).run(residual)


class _Change:
    """The changes for one stay, laid over the paths of the plan."""

    def __init__(self, rerouter: Rerouter, arrival: int, departure: int) -> None:
        self._fixed = rerouter
        self._windows = rerouter.base.task.windows
        self._ends = day_node(arrival), day_node(departure)
        self._free: dict[int, int] = {}
        self._leaving: dict[int, set[int]] = {}
        self._owners: dict[int, list[int]] = {}
        self._stolen: dict[int, int] = {}
        self.paths: dict[int, list[int]] = {}
        self._queue: list[tuple[int, int]] = []

    def run(self, residual: Sequence[int]) -> dict[int, list[int]] | None:
        """Apply a residual path, then route the windows that lost their paths."""
        for arc in residual:
            if arc < 0 and not self._take_away(~arc):
                return None
        for arc in residual:
            if arc >= 0:
                self._add(arc, 1)
        self._add(self._fixed.new_edge, 1)
        thefts = 0
        while self._queue:
            _, window = heapq.heappop(self._queue)
            path = self._path_among_free(window)
            if path is None:
                path = self._path_with_thefts(window)
                if path is None:
                    return None
                losers = {self._longest_owner(edge) for edge in path if not self._free.get(edge)}
                thefts += len(losers)
                if thefts > MOST_THEFTS:
                    return None
                for edge in path:
                    if not self._free.get(edge):
                        self._stolen[edge] = self._stolen.get(edge, 0) + 1
                for loser in losers:
                    self._release(loser)
            self._take(window, path)
        return self.paths

    def _tail(self, edge: int) -> int:
        return self._ends[0] if edge == self._fixed.new_edge else int(self._fixed.tail[edge])

    def _head(self, edge: int) -> int:
        return self._ends[1] if edge == self._fixed.new_edge else int(self._fixed.head[edge])

    def _owners_of(self, edge: int) -> list[int]:
        if edge not in self._owners:
            fixed = self._fixed
            self._owners[edge] = [] if edge == fixed.new_edge else list(fixed.owners[edge])
        return self._owners[edge]

    def _longest_owner(self, edge: int) -> int:
        return max(self._owners_of(edge), key=lambda window: (self._windows[window].span, window))

    def _take_away(self, edge: int) -> bool:
        """Remove a unit of an edge; the window that loses it must be routed again."""
        if not self._free.get(edge):
            if not self._owners_of(edge):
                return False
            self._release(self._longest_owner(edge))
        self._add(edge, -1)
        return True

    def _add(self, edge: int, units: int) -> None:
        left = self._free.get(edge, 0) + units
        self._free[edge] = left
        leaving = self._leaving.setdefault(self._tail(edge), set())
        if left:
            leaving.add(edge)
        else:
            leaving.discard(edge)

    def _release(self, window: int) -> None:
        path = self.paths.pop(window, None)
        for edge in self._fixed.base.edges[window] if path is None else path:
            self._owners_of(edge).remove(window)
            self._add(edge, 1)
        heapq.heappush(self._queue, (self._windows[window].span, window))

    def _take(self, window: int, path: list[int]) -> None:
        for edge in path:
            self._owners_of(edge).append(window)
            self._add(edge, -1)
        self.paths[window] = path

    def _path_among_free(self, window: int) -> list[int] | None:
        """Return a path of free edges."""
        source, sink = self._windows[window].source, self._windows[window].sink
        came: dict[int, int] = {source: -1}
        stack = [source]
        while stack:
            node = stack.pop()
            if node == sink:
                return self._back(came, source, sink)
            for edge in sorted(self._leaving.get(node, ())):
                head = self._head(edge)
                if head <= sink and head not in came:
                    came[head] = edge
                    stack.append(head)
        return None

    def _path_with_thefts(self, window: int) -> list[int] | None:
        """Return the path that takes fewest edges from others; an edge costs more each time it is taken."""
        source, sink = self._windows[window].source, self._windows[window].sink
        label = {source: 0}
        came = {source: -1}
        nodes = [source]
        done: set[int] = set()
        while nodes:
            node = heapq.heappop(nodes)
            if node in done:
                continue
            done.add(node)
            if node == sink:
                return self._back(came, source, sink)
            free = self._leaving.get(node, set())
            for edge in {*self._fixed.leaving[node], *free}:
                head = self._head(edge)
                if head > sink or not (edge in free or self._owners_of(edge)):
                    continue
                price = label[node] + (0 if edge in free else 1 + self._stolen.get(edge, 0))
                if head not in label or price < label[head]:
                    label[head] = price
                    came[head] = edge
                    heapq.heappush(nodes, head)
        return None

    def _back(self, came: dict[int, int], source: int, sink: int) -> list[int]:
        path = []
        node = sink
        while node != source:
            path.append(came[node])
            node = self._tail(came[node])
        path.reverse()
        return path
