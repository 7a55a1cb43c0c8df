"""One model for every question: commodities of rooms that share the stays.

A commodity is a set of rooms that need not be told apart: all rooms of a type (the pool), one window,
or several equal windows. Its units travel from its sources to its sinks over gap arcs and stay arcs;
every stay is travelled exactly once by some commodity. With one commodity for each type this is the
pooled lower bound, with one for each window the exact model, and anything in between bounds from below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer_core.network.arcs import GapArcs, day_node
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.milp import MilpModel
from optimizer_core.network.windows import Window

LARGEST_COEFFICIENT = 1 << 36
"""Costs beyond this are kept away from floating point: tolerances would blur whole numbers."""


@dataclass(frozen=True, slots=True)
class StayClass:
    """Stays with equal nights that may use equal types, the same one of them being their own.

    Parameters
    ----------
    arrival, departure
        Positions of the first night and of the morning after the last.
    types
        Positions of the types they may be given.
    stays
        Positions of the stays, in canonical order.
    """

    arrival: int
    departure: int
    types: tuple[int, ...]
    stays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Commodity:
    """Rooms of one type that need not be told apart.

    Parameters
    ----------
    kind
        Position of the type.
    windows
        The windows that its units fill.
    """

    kind: int
    windows: tuple[Window, ...]

    @property
    def source(self) -> int:
        """First node of any window."""
        return min(window.source for window in self.windows)

    @property
    def sink(self) -> int:
        """Last node of any window."""
        return max(window.sink for window in self.windows)


@dataclass(frozen=True)
class Habits:
    """How the rooms are used now: among plans of equal cost, those that resemble it need fewer moves.

    Parameters
    ----------
    wanted
        For each window the classes with a stay that is in its room now.
    usual
        For each window the gaps that its room has now, as (tail, head).
    price
        What a stay that keeps its room is worth, in units of gap cost; None if gap cost ranks first and
        resemblance only decides between plans of equal cost.
    """

    wanted: Mapping[Window, frozenset[int]]
    usual: Mapping[Window, tuple[tuple[int, int], ...]]
    price: int | None = None

    @cached_property
    def most(self) -> int:
        """Most resemblances that a plan can have."""
        return sum(map(len, self.wanted.values())) + sum(map(len, self.usual.values()))


@dataclass(frozen=True, slots=True)
class Flow:
    """What one commodity does in a solution.

    Parameters
    ----------
    kind
        Position of its type.
    arcs
        int64, shape (number of gap arcs,): units on each gap arc.
    classes
        Units on each stay class that it serves.
    """

    kind: int

    arcs: NDArray[np.int64]
    classes: dict[int, int]


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
        For each commodity the classes that no other commodity may serve, with their units.
    columns
        For each commodity (first arc column, gap arcs, first class column, classes); an arc or a class
        with a reward has two columns.
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
        """Return what each commodity does at a point of whole numbers."""
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


class _Columns:
    """Columns and rows as they are collected."""

    def __init__(self) -> None:
        self.rows: list[NDArray[np.int64]] = []
        self.positions: list[NDArray[np.int64]] = []
        self.values: list[NDArray[np.float64]] = []
        self.cost: list[NDArray[np.float64]] = []
        self.upper: list[NDArray[np.float64]] = []
        self.count = 0

    def add_arcs(
        self,
        tails: NDArray[np.int64],
        heads: NDArray[np.int64],
        cost: NDArray[np.float64],
        upper: NDArray[np.float64],
    ) -> int:
        """Add columns that leave row `tails` and enter row `heads`; return the first one's position."""
        first, size = self.count, tails.shape[0]
        positions = np.arange(first, first + size, dtype=np.int64)
        self.rows += [tails, heads]
        self.positions += [positions, positions]
        self.values += [np.ones(size), -np.ones(size)]
        self.cost.append(cost)
        self.upper.append(upper)
        self.count += size
        return first

    def add_entries(self, rows: list[int], positions: list[int]) -> None:
        """Add entries of value 1."""
        self.rows.append(np.array(rows, dtype=np.int64))
        self.positions.append(np.array(positions, dtype=np.int64))
        self.values.append(np.ones(len(rows)))


