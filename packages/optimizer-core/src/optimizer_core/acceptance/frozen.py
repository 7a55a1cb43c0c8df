"""Chooses windows to freeze so that the rest of a plan is an optimal pooled flow.

Where windows had to be modeled separately, a plan costs more than a pooled flow: its residual network has
negative cycles. Each cycle uses a gap of some window. Freezing such windows one by one makes the rest optimal
as a pooled flow; its residual distances are then costs that a plan may attain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance.paths import PlanPaths
from optimizer_core.network.arcs import GapArcs
from optimizer_core.network.certificate import potentials


def freeze(paths: PlanPaths) -> tuple[list[int], NDArray[np.int64], NDArray[np.int64]]:
    """Return the windows to freeze, the gap flow of the rest and the potentials that prove it optimal.

    Parameters
    ----------
    paths
        A plan of one type.
    """
    arcs, flow = paths.arcs, paths.flow.copy()
    num_arcs = arcs.tail.shape[0]
    holders: dict[int, list[int]] = {}
    for window, path in enumerate(paths.edges):
        for edge in path:
            if edge < num_arcs:
                holders.setdefault(edge, []).append(window)
    frozen: set[int] = set()
    while (found := potentials(arcs, flow)) is None:
        spans = [
            (paths.task.windows[window].span, window)
            for arc in _given_up(arcs, flow)
            for window in holders[arc]
            if window not in frozen
        ]
        _, window = min(spans)
        frozen.add(window)
        mine = np.array([edge for edge in paths.edges[window] if edge < num_arcs], dtype=np.int64)
        np.subtract.at(flow, mine, 1)
    return sorted(frozen), flow, found


def _given_up(arcs: GapArcs, flow: NDArray[np.int64]) -> list[int]:
    """Return the arcs that a negative residual cycle traverses backward; such a cycle must exist."""
    used = np.flatnonzero(flow > 0)
    tails = np.concatenate([arcs.tail, arcs.head[used]])
    heads = np.concatenate([arcs.head, arcs.tail[used]])
    costs = np.concatenate([arcs.cost, -arcs.cost[used]])
    order = np.argsort(heads, kind="stable")
    first = np.flatnonzero(np.diff(heads[order], prepend=-1))
    sizes = np.diff(np.append(first, order.shape[0]))
    targets = heads[order][first]
    distance = np.zeros(arcs.num_nodes, dtype=np.int64)
    came = np.full(arcs.num_nodes, -1, dtype=np.int64)
    changed = 0
    for _ in range(arcs.num_nodes):
        reached = distance[tails[order]] + costs[order]
        best = np.minimum.reduceat(reached, first)
        at_best = np.where(reached == np.repeat(best, sizes), np.arange(order.shape[0]), order.shape[0])
        shorter = best < distance[targets]
        distance[targets[shorter]] = best[shorter]
        came[targets[shorter]] = order[np.minimum.reduceat(at_best, first)[shorter]]
        changed = int(targets[np.flatnonzero(shorter)[0]])
    node = changed
    for _ in range(arcs.num_nodes):  # far enough back to be on the cycle
        node = int(tails[came[node]])
    cycle: list[int] = []
    start = node
    while not cycle or node != start:
        cycle.append(int(came[node]))
        node = int(tails[came[node]])
    num_arcs = arcs.tail.shape[0]
    return [int(used[position - num_arcs]) for position in cycle if position >= num_arcs]
