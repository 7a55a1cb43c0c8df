"""Splits a pooled flow into one path for each window: which room is which.

A pooled flow gives the units on each arc. It is a plan if its arcs can be split into paths, one from the
source to the sink of each window. Windows are routed in order of length, the shortest first, since they have
the least choice. A window without a path takes an arc from the longest window that holds it, at a price that
rises each time the arc is taken, and the loser is routed again. With twenty rooms or more of a type this
nearly always succeeds.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence

from optimizer_core.network.edges import Edge
from optimizer_core.network.windows import Window

STEAL_PRICE = 1_000
"""Price of an arc that another window holds, in units of one wanted stay; each theft adds this much."""

STEALS_PER_WINDOW = 2
"""Thefts per window after which routing stops."""


class Router:
    """Routes windows over the edges of a pooled flow.

    Parameters
    ----------
    edges
        The flow; it must balance at each node except at the ends of the windows.
    windows
        The windows to route.
    wanted
        For each window, the preferred stay classes: those of the stays that are now in its room. The path
        with most of them is taken.
    """

    def __init__(
        self, edges: Sequence[Edge], windows: Sequence[Window], wanted: Sequence[frozenset[int]]
    ) -> None:
        self._edges = edges
        self._windows = windows
        self._wanted = wanted
        num_nodes = 1 + max((edge.head for edge in edges), default=0)
        self._leaving: list[list[int]] = [[] for _ in range(num_nodes)]
        for position, edge in enumerate(edges):
            self._leaving[edge.tail].append(position)
        self._heads = [edge.head for edge in edges]
        self._classes = [edge.stay_class for edge in edges]
        self._free = [edge.units for edge in edges]
        self._owners: list[list[int]] = [[] for _ in edges]
        self._stolen = [0] * len(edges)
        self.paths: list[list[int] | None] = [None] * len(windows)
        self.num_steals = 0

    def run(self, is_over: Callable[[], bool] = lambda: False) -> list[int]:
        """Route every window; return the positions of those without a path, in order."""
        queue = [(window.span, position) for position, window in enumerate(self._windows)]
        heapq.heapify(queue)
        failed: list[int] = []
        allowed = STEALS_PER_WINDOW * len(self._windows)
        while queue:
            _, position = heapq.heappop(queue)
            path = self._path(position, stealing=False)
            if path is None and self.num_steals < allowed and not is_over():
                path = self._path(position, stealing=True)
                for loser in self._make_way(path or []):
                    heapq.heappush(queue, (self._windows[loser].span, loser))
            if path is None:
                failed.append(position)
            else:
                self._take(position, path)
        return sorted(failed)

    def _path(self, position: int, *, stealing: bool) -> list[int] | None:
        """Return the cheapest path of a window as edges; None if no path exists."""
        window = self._windows[position]
        source, sink = window.source, window.sink
        wanted = self._wanted[position]
        span = window.span
        leaving, heads, classes, free = self._leaving, self._heads, self._classes, self._free
        unreached = 1 << 60
        label = [unreached] * (span + 1)
        came = [-1] * (span + 1)
        label[0] = 0
        for node in range(source, sink):
            here = label[node - source]
            if here == unreached:
                continue
            for edge in leaving[node]:
                head = heads[edge]
                if head > sink:
                    continue
                cost = here
                if free[edge] == 0:
                    if not (stealing and self._owners[edge]):
                        continue
                    cost += STEAL_PRICE * (1 + self._stolen[edge])
                if classes[edge] in wanted:
                    cost -= 1
                if cost < label[head - source]:
                    label[head - source] = cost
                    came[head - source] = edge
        if label[span] == unreached:
            return None
        path = []
        node = sink
        while node != source:
            edge = came[node - source]
            path.append(edge)
            node = self._edges[edge].tail
        path.reverse()
        return path

    def _make_way(self, path: list[int]) -> list[int]:
        """Unroute the windows on edges that a path needs; return them."""
        losers = []
        for edge in path:
            if self._free[edge] == 0:
                loser = max(self._owners[edge], key=lambda owner: (self._windows[owner].span, owner))
                self._release(loser)
                losers.append(loser)
                self._stolen[edge] += 1
                self.num_steals += 1
        return losers

    def _take(self, position: int, path: list[int]) -> None:
        for edge in path:
            self._free[edge] -= 1
            self._owners[edge].append(position)
        self.paths[position] = path

    def _release(self, position: int) -> None:
        for edge in self.paths[position] or ():
            self._free[edge] += 1
            self._owners[edge].remove(position)
        self.paths[position] = None
