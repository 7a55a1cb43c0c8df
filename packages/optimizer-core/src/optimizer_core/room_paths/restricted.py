"""The exact model on some of the arcs: one path for each room, every stay on one path.

Its rows are the nodes of each room, the stay classes and the caps. Restricted to arcs of small reduced cost,
it is small and its linear relaxation nearly integral.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer_core.network.milp import MilpModel
from optimizer_core.room_paths.lattice import Lattice
from optimizer_core.room_paths.passes import Cap, Weights


@dataclass(frozen=True)
class RestrictedModel:
    """A `MilpModel` over kept (arc, room) pairs, with the meaning of its columns.

    Parameters
    ----------
    model
        The matrices.
    lattices
        The components.
    arcs, rooms
        For each lattice int64, shape (columns of it,): arc and room of each column.
    first_columns
        First column of each lattice, and the number of all columns that are arcs.
    class_rows
        For each lattice, the row of its first class; the others follow.
    num_caps
        Number of caps, whose rows are the last ones.
    """

    model: MilpModel
    lattices: tuple[Lattice, ...]
    arcs: tuple[NDArray[np.int64], ...]
    rooms: tuple[NDArray[np.int64], ...]
    first_columns: tuple[int, ...]
    class_rows: tuple[int, ...]
    num_caps: int = 0

    def column_of(self, position: int) -> dict[tuple[int, int], int]:
        """Return the column of each (class, room) of a lattice, rooms by their position in it."""
        classes = self.lattices[position].stay_class[self.arcs[position]]
        first = self.first_columns[position]
        return {
            (int(classes[column]), int(self.rooms[position][column])): first + column
            for column in np.flatnonzero(classes >= 0).tolist()
        }

    def class_prices(self, duals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the prices of the classes of all lattices, from the dual values of the rows."""
        both = zip(self.class_rows, self.lattices, strict=True)
        return np.concatenate([np.zeros(0), *(duals[row : row + len(of.classes)] for row, of in both)])

    def cap_prices(self, duals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the prices of the caps, from the dual values of the rows, those of groups included."""
        first = self.model.num_rows - self.num_caps
        return np.maximum(0.0, -duals[first : self.model.num_rows])


def build_restricted(
    lattices: Sequence[Lattice],
    keeps: Sequence[NDArray[np.bool_]],
    weights: Weights,
    caps: Sequence[Cap] = (),
) -> RestrictedModel:
    """Return the exact model on some arcs.

    Parameters
    ----------
    lattices
        The components.
    keeps
        For each lattice bool, shape (arcs, rooms): which arcs the model has.
    weights
        Weights of gap cost, moves, upgrades and charges; whole numbers.
    caps
        Limits on the total use of all components.
    """
    builder = _Builder(caps)
    for lattice, keep in zip(lattices, keeps, strict=True):
        builder.add(lattice, keep & lattice.allowed, weights)
    return builder.build(tuple(lattices))


def weigh(
    lattice: Lattice, weights: Weights, arcs: NDArray[np.int64], rooms: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the cost of some (arc, room) pairs, float64, shape (pairs,)."""
    cost = weights.gap * lattice.gap[arcs].astype(np.float64)
    if weights.move:
        cost += weights.move * lattice.is_away[arcs, rooms]
    if weights.upgrade and lattice.upgrade is not None:
        cost += weights.upgrade * lattice.upgrade[arcs, rooms]
    if weights.charge and lattice.charge is not None:
        cost += weights.charge * lattice.charge[arcs, rooms]
    return cost


class _Builder:
    """Collects columns and rows of the lattices."""

    def __init__(self, caps: Sequence[Cap]) -> None:
        self._caps = caps
        self._cost, self._equal = [np.zeros(0)], [np.zeros(0)]
        self._rows, self._columns = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        self._values, self._used = [np.zeros(0)], [[np.zeros(0)] for _ in caps]
        self._arcs: list[NDArray[np.int64]] = []
        self._rooms: list[NDArray[np.int64]] = []
        self._first = [0]
        self._class_rows: list[int] = []
        self._num_rows = 0

    def add(self, lattice: Lattice, keep: NDArray[np.bool_], weights: Weights) -> None:
        """Add the columns of a lattice, the rows of its nodes, and those of its classes."""
        arcs, rooms = np.nonzero(keep)
        first, columns = self._first[-1], np.arange(arcs.shape[0]) + self._first[-1]
        nodes = lattice.num_nodes
        tails, heads = rooms * nodes + lattice.tail[arcs], rooms * nodes + lattice.head[arcs]
        ends = np.arange(lattice.num_rooms) * nodes
        used = np.unique(np.concatenate([tails, heads, ends, ends + nodes - 1]))
        balance = np.zeros(used.shape[0])
        balance[np.searchsorted(used, ends)] = 1.0
        balance[np.searchsorted(used, ends + nodes - 1)] = -1.0
        base = self._num_rows
        classes = lattice.stay_class[arcs]
        covering = np.flatnonzero(classes >= 0)
        self._rows += [
            base + np.searchsorted(used, tails),
            base + np.searchsorted(used, heads),
            base + used.shape[0] + classes[covering],
        ]
        self._columns += [columns, columns, columns[covering]]
        self._values += [np.ones(arcs.shape[0]), -np.ones(arcs.shape[0]), np.ones(covering.shape[0])]
        self._equal += [balance, lattice.demand.astype(np.float64)]
        self._class_rows.append(base + used.shape[0])
        self._num_rows += used.shape[0] + len(lattice.classes)
        self._cost.append(weigh(lattice, weights, arcs, rooms))
        for used_by, cap in zip(self._used, self._caps, strict=True):
            used_by.append(weigh(lattice, cap.usage, arcs, rooms))
        self._arcs.append(arcs)
        self._rooms.append(rooms)
        self._first.append(first + arcs.shape[0])

    def build(self, lattices: tuple[Lattice, ...]) -> RestrictedModel:
        """Return the model."""
        num_columns, equal = self._first[-1], np.concatenate(self._equal)
        entries = (np.concatenate(self._rows), np.concatenate(self._columns))
        matrix = sparse.csr_matrix(
            (np.concatenate(self._values), entries), shape=(self._num_rows, num_columns)
        )
        limits = np.array([cap.limit for cap in self._caps], dtype=np.float64)
        extra = [sparse.csr_matrix(np.concatenate(used)[None, :]) for used in self._used]
        model = MilpModel(
            np.concatenate(self._cost),
            sparse.vstack([matrix, *extra], format="csc") if extra else matrix.tocsc(),
            np.concatenate([equal, np.full(limits.shape[0], -np.inf)]),
            np.concatenate([equal, limits]),
            np.zeros(num_columns),
            np.ones(num_columns),
            np.ones(num_columns, dtype=bool),
        )
        parts = tuple(self._arcs), tuple(self._rooms), tuple(self._first), tuple(self._class_rows)
        return RestrictedModel(model, lattices, *parts, num_caps=len(self._caps))
