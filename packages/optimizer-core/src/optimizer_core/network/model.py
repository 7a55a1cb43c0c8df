"""The flow model: commodities of rooms that share the stays.

A commodity is a set of interchangeable rooms: all rooms of a type (the pool), one window, or several equal
windows. Its units flow from its sources to its sinks over gap arcs and stay arcs; every stay is served
exactly once by some commodity. With one commodity for each type this is the pooled lower bound, with one for
each window the exact model; anything in between is also a lower bound.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer_core.network.arcs import GapArcs, day_node
from optimizer_core.network.commodities import Commodity, Flow, Habits, StayClass, serving
from optimizer_core.network.milp import MilpModel

LARGEST_COEFFICIENT = 1 << 36
"""Largest cost given to a solver: beyond it, floating-point tolerances would blur whole numbers."""


@dataclass(frozen=True)
class FlowModel:
    """A `MilpModel` together with the meaning of its columns.

    Parameters
    ----------
    model
        The matrices.
    arcs
        The gap arcs.
    commodities
        The commodities.
    constant_classes
        For each commodity, the classes that only it may serve, with their units.
    columns
        For each commodity, (first arc column, gap arcs, first class column, classes); an arc or a class with
        a reward has two columns.
    kept
        Columns of stays that keep their room.
    weight
        Factor on gap costs, greater than all rewards together.
    """

    model: MilpModel
    arcs: GapArcs
    commodities: tuple[Commodity, ...]
    constant_classes: tuple[dict[int, int], ...]
    columns: tuple[tuple[int, NDArray[np.int64], int, tuple[int, ...]], ...]
    kept: NDArray[np.int64]
    weight: int = 1

    def flows(self, x: NDArray[np.float64]) -> list[Flow]:
        """Return the flow of each commodity at a point of whole numbers."""
        whole = np.rint(x).astype(np.int64)
        flows = []
        for commodity, (first_arc, used, first_class, classes), constant in zip(
            self.commodities, self.columns, self.constant_classes, strict=True
        ):
            arcs = np.zeros(self.arcs.tail.shape[0], dtype=np.int64)
            np.add.at(arcs, used, whole[first_arc : first_arc + used.shape[0]])
            served = dict(constant)
            for position, stay_class in enumerate(classes):
                units = int(whole[first_class + position])
                if units:
                    served[stay_class] = served.get(stay_class, 0) + units
            flows.append(Flow(commodity.kind, arcs, served))
        return flows

    def costed(self, cost: NDArray[np.float64]) -> FlowModel:
        """Return the same model with other costs."""
        return replace(self, model=replace(self.model, cost=cost))

    def capped(self, coefficients: NDArray[np.float64], most: float) -> FlowModel:
        """Return the model with one more row: ``coefficients @ x <= most``."""
        model = self.model
        row = sparse.csc_matrix(coefficients.reshape(1, -1))
        wider = replace(
            model,
            matrix=sparse.vstack([model.matrix, row], format="csc"),
            row_lower=np.append(model.row_lower, -np.inf),
            row_upper=np.append(model.row_upper, most),
        )
        return replace(self, model=wider)

    def class_columns(self) -> NDArray[np.bool_]:
        """Return which columns are stay classes."""
        mask = np.zeros(self.model.num_columns, dtype=bool)
        for _, _, first_class, classes in self.columns:
            mask[first_class : first_class + len(classes)] = True
        return mask


def build_model(
    arcs: GapArcs,
    commodities: Sequence[Commodity],
    classes: Sequence[StayClass],
    *,
    habits: Habits | None = None,
    constants: bool = True,
) -> FlowModel:
    """Return the model that serves every stay class with the given commodities at least gap cost.

    Parameters
    ----------
    arcs
        The gap arcs.
    commodities
        Together they must hold every window of the types concerned.
    classes
        The stays that may move.
    habits
        The current use of the rooms, to prefer similar plans among those of equal cost or at a price; None
        for no preference.
    constants
        Whether a class that only one commodity may serve is a constant rather than a column. Without
        constants the last rows are the demands of the classes, in their order.
    """
    builder = _Builder(arcs, classes, habits)
    served, num_users = serving(commodities, classes)
    fixed = {c for c, users in enumerate(num_users) if users == 1 and constants}
    for commodity, mine in zip(commodities, served, strict=True):
        builder.add(commodity, mine, fixed, is_alone=len(commodities) == 1)
    # A class that no commodity can serve keeps an empty row, which makes the model infeasible.
    builder.demand(c for c in range(len(classes)) if c not in fixed)
    return builder.build(commodities)


class _Builder:
    """Collects columns and rows; every column is an arc from one row to another."""

    def __init__(self, arcs: GapArcs, classes: Sequence[StayClass], habits: Habits | None) -> None:
        self._arcs, self._classes = arcs, classes
        self._weight = 1 if habits is None or habits.price is not None else _weight(arcs, habits)
        is_blurred = self._weight == 1 and habits is not None and habits.price is None
        self._habits = None if is_blurred else habits
        self._price = 1.0 if habits is None or habits.price is None else float(habits.price)
        # A type with all rooms occupied to the end has no commodity: the parts must still concatenate.
        self._rows = [np.zeros(0, dtype=np.int64)]
        self._positions = [np.zeros(0, dtype=np.int64)]
        self._values = [np.zeros(0)]
        self._cost = [np.zeros(0)]
        self._upper = [np.zeros(0)]
        self._whole = [np.zeros(0, dtype=bool)]
        self._equal = [np.zeros(0)]
        self._columns: list[tuple[int, NDArray[np.int64], int, tuple[int, ...]]] = []
        self._constants: list[dict[int, int]] = []
        self._takers: dict[int, list[int]] = {}
        self._kept: list[int] = []
        self._num_columns = self._num_rows = 0

    def add(self, commodity: Commodity, served: Sequence[int], fixed: set[int], *, is_alone: bool) -> None:
        """Add the rows and columns of a commodity."""
        arcs, classes = self._arcs, self._classes
        units = float(len(commodity.windows))
        first_row = self._num_rows - commodity.source
        used, arc_reward, arc_upper = _with_usual(
            arcs, arcs.within(commodity.source, commodity.sink), units, commodity, self._habits
        )
        # Pooled arcs are whole if the stays are; arcs of a single window must be declared integral.
        first_arc = self._add_arcs(
            arcs.tail[used] + first_row,
            arcs.head[used] + first_row,
            arcs.cost[used].astype(np.float64) * self._weight - arc_reward,
            arc_upper,
            is_whole=units == 1 and not is_alone,
        )
        constant = {c: len(classes[c].stays) for c in served if c in fixed}
        free = [c for c in served if c not in fixed]
        shared, reward, upper = _with_wanted(free, classes, units, commodity, self._habits)
        first_class = self._add_arcs(
            np.array([day_node(classes[c].arrival) + first_row for c in shared], dtype=np.int64),
            np.array([day_node(classes[c].departure) + first_row for c in shared], dtype=np.int64),
            -self._price * reward,
            upper,
            is_whole=True,
        )
        for offset, stay_class in enumerate(shared):
            self._takers.setdefault(stay_class, []).append(first_class + offset)
        self._kept += (first_class + np.flatnonzero(reward)).tolist()
        self._equal.append(_balance(commodity, constant, classes))
        self._columns.append((first_arc, used, first_class, shared))
        self._constants.append(constant)
        self._num_rows += commodity.sink - commodity.source + 1

    def demand(self, classes: Iterable[int]) -> None:
        """Add a row for each class: all its stays are served."""
        for stay_class in classes:
            takers = np.array(self._takers.get(stay_class, ()), dtype=np.int64)
            self._rows.append(np.full(takers.shape[0], self._num_rows))
            self._positions.append(takers)
            self._values.append(np.ones(takers.shape[0]))
            self._equal.append(np.array([float(len(self._classes[stay_class].stays))]))
            self._num_rows += 1

    def build(self, commodities: Sequence[Commodity]) -> FlowModel:
        """Return the model."""
        equal = np.concatenate(self._equal)
        entries = (np.concatenate(self._rows), np.concatenate(self._positions))
        model = MilpModel(
            np.concatenate(self._cost),
            sparse.csc_matrix(
                (np.concatenate(self._values), entries), shape=(self._num_rows, self._num_columns)
            ),
            equal,
            equal,
            np.zeros(self._num_columns),
            np.concatenate(self._upper),
            np.concatenate(self._whole),
        )
        return FlowModel(
            model,
            self._arcs,
            tuple(commodities),
            tuple(self._constants),
            tuple(self._columns),
            np.array(self._kept, dtype=np.int64),
            self._weight,
        )

    def _add_arcs(
        self,
        tails: NDArray[np.int64],
        heads: NDArray[np.int64],
        cost: NDArray[np.float64],
        upper: NDArray[np.float64],
        *,
        is_whole: bool,
    ) -> int:
        """Add columns that leave rows `tails` and enter rows `heads`; return the first one's position."""
        first, size = self._num_columns, tails.shape[0]
        positions = np.arange(first, first + size, dtype=np.int64)
        self._rows += [tails, heads]
        self._positions += [positions, positions]
        self._values += [np.ones(size), -np.ones(size)]
        self._cost.append(cost)
        self._upper.append(upper)
        self._whole.append(np.full(size, is_whole))
        self._num_columns += size
        return first