def build_model(
    arcs: GapArcs,
    commodities: Sequence[Commodity],
    classes: Sequence[StayClass],
    *,
    habits: Habits | None = None,
    usable: NDArray[np.bool_] | None = None,
    integral: bool = True,
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
        How the rooms are used now, to choose among plans of equal cost; None to take any.
    usable
        bool, shape (number of gap arcs,): arcs that may be used; None for all.
    integral
        Whether stay classes and the gap arcs of single windows must be whole numbers.
    constants
        Whether a class that only one commodity may serve is a constant rather than a column. Without
        constants the last rows are the demands of the classes, in their order.
    """
    served, num_users = _served(commodities, classes)
    collected = _Columns()
    balances: list[NDArray[np.float64]] = []
    columns, constants, whole = [], [], []
    num_rows = 0
    # A class that nobody can serve keeps an empty row, which makes the model infeasible.
    fixed = {c for c, users in enumerate(num_users) if users == 1 and constants}
    demand: dict[int, list[int]] = {c: [] for c in range(len(classes)) if c not in fixed}
    weight = 1 if habits is None or habits.price is not None else _weight(arcs, habits)
    if weight == 1 and habits is not None and habits.price is None:
        habits = None
    price = 1.0 if habits is None or habits.price is None else float(habits.price)
    kept: list[int] = []
    for position, commodity in enumerate(commodities):
        first_row = num_rows - commodity.source
        used = arcs.within(commodity.source, commodity.sink)
        if usable is not None:
            used = used[usable[used]]
        units = float(len(commodity.windows))
        used, arc_reward, arc_upper = _with_usual(arcs, used, units, commodity, habits)
        first_arc = collected.add_arcs(
            arcs.tail[used] + first_row,
            arcs.head[used] + first_row,
            arcs.cost[used].astype(np.float64) * weight - arc_reward,
            arc_upper,
        )
        constant = {c: len(classes[c].stays) for c in served[position] if c in fixed}
        free = [c for c in served[position] if c not in fixed]
        shared, class_reward, class_upper = _with_wanted(free, classes, units, commodity, habits)
        first_class = collected.add_arcs(
            np.array([day_node(classes[c].arrival) + first_row for c in shared], dtype=np.int64),
            np.array([day_node(classes[c].departure) + first_row for c in shared], dtype=np.int64),
            -price * class_reward,
            class_upper,
        )
        kept += (first_class + np.flatnonzero(class_reward)).tolist()
        for offset, stay_class in enumerate(shared):
            demand[stay_class].append(first_class + offset)
        single = len(commodities) > 1 and units == 1
        whole += [np.full(used.shape[0], integral and single), np.full(len(shared), integral)]
        balances.append(_balance(commodity, constant, classes))
        columns.append((first_arc, used, first_class, shared))
        constants.append(constant)
        num_rows += commodity.sink - commodity.source + 1
    totals = []
    for stay_class, positions in demand.items():
        collected.add_entries([num_rows] * len(positions), positions)
        totals.append(float(len(classes[stay_class].stays)))
        num_rows += 1
    equal = np.concatenate([*balances, np.array(totals)])
    matrix = sparse.csc_matrix(
        (
            np.concatenate(collected.values),
            (np.concatenate(collected.rows), np.concatenate(collected.positions)),
        ),
        shape=(num_rows, collected.count),
    )
    model = MilpModel(
        np.concatenate(collected.cost),
        matrix,
        equal,
        equal,
        np.zeros(collected.count),
        np.concatenate(collected.upper),
        np.concatenate(whole).astype(bool),
    )
    return FlowModel(model, arcs, tuple(commodities), tuple(constants), tuple(columns), np.array(kept, dtype=np.int64), weight)


def _weight(arcs: GapArcs, habits: Habits) -> int:
    """Return a factor that ranks gap costs above all rewards; 1 if the numbers would grow too large."""
    weight = habits.most + 1
    dearest = int(arcs.cost.max(initial=0))
    return weight if weight * dearest <= LARGEST_COEFFICIENT else 1


def _with_usual(
    arcs: GapArcs, used: NDArray[np.int64], units: float, commodity: Commodity, habits: Habits | None
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return arcs with their rewards and upper bounds: those that the rooms have now come once more."""
    usual: Counter[int] = Counter()
    if habits is not None:
        for window in commodity.windows:
            usual.update(arcs.position[ends] for ends in habits.usual.get(window, ()) if ends in arcs.position)
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
    """Return classes with their rewards and upper bounds: those that windows want come once more."""
    wanting: Counter[int] = Counter()
    if habits is not None:
        for window in commodity.windows:
            wanting.update(habits.wanted.get(window, ()))
    again = [c for c in free if wanting[c]]
    upper = [min(float(len(classes[c].stays)), units) for c in free] + [float(wanting[c]) for c in again]
    reward = np.concatenate([np.zeros(len(free)), np.ones(len(again))])
    return (*free, *again), reward, np.array(upper)


def _served(
    commodities: Sequence[Commodity], classes: Sequence[StayClass]
) -> tuple[list[list[int]], list[int]]:
    """Return the classes that each commodity may serve, and by how many each class may be served.

    A pool may only serve a class that fits into one of its windows: it forgets which room is which, but
    not that a stay longer than every stretch between two fixed stays needs another type.
    """
    by_kind: dict[int, list[tuple[int, Commodity, list[int]]]] = {}
    for position, commodity in enumerate(commodities):
        by_kind.setdefault(commodity.kind, []).append((position, commodity, _reach(commodity)))
    served: list[list[int]] = [[] for _ in commodities]
    num_users = []
    for index, stay_class in enumerate(classes):
        first, last = day_node(stay_class.arrival), day_node(stay_class.departure)
        users = 0
        for kind in stay_class.types:
            for position, commodity, reach in by_kind.get(kind, ()):
                base = commodity.source
                if base <= first and first - base < len(reach) and last <= reach[first - base]:
                    served[position].append(index)
                    users += 1
        num_users.append(users)
    return served, num_users


def _reach(commodity: Commodity) -> list[int]:
    """Return for each node from the commodity's source how far a window that has begun by then goes on."""
    base = commodity.source
    reach = [0] * (commodity.sink - base + 1)
    for window in commodity.windows:
        reach[window.source - base] = max(reach[window.source - base], window.sink)
    for offset in range(1, len(reach)):
        reach[offset] = max(reach[offset], reach[offset - 1])
    return reach


def _balance(
    commodity: Commodity, constant: dict[int, int], classes: Sequence[StayClass]
) -> NDArray[np.float64]:
    """Return what must leave each node of a commodity's span, less what must enter it."""
    base = commodity.source
    balance = np.zeros(commodity.sink - base + 1)
    for window in commodity.windows:
        balance[window.source - base] += 1
        balance[window.sink - base] -= 1
    for stay_class, units in constant.items():
        balance[day_node(classes[stay_class].arrival) - base] -= units
        balance[day_node(classes[stay_class].departure) - base] += units
    return balance


def stay_classes(
    grid: Grid, stays: Iterable[int], given: Mapping[int, int] | None = None
) -> tuple[StayClass, ...]:
    """Return the classes of some stays, by nights and types.

    Parameters
    ----------
    grid
        The hotel.
    stays
        Positions of the stays.
    given
        Type of each stay where that is decided already; None to leave it open.
    """
    members: dict[tuple[int, int, tuple[int, ...], int], list[int]] = {}
    for stay in stays:
        types = grid.types_of_stay[stay] if given is None else (given[stay],)
        own = grid.own_type(stay) if len(types) > 1 else NOWHERE
        members.setdefault((grid.arrival[stay], grid.departure[stay], types, own), []).append(stay)
    return tuple(
        StayClass(arrival, departure, types, tuple(found))
        for (arrival, departure, types, _), found in sorted(members.items())
    )


def split_windows(kind: int, windows: Iterable[Window], own: Container[Window]) -> list[Commodity]:
    """Return the pool of a type, if a window is left in it, then the windows of their own, equal ones merged."""
    pool = []
    equal: dict[tuple[int, int], list[Window]] = {}
    for window in windows:
        if window in own:
            equal.setdefault((window.source, window.sink), []).append(window)
        else:
            pool.append(window)
    alone = [Commodity(kind, tuple(equal[ends])) for ends in sorted(equal)]
    return [Commodity(kind, tuple(pool)), *alone] if pool else alone
