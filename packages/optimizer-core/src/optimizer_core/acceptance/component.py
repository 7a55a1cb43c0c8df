"""The cells of one component: lower and upper bounds, tightened where it matters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance.again import Known, marginal, plan_again, with_stay, with_stay_in_type
from optimizer_core.acceptance.compared_plan import ComparedPlan
from optimizer_core.acceptance.fitting import fitting_cells
from optimizer_core.acceptance.matrix import UNSELLABLE
from optimizer_core.acceptance.pricing import Pricer
from optimizer_core.acceptance.residual import BLUR, whole_cells
from optimizer_core.domain import Limits
from optimizer_core.network.commodities import split_windows, stay_classes
from optimizer_core.network.identity import short_windows
from optimizer_core.network.joint import upgrade_columns
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.model import build_model
from optimizer_core.network.windows import Window, windows_of_rooms

SHARED_ROUNDS = 2
"""Rounds of duals for all open cells together."""

APART_ROUNDS = 2
"""Rounds of duals after that, for open cells far from each other."""

APART_NIGHTS = 3
"""Nights between two stays that count as far from each other."""

EXACT_COLUMNS = 8_000
"""Most columns of a model with every window separate that is still priced."""

REFINED_COLUMNS = 20_000
"""Columns up to which more than one dual is computed; beyond, each takes ten seconds."""

QUICK_COLUMNS = 2_000
"""Columns up to which duals are computed also for cells that cost more than `ComponentCells.most`."""

MANY_CELLS = 5
"""Open cells from which pricing the model with every window separate pays; fewer are replanned."""

Cell = tuple[int, int, int]
"""Type, arrival, length - 1."""


@dataclass
class ComponentCells:
    """The bounds of every cell of one component.

    Parameters
    ----------
    base
        The initial plan.
    costs
        Result of `gap_costs`.
    solve_milp, limits
        The solver and its limits.
    most
        Cells whose lower bound is at most this, in units, are worth work; None for all.
    """

    base: ComparedPlan
    costs: NDArray[np.int64]
    solve_milp: MilpSolver
    limits: Limits
    most: int | None

    def run(
        self, most_resolves: int, most_costs: int = 0
    ) -> Mapping[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Return lower and upper bounds for each type, int64, shape (nights, longest length).

        Parameters
        ----------
        most_resolves
            Most cells to replan.
        most_costs
            Most other cells, earliest arrivals first, for which a re-arrangement is searched at the end so
            that their cost is known.
        """
        grid = self.base.grid
        self.windows = {
            kind: windows_of_rooms(grid, grid.rooms_of_type[kind]) for kind in self.base.component.kinds
        }
        self._bound_from_below()
        if not self.is_comparable:
            return self._unknown()
        self._bound_from_above()
        self._close()
        self._refine(self.pricer, self._attainable)
        self._reroute(self.base)
        if len(self._open()) >= MANY_CELLS and self._separate_all():
            self._refine(self.pricer)
        queue = sorted(self._open(), key=self._urgency)
        for cell in queue:
            if most_resolves and not self.limits.is_over() and self._is_open(cell):
                most_resolves -= 1
                self._plan_with(*cell)
        if most_costs and self.most is not None:
            self._work_out_costs(most_costs)
        return {kind: (self.lower[kind], self.upper[kind]) for kind in self.windows}

    def _work_out_costs(self, most_costs: int) -> None:
        """Tighten the bounds of other cells too, earliest arrivals first."""
        self.most = None
        if self.pricer is not None and self.pricer.num_columns <= QUICK_COLUMNS:
            self._refine(self.pricer, self._attainable)
        self._reroute(self.base, sorted(self._open(), key=itemgetter(1, 2, 0))[:most_costs])

    def _unknown(self) -> Mapping[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Return the lower bounds, with upper bounds that exclude nothing."""
        return {kind: (lower, np.full_like(lower, UNSELLABLE)) for kind, lower in self.lower.items()}

    def _bound_from_below(self) -> None:
        """Compute lower bounds: of the component without another stay, then of every cell."""
        base = self.base
        self.pricer: Pricer | None = None
        self.own: set[Window] = base.windows_to_separate(self.windows).union(
            *map(short_windows, self.windows.values())
        )
        upgrades = base.upgrades if base.upgrade_price is None else None
        self.known = Known(base.value, base.value, upgrades)
        self.is_comparable = True
        types = list(base.types.values())
        if len(types) == 1 and not types[0].frozen and not base.groups.groups:
            self.lower = {base.component.kinds[0]: types[0].cells.copy()}
        else:
            self._prove_base()
            self.lower = self._priced()
        for kind, windows in self.windows.items():
            fits = fitting_cells(windows, base.grid.num_nights, base.longest_los)
            self.lower[kind] = np.where(fits, self.lower[kind], UNSELLABLE)

    def _bound_from_above(self) -> None:
        """Compute upper bounds: insertion costs, or residual distances where every window is a whole room."""
        base, shift = self.base, self.base.value - self.known.low
        self.upper: dict[int, NDArray[np.int64]] = {}
        for kind, found in base.types.items():
            cells = found.cells if found.is_free else base.insertions(kind, self.costs)
            self.upper[kind] = self._shifted(cells, shift)

    def _prove_base(self) -> None:
        """Prove by a dual that the plan is best; if that fails, replan the component."""
        base = self.base
        if base.upgrade_price is not None or base.upgrades == 0:
            self.pricer = self._pricer()
            if self._is_proved() or (self._separate_all() and self._is_proved()):
                return
        answer = plan_again(base.grid, base.arcs, base.component, self.solve_milp, self.limits)
        # Without a plan the fewest upgrades are unknown, so there is nothing to compare a stay with.
        self.is_comparable = answer.rooms is not None or base.upgrade_price is not None or base.upgrades == 0
        if answer.rooms is not None and answer.value is not None:
            rooms = list(base.rooms)
            for stay, room in answer.rooms.items():
                rooms[stay] = room
            better = replace(base, rooms=rooms)
            if self._rank(better) < self._rank(base):
                self.base = base = better
                self.own |= base.windows_to_separate(self.windows)
        is_proved = answer.status is MilpStatus.OPTIMAL and answer.value == base.value
        low = base.value if is_proved else min(base.value, answer.bound or 0)
        upgrades = None if base.upgrade_price is not None else answer.upgrades
        self.known = Known(low, base.value, upgrades)
        self.pricer = self._pricer()

    def _is_proved(self) -> bool:
        """Return whether the best bound on the component meets the plan."""
        bound = None if self.pricer is None else self.pricer.bound
        return bound is not None and int(np.ceil(bound - BLUR)) == self.base.value

    def _separate_all(self) -> bool:
        """Price the model with every window separate, unless it is too large or priced already."""
        every = {window for found in self.windows.values() for window in found}
        arcs = self.base.arcs
        columns = arcs.tail.shape[0] * sum(window.span for window in every) / arcs.num_nodes
        if every == self.own or columns > EXACT_COLUMNS:
            return False
        self.own = every
        self.pricer = self._pricer()
        return True

    def _rank(self, base: ComparedPlan) -> tuple[int, int]:
        return (base.upgrades if base.upgrade_price is None else 0), base.value

    def _pricer(self) -> Pricer:
        """Return a pricer of the model in which the windows in `own` are separate and the others pooled."""
        base, grid = self.base, self.base.grid
        parts = [
            part for kind, found in self.windows.items() for part in split_windows(kind, found, self.own)
        ]
        classes = stay_classes(grid, base.component.stays)
        model = build_model(base.arcs, parts, classes)
        upgrades = upgrade_columns(grid, model, classes)
        if base.upgrade_price is not None:
            model = model.costed(model.model.cost + base.upgrade_price * upgrades)
        elif upgrades.any():
            model = model.capped(upgrades, float(self.known.upgrades or 0))
        return Pricer(
            model,
            classes,
            self.solve_milp,
            self.limits,
            num_nights=grid.num_nights,
            longest_los=base.longest_los,
        )

    def _priced(self) -> dict[int, NDArray[np.int64]]:
        """Return lower bounds on the cells from the best prices so far; trivial ones without prices."""
        shape = (self.base.grid.num_nights, self.base.longest_los)
        if self.pricer is None or self.pricer.bound is None:
            return {kind: np.full(shape, -UNSELLABLE, dtype=np.int64) for kind in self.windows}
        nothing = np.full(shape, np.inf)  # a type without windows
        cells = self.pricer.cells
        return {kind: whole_cells(cells.get(kind, nothing) - self.known.high) for kind in self.windows}

    def _refine(
        self, pricer: Pricer | None, target: Callable[[int], NDArray[np.int64]] | None = None
    ) -> None:
        """Raise lower bounds with more duals: for all open cells, then for cells far apart.

        Parameters
        ----------
        pricer
            Holds the prices; None if nothing is priced.
        target
            Returns, for a type, the costs at which a lower bound suffices; None for the upper bounds.
        """
        tried: dict[Cell, int] = {}
        for turn in range(SHARED_ROUNDS + APART_ROUNDS):
            if pricer is None or pricer.bound is None or self.limits.is_over():
                return
            for kind, found in self._priced().items():
                self.lower[kind] = np.maximum(self.lower[kind], found)
            self._close()
            enough = {kind: target(kind) if target else self.upper[kind] for kind in self.windows}
            cells = [
                cell for cell in self._open() if self.lower[cell[0]][cell[1:]] < enough[cell[0]][cell[1:]]
            ]
            if turn >= SHARED_ROUNDS:
                cells = _far_apart(sorted(cells, key=lambda cell: (tried.get(cell, 0), cell)), tried)
            if not cells or pricer.num_columns > REFINED_COLUMNS:
                return
            pricer.refine(cells)
        for kind, found in self._priced().items():
            self.lower[kind] = np.maximum(self.lower[kind], found)
        self._close()

    def _attainable(self, kind: int) -> NDArray[np.int64]:
        """Return the upper bounds that hold if every flow can be routed."""
        shift = self.base.value - self.known.low
        return np.minimum(self.upper[kind], self._shifted(self.base.types[kind].cells, shift))

    def _shifted(self, cells: NDArray[np.int64], shift: int) -> NDArray[np.int64]:
        return np.where(cells < UNSELLABLE, cells + shift, UNSELLABLE)

    def _close(self) -> None:
        """Set the upper bound of cells that are proved unsellable to `UNSELLABLE`."""
        for kind, upper in self.upper.items():
            upper[self.lower[kind] >= UNSELLABLE] = UNSELLABLE

    def _open(self) -> list[Cell]:
        """Return the cells that are worth work, by type, arrival and length."""
        cells: list[Cell] = []
        for kind, lower in self.lower.items():
            is_open = lower < self.upper[kind]
            if self.most is not None:
                is_open &= (lower <= self.most) & (self.upper[kind] > self.most)
            cells += [(kind, arrival, column) for arrival, column in np.argwhere(is_open).tolist()]
        return cells

    def _urgency(self, cell: Cell) -> tuple[int, int, int, int, int]:
        """Return the rank of a cell: cheap first, then long, whose plans also have room for shorter ones."""
        kind, arrival, column = cell
        cheapest = int(self._attainable(kind)[arrival, column])
        return cheapest, int(self.lower[kind][arrival, column]), -column, kind, arrival

    def _is_open(self, cell: Cell) -> bool:
        lower, upper = self.lower[cell[0]][cell[1:]], self.upper[cell[0]][cell[1:]]
        return bool(lower < upper and (self.most is None or lower <= self.most < upper))

    def _reroute(self, base: ComparedPlan, cells: Sequence[Cell] | None = None) -> None:
        """Lower the upper bounds of cells, the open ones by default, by re-arranging a few rooms."""
        shift = base.value - self.known.low
        for kind, arrival, column in self._open() if cells is None else cells:
            if self.limits.is_over():
                return
            found = base.types[kind]
            cost = int(found.cells[arrival, column])
            if cost >= UNSELLABLE or cost + shift >= self.upper[kind][arrival, column]:
                continue
            if self.most is not None and cost + shift > self.most:
                continue
            departure = arrival + column + 1
            path = found.distances.path(arrival, departure)
            if found.rerouter.house(arrival, departure, path) is not None:
                self.upper[kind][arrival, column] = cost + shift

    def _insert_elsewhere(self, rooms: Mapping[int, int]) -> None:
        """Lower the upper bounds of other cells with a plan that was made for one cell."""
        everywhere = list(self.base.rooms)
        for stay, room in rooms.items():
            everywhere[stay] = room
        other = replace(self.base, rooms=everywhere)
        if not rooms or self._rank(other)[0] > self._rank(self.base)[0]:
            return
        for kind, upper in self.upper.items():
            found = self._shifted(other.insertions(kind, self.costs), other.value - self.known.low)
            np.minimum(upper, found, out=upper)
        self._reroute(other)

    def _plan_with(self, kind: int, arrival: int, column: int) -> None:
        """Plan the component with the stay."""
        base, nights = self.base, (arrival, arrival + column + 1)
        if len(self.windows) == 1 and not base.groups.groups:
            task, own = base.types[kind].paths.task, frozenset(self.own)
            answer = with_stay_in_type(base.grid, base.arcs, task, own, nights, self.solve_milp, self.limits)
            answer = replace(answer, upgrades=self.known.upgrades or 0)
        else:
            answer = with_stay(base.grid, base.arcs, kind, nights, self.solve_milp, self.limits)
        self._insert_elsewhere(answer.rooms or {})
        lower, upper = marginal(answer, self.known)
        self.lower[kind][arrival, column] = max(lower, self.lower[kind][arrival, column])
        if lower == upper:
            self.upper[kind][arrival, column] = upper
        else:
            self.upper[kind][arrival, column] = min(upper, self.upper[kind][arrival, column])


def _far_apart(cells: Sequence[Cell], tried: dict[Cell, int]) -> list[Cell]:
    """Return cells so far apart that each gets its own best dual; each is taken at most twice."""
    chosen: list[Cell] = []
    for cell in cells:
        _, arrival, column = cell
        if tried.get(cell, 0) < 2 and all(
            arrival > other + length + APART_NIGHTS or arrival + column + APART_NIGHTS < other
            for _, other, length in chosen
        ):
            chosen.append(cell)
            tried[cell] = tried.get(cell, 0) + 1
    return chosen