def _weight(arcs: GapArcs, habits: Habits) -> int:
    """Return a factor that ranks gap costs above all rewards; 1 if the numbers would grow too large."""
    weight = habits.most + 1
    dearest = int(arcs.cost.max(initial=0))
    return weight if weight * dearest <= LARGEST_COEFFICIENT else 1


def _with_usual(
    arcs: GapArcs, used: NDArray[np.int64], units: float, commodity: Commodity, habits: Habits | None
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return arcs with their rewards and upper bounds; the current gaps of the rooms occur a second time."""
    usual: Counter[int] = Counter()
    if habits is not None:
        for window in commodity.windows:
            usual.update(
                arcs.position[ends] for ends in habits.usual.get(window, ()) if ends in arcs.position
            )
    again = np.array(sorted(usual), dtype=np.int64)
    return (
        np.concatenate([used, again]),
        np.concatenate([np.zeros(used.shape[0]), np.ones(again.shape[0])]),
        np.concatenate([np.full(used.shape[0], units), [float(usual[arc]) for arc in again.tolist()]]),
    )


def _with_wanted(
    free: Sequence[int],
    classes: Sequence[StayClass],
    units: float,
    commodity: Commodity,
    habits: Habits | None,
) -> tuple[tuple[int, ...], NDArray[np.float64], NDArray[np.float64]]:
    """Return classes with their rewards and upper bounds; wanted ones occur a second time."""
    wanting: Counter[int] = Counter()
    if habits is not None:
        for window in commodity.windows:
            wanting.update(habits.wanted.get(window, ()))
    again = [c for c in free if wanting[c]]
    upper = [min(float(len(classes[c].stays)), units) for c in free] + [float(wanting[c]) for c in again]
    reward = np.concatenate([np.zeros(len(free)), np.ones(len(again))])
    return (*free, *again), reward, np.array(upper)


def _balance(
    commodity: Commodity, constant: dict[int, int], classes: Sequence[StayClass]
) -> NDArray[np.float64]:
    """Return the required outflow less inflow at each node of a commodity's span."""
    base = commodity.source
    balance = np.zeros(commodity.sink - base + 1)
    for window in commodity.windows:
        balance[window.source - base] += 1
        balance[window.sink - base] -= 1
    for stay_class, units in constant.items():
        balance[day_node(classes[stay_class].arrival) - base] -= units
        balance[day_node(classes[stay_class].departure) - base] += units
    return balance
