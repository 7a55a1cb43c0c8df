"""The lattice of a component: arcs through the mornings, shared by all rooms.

A room's plan is a path from the first morning to the last. An arc is a gap between two stays, a step of the
idle chain, a fixed stay, or a stay class. Arcs are shared by all rooms; a mask states which room may use
which arc. Only the stay classes couple the rooms: each is used as often as it has stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer_core.network.arcs import day_node, end_node, gap_arcs
from optimizer_core.network.commodities import StayClass, stay_classes
from optimizer_core.network.components import Component
from optimizer_core.network.grid import NOWHERE, Grid

NO_CLASS = -1
"""Stay class of an arc without a stay class."""


@dataclass(frozen=True)
class Lattice:
    """The arcs of one component, in order of their heads, and the rooms that may use them.

    Parameters
    ----------
    rooms
        Positions of the rooms.
    classes
        The movable stays by class.
    tail, head
        int64, shape (arcs,): nodes; every arc leads to a node of a higher number.
    gap
        int64, shape (arcs,): gap cost in units.
    stay_class
        int64, shape (arcs,): class of the arc, `NO_CLASS` for the other arcs.
    allowed
        bool, shape (arcs, rooms): whether a room may use an arc.
    home_arc, home_room
        int64, shape (homes,): pairs of a class arc and a room that now holds a stay of the class.
    upgrade
        bool, shape (arcs, rooms): whether a class arc gives its stay a further type; None if no class may use
        several types.
    num_mornings
        Mornings of the horizon, the last departure included.
    charge
        int64, shape (arcs, rooms): reduced cost of an arc in a room under prices for the gap cost alone; None
        if not needed. The charges of a plan add up to its gap cost less a proved bound.
    """

    rooms: tuple[int, ...]
    classes: tuple[StayClass, ...]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    gap: NDArray[np.int64]
    stay_class: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    home_arc: NDArray[np.int64]
    home_room: NDArray[np.int64]
    upgrade: NDArray[np.bool_] | None
    num_mornings: int
    charge: NDArray[np.int64] | None = None

    @property
    def num_arcs(self) -> int:
        """Number of arcs."""
        return int(self.tail.shape[0])

    @property
    def num_rooms(self) -> int:
        """Number of rooms."""
        return len(self.rooms)

    @property
    def num_nodes(self) -> int:
        """Number of nodes; the last one is the end of every path."""
        return end_node(self.num_mornings - 1) + 1

    @cached_property
    def demand(self) -> NDArray[np.int64]:
        """Stays of each class, int64, shape (classes,)."""
        return np.array([len(c.stays) for c in self.classes], dtype=np.int64)

    @cached_property
    def is_class(self) -> NDArray[np.bool_]:
        """Whether each arc is a stay class, bool, shape (arcs,)."""
        return np.not_equal(self.stay_class, NO_CLASS)

    @cached_property
    def class_arcs(self) -> NDArray[np.int64]:
        """Position of the arc of each class, int64, shape (classes,)."""
        arcs = np.flatnonzero(self.is_class)
        order = np.empty(len(self.classes), dtype=np.int64)
        order[self.stay_class[arcs]] = arcs
        return order

    @cached_property
    def heads(self) -> list[tuple[int, int, int]]:
        """For each node that an arc enters, in order: (node, first arc, last arc + 1)."""
        starts = np.flatnonzero(np.diff(self.head, prepend=-1))
        ends = np.append(starts[1:], self.num_arcs)
        return list(zip(self.head[starts].tolist(), starts.tolist(), ends.tolist(), strict=True))

    @cached_property
    def by_tail(self) -> tuple[NDArray[np.int64], list[tuple[int, int, int]]]:
        """The arcs in order of their tails, and (node, first, last + 1) in that order, last node first."""
        order = np.argsort(self.tail, kind="stable")
        tails = self.tail[order]
        starts = np.flatnonzero(np.diff(tails, prepend=-1))
        ends = np.append(starts[1:], self.num_arcs)
        slices = list(zip(tails[starts].tolist(), starts.tolist(), ends.tolist(), strict=True))
        return order, slices[::-1]

    @cached_property
    def is_away(self) -> NDArray[np.bool_]:
        """Whether a class arc in a room is a move (no stay of it is there now), bool, shape (arcs, rooms)."""
        away = np.repeat(self.is_class[:, None], self.num_rooms, axis=1)
        away[self.home_arc, self.home_room] = False
        return away

    def restrict(self, allowed: NDArray[np.bool_]) -> Lattice:
        """Return the lattice with a smaller mask, without the arcs that no room may use.

        Class arcs are kept, since every class needs one.

        Parameters
        ----------
        allowed
            bool, shape (arcs, rooms).
        """
        used = allowed.any(axis=1) | self.is_class
        position = np.cumsum(used) - 1
        homes = allowed[self.home_arc, self.home_room]
        return Lattice(
            self.rooms,
            self.classes,
            self.tail[used],
            self.head[used],
            self.gap[used],
            self.stay_class[used],
            allowed[used],
            position[self.home_arc[homes]],
            self.home_room[homes],
            None if self.upgrade is None else self.upgrade[used],
            self.num_mornings,
            None if self.charge is None else self.charge[used],
        )

    def charged(self, charge: NDArray[np.int64]) -> Lattice:
        """Return the lattice with charges, int64, shape (arcs, rooms)."""
        return replace(self, charge=charge)


def build_lattice(grid: Grid, component: Component, apart: Iterable[int] = ()) -> Lattice:
    """Return the lattice of a component.

    Parameters
    ----------
    grid
        The hotel.
    component
        The types and their movable stays.
    apart
        Stays that get their own class, such as members of adjacency groups.
    """
    rooms = tuple(room for kind in component.kinds for room in grid.rooms_of_type[kind])
    apart = set(apart)
    classes = (
        *stay_classes(grid, [stay for stay in component.stays if stay not in apart]),
        *(c for stay in component.stays if stay in apart for c in stay_classes(grid, [stay])),
    )
    fixed = [
        (grid.arrival[s], grid.departure[s], room) for room in rooms for s in grid.fixed_of_room.get(room, ())
    ]
    arrivals = {c.arrival for c in classes} | {first for first, _, _ in fixed}
    departures = {c.departure for c in classes} | {last for _, last, _ in fixed}
    gaps = gap_arcs(grid, departures, arrivals)
    held = sorted({(first, last) for first, last, _ in fixed})
    tails = [*gaps.tail.tolist(), *(day_node(a) for a, _ in held), *(day_node(c.arrival) for c in classes)]
    heads = [*gaps.head.tolist(), *(day_node(d) for _, d in held), *(day_node(c.departure) for c in classes)]
    tail, head = np.array(tails, dtype=np.int64), np.array(heads, dtype=np.int64)
    num_other = gaps.tail.shape[0] + len(held)
    cost = np.zeros(tail.shape[0], dtype=np.int64)
    cost[: gaps.cost.shape[0]] = gaps.cost
    stay_class = np.full(tail.shape[0], NO_CLASS, dtype=np.int64)
    stay_class[num_other:] = np.arange(len(classes))
    column = {room: position for position, room in enumerate(rooms)}
    allowed = _free(grid, column, fixed, tail // 2, head // 2)
    own = {ends: gaps.tail.shape[0] + position for position, ends in enumerate(held)}
    allowed[gaps.tail.shape[0] : num_other] = False
    for first, last, room in fixed:
        allowed[own[first, last], column[room]] = True
    kinds = np.array([grid.room_type[room] for room in rooms], dtype=np.int64)
    for position, stay_class_ in enumerate(classes):
        if len(component.kinds) > 1:
            allowed[num_other + position] &= np.isin(kinds, stay_class_.types)
    home_arc, home_room = _homes(grid, classes, num_other, column, allowed)
    order = np.argsort(head, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.shape[0])
    return Lattice(
        rooms,
        classes,
        tail[order],
        head[order],
        cost[order],
        stay_class[order],
        allowed[order],
        place[home_arc],
        home_room,
        _upgrades(grid, classes, kinds, num_other, order),
        grid.num_nights + 1,
    )


def _free(
    grid: Grid,
    column: Mapping[int, int],
    fixed: Sequence[tuple[int, int, int]],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Return whether a room has no fixed stay on the nights of an arc, shape (arcs, rooms)."""
    taken = np.zeros((grid.num_nights + 2, len(column)), dtype=np.int64)
    for arrival, departure, room in fixed:
        taken[arrival + 1 : departure + 1, column[room]] += 1
    before = np.cumsum(taken, axis=0)
    return np.equal(before[last], before[first])


