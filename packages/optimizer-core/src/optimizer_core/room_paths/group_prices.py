"""Prices for the rooms of group members, so that bounds and reduced costs know adjacency.

In the exact model each member pays the penalty or names a neighbor. Here each member has a term of its own
that chooses rooms for its whole group, independently of the paths and of the other terms. A price on each
room of each member, which the paths earn and the term pays, brings the choices together (Lagrangian
decomposition; Guignard and Kim: Lagrangean decomposition, Mathematical Programming 39, 1987). The best
prices prove as much as the linear program of the exact model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer_core.room_paths.adjacency import GroupRows
from optimizer_core.room_paths.lattice import Lattice


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """The cheapest rooms of all terms.

    Parameters
    ----------
    cost
        Prices and penalties.
    taken
        float64, shape (places,): 1 for each place that is taken, else 0.
    apart
        Members that pay the penalty.
    """

    cost: float
    taken: NDArray[np.float64]
    apart: int


class GroupPrices:
    """The places of the terms and what they cost; a place is a room of a member in a term.

    Parameters
    ----------
    groups, lattices
        The groups and the components they are in.

    Attributes
    ----------
    size
        Number of places.
    is_priced
        bool, shape (places,): whether the member of a place may move. The others have price 0.
    """

    def __init__(self, groups: GroupRows, lattices: Sequence[Lattice]) -> None:
        self._lattices = tuple(lattices)
        slots: list[int] = []
        rooms: list[NDArray[np.int64]] = []
        first = [0]
        own, other, pairs = [], [], [0]
        for members in groups.groups:
            found = [np.array(sorted(groups.rooms_of(member)), dtype=np.int64) for member in members]
            for term in range(len(members)):
                begins = [first[-1], *(first[-1] + np.cumsum([part.shape[0] for part in found])).tolist()]
                count = pairs[-1]
                for neighbor in range(len(members)):
                    if neighbor != term:
                        mine, theirs = groups.next_door(found[term], found[neighbor])
                        own.append(mine + begins[term])
                        other.append(theirs + begins[neighbor])
                        count += mine.shape[0]
                pairs.append(count)
                slots += members
                rooms += found
                first += begins[1:]
        nothing = np.zeros(0, dtype=np.int64)
        self._own, self._other = np.concatenate([nothing, *own]), np.concatenate([nothing, *other])
        self._pairs, self._first = pairs, first
        self._slot = np.repeat(np.arange(len(slots)), np.diff(first))
        self.size = first[-1]
        self.is_priced = np.zeros(self.size, dtype=bool)
        self._arcs = self._find_arcs(groups, slots, rooms)

    def _find_arcs(
        self, groups: GroupRows, slots: Sequence[int], rooms: Sequence[NDArray[np.int64]]
    ) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
        """Return for each lattice its arcs, rooms and places, and mark the places that have prices."""
        found: list[list[NDArray[np.int64]]] = [[] for _ in self._lattices]
        columns = [{room: column for column, room in enumerate(x.rooms)} for x in self._lattices]
        for slot, member in enumerate(slots):
            at = groups.arc_of(member)
            if at is not None:
                position, arc = at
                places = np.arange(self._first[slot], self._first[slot + 1])
                self.is_priced[places] = True
                own = [columns[position][room] for room in rooms[slot].tolist()]
                found[position].append(np.stack([np.full(places.shape[0], arc), np.array(own), places]))
        empty = np.zeros((3, 0), dtype=np.int64)
        return [tuple(np.concatenate([empty, *parts], axis=1).astype(np.int64)) for parts in found]

    def earn(self, position: int, prices: NDArray[np.float64], cost: NDArray[np.float64]) -> None:
        """Subtract the prices of the places from the costs of the arcs of a lattice.

        Parameters
        ----------
        position
            The lattice.
        prices
            float64, shape (places,).
        cost
            float64, shape (arcs, rooms); changed.
        """
        arcs, rooms, places = self._arcs[position]
        np.subtract.at(cost, (arcs, rooms), prices[places])

    def taken_by(
        self, position: int, arcs: NDArray[np.int64], rooms: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return which places some (arc, room) pairs of a lattice take, float64, shape (places,)."""
        is_taken = np.zeros(self._lattices[position].allowed.shape)
        is_taken[arcs, rooms] = 1.0
        taken = np.zeros(self.size)
        own_arcs, own_rooms, places = self._arcs[position]
        taken[places] = is_taken[own_arcs, own_rooms]
        return taken

    def choose(self, prices: NDArray[np.float64], penalty: float) -> GroupChoice:
        """Return the cheapest rooms of each term.

        Parameters
        ----------
        prices
            float64, shape (places,).
        penalty
            Cost of a member without another member next door.
        """
        at = np.array([a + int(prices[a:b].argmin()) for a, b in pairwise(self._first)], dtype=np.int64)
        least = prices[at]
        taken = np.zeros(self.size)
        taken[at] = 1.0
        extra = prices[self._own] - least[self._slot[self._own]]
        extra += prices[self._other] - least[self._slot[self._other]]
        cost, apart = float(least.sum()), 0
        for a, b in pairwise(self._pairs):
            pair = a + int(extra[a:b].argmin()) if b > a else None
            if pair is None or extra[pair] > penalty:
                cost, apart = cost + penalty, apart + 1
                continue
            cost += float(extra[pair])
            for place in (self._own[pair], self._other[pair]):
                taken[at[self._slot[place]]] = 0.0
                taken[place] = 1.0
        return GroupChoice(cost, taken, apart)
