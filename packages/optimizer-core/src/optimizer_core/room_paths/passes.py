"""Shortest paths of all rooms at once, and the bound that they prove.

With a price ``pi[k]`` on each stay class, every plan costs at least::

    L(pi) = sum of demand[k] * pi[k] + sum over rooms of the shortest path under cost - pi

(Lagrangian relaxation of the rows that cover the stays; Ahuja, Magnanti, Orlin: Network Flows, chapter 16).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer_core.room_paths.lattice import Lattice

FAR = 1 << 61
"""Length of a path that does not exist, in whole numbers; twice it still fits into 64 bits."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of gap cost, moves and other terms in the cost.

    Parameters
    ----------
    gap, move, upgrade, charge
        Factors on the units of gap cost, the moves, the upgrades and the charges of a plan.
    apart
        Factor on the group members without a neighbor. Paths ignore it: it counts only in exact models, and
        bounds include its certain part.
    """

    gap: float = 0
    move: float = 0
    upgrade: float = 0
    charge: float = 0
    apart: float = 0

    def plus(self, other: Weights, factor: float) -> Weights:
        """Return these weights and a multiple of others."""
        return Weights(
            self.gap + factor * other.gap,
            self.move + factor * other.move,
            self.upgrade + factor * other.upgrade,
            self.charge + factor * other.charge,
            self.apart + factor * other.apart,
        )


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit that couples the rooms, besides the stays that they share.

    Parameters
    ----------
    usage
        What counts: the weights of gap cost, moves, upgrades or charges.
    limit
        Most of it that a plan may have. Stays without a current room count as moves here.
    """

    usage: Weights
    limit: float


