"""Proof that a flow is optimal, in whole numbers: potentials of the residual network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer_core.network.arcs import GapArcs


def potentials(arcs: GapArcs, flow: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Return node potentials that prove a pooled flow optimal; None if it is not.

    With potentials p, every arc has reduced cost ``cost + p[tail] - p[head] >= 0``, and 0 where the flow is
    positive; hence every plan costs the flow's cost plus the reduced costs of the arcs it uses (Ahuja,
    Magnanti, Orlin: Network Flows, theorem 9.3). They are the least distances from any node in the residual
    network, which exist unless a negative cycle shows a better flow.

    Parameters
    ----------
    arcs
        The gap arcs, without capacities.
    flow
        int64, shape (number of arcs,): units on each arc.
    """
    used = flow > 0
    tails = np.concatenate([arcs.tail, arcs.head[used]])
    heads = np.concatenate([arcs.head, arcs.tail[used]])
    costs = np.concatenate([arcs.cost, -arcs.cost[used]])
    order = np.argsort(heads, kind="stable")
    tails, heads, costs = tails[order], heads[order], costs[order]
    first = np.flatnonzero(np.diff(heads, prepend=-1))
    targets = heads[first]
    distance = np.zeros(arcs.num_nodes, dtype=np.int64)
    for _ in range(arcs.num_nodes + 1):
        reached = np.minimum.reduceat(distance[tails] + costs, first)
        shorter = reached < distance[targets]
        if not shorter.any():
            return distance
        distance[targets[shorter]] = reached[shorter]
    return None


def reduced_costs(arcs: GapArcs, potential: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how much each unit on an arc raises the cost above the optimum of the pooled flow."""
    return arcs.cost + potential[arcs.tail] - potential[arcs.head]
