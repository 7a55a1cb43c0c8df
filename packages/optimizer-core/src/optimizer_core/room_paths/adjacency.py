"""Adjacency groups in the exact model: a penalty for each member without another member next door."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.milp import MilpModel
from optimizer_core.room_paths.lattice import Lattice
from optimizer_core.room_paths.passes import Cap, Weights
from optimizer_core.room_paths.restricted import RestrictedModel

Masks = tuple[NDArray[np.bool_], ...]
"""For each lattice, the (arc, room) pairs that a plan or a model uses."""

PAIR = 2

MOST_CHOICES, MOST_COLUMNS = 200_000, 5_000
"""Choices of rooms for a group up to which all are tried, and placements up to which each has a column."""

Places = dict[int, int | None]
"""Rooms that a member may have, each with its column; None where the member is fixed."""


class GroupRows:
    """The groups of some components; each movable member has its own stay class.

    Parameters
    ----------
    grid
        The hotel.
    lattices
        The components.

    Attributes
    ----------
    groups
        Positions of the members of each group that has a movable member here.
    certain
        Number of members that have no neighbor in any plan.
    """

    def __init__(self, grid: Grid, lattices: Sequence[Lattice]) -> None:
        problem = grid.problem
        self._grid, self._lattices = grid, tuple(lattices)
        self._adjacent = [frozenset(problem.room_index[n] for n in room.adjacent) for room in problem.rooms]
        self._place = {
            stay_class.stays[0]: (position, index)
            for position, lattice in enumerate(lattices)
            for index, stay_class in enumerate(lattice.classes)
            if len(stay_class.stays) == 1
        }
        every = [
            tuple(problem.stay_index[member.stay_id] for member in members)
            for members in problem.groups.values()
        ]
        self.groups = [members for members in every if any(member in self._place for member in members)]
        self.certain = sum(len(self._always_apart(members)) for members in self.groups)

    def arc_of(self, member: int) -> tuple[int, int] | None:
        """Return the lattice of a member and its arc there; None if the member is fixed."""
        if self._grid.fixed_room[member] != NOWHERE:
            return None
        position, index = self._place[member]
        return position, int(self._lattices[position].class_arcs[index])

    def next_door(
        self, rooms: NDArray[np.int64], others: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the pairs of rooms next to each other, as positions in both arrays."""
        near = [[other in self._adjacent[room] for other in others.tolist()] for room in rooms.tolist()]
        mine, theirs = np.nonzero(np.array(near, dtype=bool).reshape(rooms.shape[0], others.shape[0]))
        return mine, theirs

    def rooms_of(self, member: int) -> frozenset[int]:
        """Return the rooms that a member may have."""
        fixed = self._grid.fixed_room[member]
        if fixed != NOWHERE:
            return frozenset([fixed])
        position, index = self._place[member]
        lattice = self._lattices[position]
        allowed = lattice.allowed[lattice.class_arcs[index]]
        return frozenset(lattice.rooms[column] for column in np.flatnonzero(allowed).tolist())

    def _always_apart(self, members: Sequence[int]) -> list[int]:
        """Return the members without a room next to a room of another member."""
        rooms = {member: self.rooms_of(member) for member in members}
        near = {
            member: frozenset().union(*(self._adjacent[room] for room in found))
            for member, found in rooms.items()
        }
        return [m for m in members if not any(near[m] & rooms[other] for other in members if other != m)]

    def count_apart(self, masks: Masks) -> int:
        """Return the members without another member next door in a plan."""
        rooms: dict[int, int] = {}
        for member in {member for members in self.groups for member in members}:
            fixed = self._grid.fixed_room[member]
            if fixed == NOWHERE:
                position, index = self._place[member]
                lattice = self._lattices[position]
                (column,) = np.flatnonzero(masks[position][lattice.class_arcs[index]]).tolist()
                fixed = lattice.rooms[column]
            rooms[member] = fixed
        return sum(
            not any(rooms[other] in self._adjacent[rooms[member]] for other in members if other != member)
            for members in self.groups
            for member in members
        )

    def widen(self, restricted: RestrictedModel, weights: Weights, caps: Sequence[Cap]) -> MilpModel:
        """Return the model with columns and rows for its groups.

        With z[i, r] the column of member i in room r, and w[k] whether the members of a group have the rooms
        of placement k, in which each of them has another one next door::

            sum of w[k] over the k with member i in room r  =  z[i, r]     for all i, r

        is the convex hull of the plans that separate no member of the group. It is used where no separation
        is allowed. Where it is, a pair is separated as a whole: the sums are at most z[i, r], and a penalty
        column that counts for both members completes the sum of all w[k] to 1.

        Larger groups, some of whose members may be apart, have a penalty p[i] of each member, and columns
        y[i, r, j, q] for rooms r and q next to each other: whether member j in q is the neighbor that counts
        for member i in r::

            sum of y[i, r, j, q] over j, q  +  p[i]  >=  z[i, r]     for all i, r
            sum of y[i, r, j, q] over r              <=  z[j, q]     for all i, j, q

        Parameters
        ----------
        restricted
            The model.
        weights, caps
            The cost of a penalty, and its use of each cap; the caps are the last rows of the model.
        """
        most = min((cap.limit // cap.usage.apart for cap in caps if cap.usage.apart), default=math.inf)
        columns = [restricted.column_of(position) for position in range(len(self._lattices))]
        rows = _Rows(restricted.model.num_columns)
        for members in self.groups:
            places = {member: self._places(member, columns) for member in members}
            is_united = most <= self.certain and not self._always_apart(members)
            placements = self._placements(places) if is_united or len(members) == PAIR else None
            if placements is not None:
                _add_placements(rows, places, placements, is_united=is_united)
            else:
                for member in members:
                    self._add_member(rows, member, places)
        return rows.added_to(restricted.model, weights, caps)

    def _placements(self, places: dict[int, Places]) -> list[tuple[int, ...]] | None:
        """Return the rooms of all members wherever each has a neighbor; None if they are too many."""
        rooms = [list(found) for found in places.values()]
        shape = tuple(map(len, rooms))
        if math.prod(shape) > MOST_CHOICES:
            return None
        is_good = np.ones(shape, dtype=bool)
        for i, mine in enumerate(rooms):
            has_neighbor = np.zeros(shape, dtype=bool)
            for j, theirs in enumerate(rooms):
                if i != j:
                    near = np.array([[q in self._adjacent[r] for q in theirs] for r in mine], dtype=bool)
                    sizes = [size if k in {i, j} else 1 for k, size in enumerate(shape)]
                    has_neighbor |= (near if i < j else near.T).reshape(sizes)
            is_good &= has_neighbor
        if np.count_nonzero(is_good) > MOST_COLUMNS:
            return None
        return [
            tuple(of[at] for of, at in zip(rooms, chosen, strict=True))
            for chosen in np.argwhere(is_good).tolist()
        ]

    def _add_member(self, rows: _Rows, member: int, places: dict[int, Places]) -> None:
        """Add the penalty of a member, its possible neighbors, and the rows that bind them."""
        penalty = rows.add_column(apart=1)
        needed: dict[int, list[int]] = {room: [] for room in places[member]}
        nearby = [item for other, rooms in places.items() if other != member for item in rooms.items()]
        for near, by in nearby:
            named = {room: rows.add_column() for room in needed if near in self._adjacent[room]}
            for room, neighbor in named.items():
                needed[room].append(neighbor)
            rows.add(dict.fromkeys(named.values(), -1.0), at=by)
        for room, neighbors in needed.items():
            rows.add(dict.fromkeys([penalty, *neighbors], 1.0), at=places[member][room], is_needed=True)

    def _places(self, member: int, columns: Sequence[dict[tuple[int, int], int]]) -> Places:
        fixed = self._grid.fixed_room[member]
        if fixed != NOWHERE:
            return {fixed: None}
        position, index = self._place[member]
        rooms = self._lattices[position].rooms
        found = ((room, columns[position].get((index, at))) for at, room in enumerate(rooms))
        return {room: column for room, column in found if column is not None}


def _add_placements(
    rows: _Rows, places: dict[int, Places], placements: Sequence[tuple[int, ...]], *, is_united: bool
) -> None:
    """Add a column for each placement of a group and the rows that bind them to the rooms of its members."""
    columns = [rows.add_column() for _ in placements]
    for position, of_member in enumerate(places.values()):
        for room, at in of_member.items():
            here = [w for w, placed in zip(columns, placements, strict=True) if placed[position] == room]
            rows.add(dict.fromkeys(here, -1.0), at=at, is_equal=is_united)
    if not is_united:
        rows.add(dict.fromkeys([*columns, rows.add_column(apart=len(places))], 1.0), is_needed=True)


class _Rows:
    """Columns and rows to be added to a model."""

    def __init__(self, first_column: int) -> None:
        self._first = first_column
        self._apart: list[int] = []
        self._entries: list[dict[int, float]] = []
        self._lower: list[float] = []
        self._upper: list[float] = []

    def add_column(self, *, apart: int = 0) -> int:
        """Add a column from 0 to 1 and return its position; 1 means that `apart` members are separated."""
        self._apart.append(apart)
        return self._first + len(self._apart) - 1

    def add(
        self, row: dict[int, float], *, at: int | None = None, is_needed: bool = False, is_equal: bool = False
    ) -> None:
        """Add the row ``row @ x + z >= 0``, where z is a column, or 1 without a column.

        Parameters
        ----------
        row
            Coefficients by column.
        at
            The column z.
        is_needed
            Whether z is subtracted instead.
        is_equal
            Whether the row is an equation.
        """
        sign = -1.0 if is_needed else 1.0
        self._entries.append(row if at is None else row | {at: sign})
        self._lower.append(-sign if at is None else 0.0)
        self._upper.append(self._lower[-1] if is_equal else np.inf)

    def added_to(self, model: MilpModel, weights: Weights, caps: Sequence[Cap]) -> MilpModel:
        """Return the model with these columns and rows."""
        num_columns = len(self._apart)
        apart = np.array(self._apart, dtype=np.float64)
        extra = sparse.csr_matrix(
            (
                [value for row in self._entries for value in row.values()],
                (
                    [r for r, row in enumerate(self._entries) for _ in row],
                    [column for row in self._entries for column in row],
                ),
            ),
            shape=(len(self._entries), model.num_columns + num_columns),
        )
        in_caps = sparse.lil_matrix((model.num_rows, num_columns))
        for position, cap in enumerate(caps):
            in_caps[model.num_rows - len(caps) + position, apart > 0] = cap.usage.apart * apart[apart > 0]
        return replace(
            model,
            cost=np.append(model.cost, weights.apart * apart),
            matrix=sparse.vstack([sparse.hstack([model.matrix, in_caps.tocsc()]), extra], format="csc"),
            row_lower=np.append(model.row_lower, np.array(self._lower, dtype=np.float64)),
            row_upper=np.append(model.row_upper, np.array(self._upper, dtype=np.float64)),
            lower=np.append(model.lower, np.zeros(num_columns)),
            upper=np.append(model.upper, np.ones(num_columns)),
            integral=np.append(model.integral, np.ones(num_columns, dtype=bool)),
        )