class Costs:
    """The cost of each arc in each room, for any weights and prices.

    Parameters
    ----------
    lattice
        The arcs.
    """

    def __init__(self, lattice: Lattice) -> None:
        self._lattice = lattice
        self._mask = np.where(lattice.allowed, 0.0, np.inf)
        self._gap = lattice.gap.astype(np.float64)
        self._is_class = lattice.is_class.astype(np.float64)
        self._buffer = np.empty_like(self._mask)

    def real(self, weights: Weights, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return cost less price as float64, shape (arcs, rooms); infinite where a room must not use the arc.

        The array is overwritten by the next call.
        """
        lattice = self._lattice
        by_arc = weights.gap * self._gap + weights.move * self._is_class
        by_arc[lattice.class_arcs] -= prices
        np.add(self._mask, by_arc[:, None], out=self._buffer)
        if weights.move:
            self._buffer[lattice.home_arc, lattice.home_room] -= weights.move
        if weights.upgrade and lattice.upgrade is not None:
            self._buffer += weights.upgrade * lattice.upgrade
        if weights.charge and lattice.charge is not None:
            self._buffer += weights.charge * lattice.charge
        return self._buffer


def whole_costs(
    lattice: Lattice, weights: Weights, prices: NDArray[np.int64], parts: int
) -> NDArray[np.int64]:
    """Return cost less price in whole numbers, int64, shape (arcs, rooms).

    Parameters
    ----------
    lattice
        The arcs.
    weights
        Whole numbers.
    prices
        int64, shape (classes,): in 1 / `parts` of a unit.
    parts
        Parts of one unit.
    """
    move, upgrade = parts * int(weights.move), parts * int(weights.upgrade)
    by_arc = parts * int(weights.gap) * lattice.gap + move * lattice.is_class
    by_arc[lattice.class_arcs] -= prices
    cost = np.repeat(by_arc[:, None], lattice.num_rooms, axis=1)
    cost[lattice.home_arc, lattice.home_room] -= move
    if upgrade and lattice.upgrade is not None:
        cost += upgrade * lattice.upgrade
    cost[~lattice.allowed] = FAR
    return cost


def forward(lattice: Lattice, cost: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the distance of each node from the start, and the arc that enters it on a shortest path.

    Parameters
    ----------
    lattice
        The arcs.
    cost
        float64, shape (arcs, rooms).

    Returns
    -------
    tuple
        float64 and int64, shape (nodes, rooms); infinite, with an arbitrary arc, where a node cannot be
        reached.
    """
    tail, num_rooms = lattice.tail, lattice.num_rooms
    columns = np.arange(num_rooms)
    distance = np.full((lattice.num_nodes, num_rooms), np.inf)
    entered = np.zeros((lattice.num_nodes, num_rooms), dtype=np.int64)
    distance[0] = 0.0
    for node, first, last in lattice.heads:
        if last - first == 1:
            np.add(distance[tail[first]], cost[first], out=distance[node])
            entered[node] = first
            continue
        reached = distance[tail[first:last]]
        reached += cost[first:last]
        best = reached.argmin(axis=0)
        distance[node] = reached[best, columns]
        np.add(best, first, out=entered[node])
    return distance, entered


def distances(lattice: Lattice, cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of each node from the start, shape (nodes, rooms); see `forward`."""
    tail = lattice.tail
    distance = np.full((lattice.num_nodes, lattice.num_rooms), np.inf)
    distance[0] = 0.0
    for node, first, last in lattice.heads:
        reached = distance[tail[first:last]]
        reached += cost[first:last]
        reached.min(axis=0, out=distance[node])
    return distance


def backward(lattice: Lattice, cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of each node to the end, float64, shape (nodes, rooms)."""
    order, slices = lattice.by_tail
    head, cost = lattice.head[order], cost[order]
    distance = np.full((lattice.num_nodes, lattice.num_rooms), np.inf)
    distance[-1] = 0.0
    for node, first, last in slices:
        reached = distance[head[first:last]]
        reached += cost[first:last]
        reached.min(axis=0, out=distance[node])
    return distance


def trace(lattice: Lattice, entered: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the arcs of all rooms' shortest paths as (arc, room) pairs."""
    rooms = np.arange(lattice.num_rooms)
    node = np.full(lattice.num_rooms, lattice.num_nodes - 1)
    arcs, users = [], []
    while rooms.size:
        arc = entered[node, rooms]
        arcs.append(arc)
        users.append(rooms)
        node = lattice.tail[arc]
        going = node > 0
        if not going.all():
            node, rooms = node[going], rooms[going]
    if not arcs:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    return np.concatenate(arcs), np.concatenate(users)


def reduced_costs(lattice: Lattice, cost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much longer a path through each arc is than the shortest one of its room.

    float64, shape (arcs, rooms); infinite where a room must not use the arc.
    """
    ahead = backward(lattice, cost)
    behind = distances(lattice, cost)
    reduced: NDArray[np.float64] = behind[lattice.tail] + cost + ahead[lattice.head] - ahead[0]
    return np.maximum(reduced, 0.0, out=reduced)


def whole_distances(lattice: Lattice, cost: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distances of each node from the start and to the end, in whole numbers.

    Parameters
    ----------
    lattice
        The arcs.
    cost
        int64, shape (arcs, rooms), `FAR` where a room must not use the arc.

    Returns
    -------
    tuple
        Two arrays of int64, shape (nodes, rooms), `FAR` or more where there is no path.
    """
    behind = np.full((lattice.num_nodes, lattice.num_rooms), FAR, dtype=np.int64)
    behind[0] = 0
    for node, first, last in lattice.heads:
        reached = behind[lattice.tail[first:last]] + cost[first:last]
        behind[node] = np.minimum(reached.min(axis=0), FAR)
    order, slices = lattice.by_tail
    ahead = np.full_like(behind, FAR)
    ahead[-1] = 0
    for node, first, last in slices:
        arcs = order[first:last]
        reached = ahead[lattice.head[arcs]] + cost[arcs]
        ahead[node] = np.minimum(reached.min(axis=0), FAR)
    return behind, ahead
