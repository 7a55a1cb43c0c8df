"""Residual distances: the cost of one more unit, for all stays at once.

One more stay [a, b) is one more unit on an arc from the day node of a to that of b. The rest of the flow must
compensate: one unit less leaves a, one more leaves b. In the residual network, which has each arc forward
and, where it carries flow, backward at the opposite cost, that is a path from b to a; the shortest one turns
an optimal flow into an optimal flow with the stay (Ahuja, Magnanti, Orlin: Network Flows, section 9.7,
successive shortest paths).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from optimizer_core.acceptance.matrix import UNSELLABLE
from optimizer_core.network.arcs import day_node

EXACT = 1 << 53
"""Whole numbers up to here are exact in floating point."""

BLUR = 1e-5
"""How far above a whole number a bound must be to be rounded up to the next one."""


@dataclass(frozen=True)
class ResidualGraph:
    """Arcs of a residual network, at most one from one node to another.

    Parameters
    ----------
    tail, head
        int64, shape (n,): nodes.
    weight
        float64, shape (n,): reduced cost, at least 0.
    potential
        float64, shape (number of nodes,): the cost of a path is its weight, less the potential of its
        first node, plus that of its last.
    arc
        int64, shape (n,): arc of the network that each one follows, or ``~arc`` for backward.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    weight: NDArray[np.float64]
    potential: NDArray[np.float64]
    arc: NDArray[np.int64]

    @cached_property
    def first_node(self) -> int:
        """First node at either end of an arc."""
        return int(min(self.tail.min(), self.head.min())) if self.tail.size else 0

    @cached_property
    def last_node(self) -> int:
        """Last node at either end of an arc."""
        return int(max(self.tail.max(), self.head.max())) if self.tail.size else 0

    @cached_property
    def arc_between(self) -> dict[tuple[int, int], int]:
        """Arc by the nodes at its ends."""
        ends = zip(self.tail.tolist(), self.head.tolist(), strict=True)
        return dict(zip(ends, self.arc.tolist(), strict=True))


@dataclass(frozen=True)
class Distances:
    """Shortest residual paths from every morning to the mornings before it.

    Parameters
    ----------
    cells
        float64, shape (nights, longest length): cell [a, n - 1] is the distance from the day node of
        a + n to that of a; infinite where there is no path.
    previous
        Node before each one on the shortest path from a morning, int32, shape (mornings, nodes), both
        counted from the first node of the network.
    graph
        The residual network.
    """

    cells: NDArray[np.float64]
    previous: NDArray[np.int32]
    graph: ResidualGraph

    def path(self, arrival: int, departure: int) -> list[int]:
        """Return the arcs of the shortest path from a departure to an arrival, ``~arc`` for backward."""
        arc_between, base = self.graph.arc_between, self.graph.first_node
        line = self.previous[departure - _mornings(self.graph)[0]]
        node, path = day_node(arrival), []
        while node != day_node(departure):
            before = int(line[node - base]) + base
            path.append(arc_between[before, node])
            node = before
        path.reverse()
        return path


def residual_graph(
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    reduced: NDArray[np.float64],
    *,
    is_open: NDArray[np.bool_],
    is_used: NDArray[np.bool_],
    potential: NDArray[np.float64],
) -> ResidualGraph:
    """Return the residual network of an optimal flow.

    Parameters
    ----------
    tail, head, reduced
        The arcs with their reduced costs. Values below 0 within floating-point precision count as 0.
    is_open, is_used
        Arcs that can carry more, and arcs that carry something.
    potential
        The potentials in the reduced costs.
    """
    more, less = np.flatnonzero(is_open), np.flatnonzero(is_used)
    tails, heads = np.concatenate([tail[more], head[less]]), np.concatenate([head[more], tail[less]])
    weight = np.maximum(np.concatenate([reduced[more], -reduced[less]]), 0.0)
    order = np.lexsort((weight, heads, tails))
    tails, heads = tails[order], heads[order]
    first = np.ones(order.shape[0], dtype=bool)
    first[1:] = (np.diff(tails) != 0) | (np.diff(heads) != 0)
    kept = order[first]
    return ResidualGraph(
        tails[first], heads[first], weight[kept], potential, np.concatenate([more, ~less])[kept]
    )


def distances(graph: ResidualGraph, num_nights: int, longest_los: int) -> Distances:
    """Return the distances from every departure to every arrival before it.

    Among shortest paths one with few arcs is taken, unless the numbers are too large for that.
    """
    base, mornings = graph.first_node, _mornings(graph)
    num_nodes = graph.last_node - base + 1
    cells = np.full((num_nights, longest_los), np.inf)
    if not mornings:
        return Distances(cells, np.zeros((0, 0), dtype=np.int32), graph)
    # A path has fewer arcs than there are nodes, so that `weight * steps + 1` ranks cost above length.
    steps = float(1 << num_nodes.bit_length())
    is_whole = not bool((graph.weight % 1.0).any())
    if not is_whole or float(graph.weight.max(initial=0.0)) * steps * num_nodes >= EXACT:
        steps = 0.0
    weight = graph.weight * steps + 1.0 if steps else graph.weight
    ends = (graph.tail - base, graph.head - base)
    network = sparse.csr_matrix((weight, ends), shape=(num_nodes, num_nodes))
    nodes = day_node(0) + 2 * np.array(mornings)
    found, previous = csgraph.dijkstra(network, indices=nodes - base, return_predecessors=True)
    between = found[:, nodes - base]  # from one morning to another
    if steps:
        between = np.floor(between / steps)
    between += graph.potential[nodes][None, :] - graph.potential[nodes][:, None]
    for length in range(1, min(longest_los, len(mornings) - 1) + 1):
        cells[mornings[0] : mornings[-1] + 1 - length, length - 1] = np.diagonal(between, -length)
    return Distances(cells, previous, graph)


def _mornings(graph: ResidualGraph) -> range:
    """Return the mornings with a day node in a network."""
    return range(graph.first_node // 2, (graph.last_node + 1) // 2)


def whole_cells(cells: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return costs rounded up to whole units, `UNSELLABLE` where they are infinite."""
    finite = np.isfinite(cells)
    numbers = np.where(finite, cells, 0.0)
    rounded = np.ceil(numbers - BLUR).astype(np.int64)
    return np.where(finite, rounded, UNSELLABLE)