def _homes(
    grid: Grid,
    classes: Sequence[StayClass],
    first_arc: int,
    column: Mapping[int, int],
    allowed: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the (class arc, room) pairs of stays that can keep their room."""
    pairs = sorted(
        {
            (first_arc + index, column[grid.current_room[stay]])
            for index, stay_class in enumerate(classes)
            for stay in stay_class.stays
            if grid.current_room[stay] in column
        }
    )
    usable = [(arc, room) for arc, room in pairs if allowed[arc, room]]
    both = np.array(usable, dtype=np.int64).reshape(-1, 2)
    return both[:, 0].copy(), both[:, 1].copy()


def _upgrades(
    grid: Grid,
    classes: Sequence[StayClass],
    kinds: NDArray[np.int64],
    num_other: int,
    order: NDArray[np.int64],
) -> NDArray[np.bool_] | None:
    """Return which class arcs are upgrades in which rooms; None if no class has a choice."""
    upgrade = np.zeros((order.shape[0], kinds.shape[0]), dtype=bool)
    for index, stay_class in enumerate(classes):
        if len(stay_class.types) > 1:
            further = [kind for kind in stay_class.types if grid.upgrade_cost(stay_class.stays[0], kind)]
            upgrade[num_other + index] = np.isin(kinds, further)
    return upgrade[order] if upgrade.any() else None


def fixed_upgrades(grid: Grid, lattice: Lattice) -> int:
    """Return the upgrades of every plan: movable stays whose only possible type is a further one."""
    return sum(
        grid.upgrade_cost(stay, stay_class.types[0])
        for stay_class in lattice.classes
        if len(stay_class.types) == 1
        for stay in stay_class.stays
    )


def stays_without_room(grid: Grid, lattice: Lattice) -> int:
    """Return the number of movable stays without a current room, for which no room is a move."""
    return sum(
        grid.current_room[stay] == NOWHERE for stay_class in lattice.classes for stay in stay_class.stays
    )
