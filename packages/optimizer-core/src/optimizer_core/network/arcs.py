"""The time-space network: the free nights between two stays of a room, and their cost.

Two nodes stand for each morning ``t`` of the horizon, `idle_node` and `day_node`. A room is at a day node
where a stay leaves or arrives, and at an idle node where it has been empty long enough that the gap costs
nothing, or before its first stay or after its last. Every arc leads forward in the order of the node numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer_core.network.grid import Grid
from optimizer_core.objective import gap_cost


def idle_node(morning: int) -> int:
    """Return the node of rooms that are empty at no cost on this morning."""
    return 2 * morning


def day_node(morning: int) -> int:
    """Return the node of rooms between two stays, or within a gap that costs something."""
    return 2 * morning + 1


def end_node(num_nights: int) -> int:
    """Return the node of every room after its last stay."""
    return 2 * num_nights + 2


@dataclass(frozen=True)
class GapArcs:
    """Arcs of free nights, equal for every room type.

    Parameters
    ----------
    tail, head
        int64, shape (n,): nodes.
    cost
        int64, shape (n,): gap cost in units of ``1 / Grid.cost_scale``.
    num_nights
        Nights of the horizon; nodes are 0 to ``2 * num_nights + 2``.
    """

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    cost: NDArray[np.int64]
    num_nights: int

    @property
    def num_nodes(self) -> int:
        """Number of nodes."""
        return 2 * self.num_nights + 3

    @cached_property
    def position(self) -> dict[tuple[int, int], int]:
        """Position of each arc by (tail, head)."""
        ends = zip(self.tail.tolist(), self.head.tolist(), strict=True)
        return {pair: position for position, pair in enumerate(ends)}

    def within(self, source: int, sink: int) -> NDArray[np.int64]:
        """Return the arcs whose nodes both lie from `source` to `sink`."""
        return np.flatnonzero((self.tail >= source) & (self.head <= sink))


def gap_arcs(grid: Grid, tails: Iterable[int] | None = None, heads: Iterable[int] | None = None) -> GapArcs:
    """Return the arcs of a hotel.

    From day node ``a`` there is an arc to each day node ``a + L`` with ``1 <= L <= 2 m(a)`` at the gap's
    cost, and a free one to the idle node after ``2 m(a) + 1`` free nights, or to the end if the schedule
    is over by then; the idle nodes form a chain to the end, and each leads to its day node. A chain of gap
    arcs never costs less than the gap that it makes up, so chains need not be forbidden.

    Parameters
    ----------
    grid
        The hotel.
    tails, heads
        Mornings on which some stay leaves, and on which some arrives; other gaps are left out. None for all.
    """
    nights, minimum, scale = grid.num_nights, grid.problem.minimum_stays, grid.cost_scale
    leaving = range(1, nights + 1) if tails is None else sorted(set(tails))
    arriving = set(range(nights) if heads is None else heads)
    arcs: list[tuple[int, int, int]] = []
    for morning in range(nights + 1):
        arcs.append((idle_node(morning), idle_node(morning + 1), 0))
        if morning in arriving:
            arcs.append((idle_node(morning), day_node(morning), 0))
    for morning in leaving:
        least = minimum[morning] if morning < nights else 0
        for length in range(1, 2 * least + 1):
            if morning + length in arriving:
                cost = gap_cost(least, length, scale)
                arcs.append((day_node(morning), day_node(morning + length), cost))
        # Not straight to the end while the idle chain continues: rooms on it can still be swapped.
        idle_from = morning + 2 * least + 1
        head = idle_node(idle_from) if idle_from <= nights else end_node(nights)
        arcs.append((day_node(morning), head, 0))
    arcs.sort()
    columns = np.array(arcs, dtype=np.int64).reshape(-1, 3)
    return GapArcs(columns[:, 0].copy(), columns[:, 1].copy(), columns[:, 2].copy(), nights)
