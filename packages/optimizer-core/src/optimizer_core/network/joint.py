"""Types that share stays: one joint model decides the types, then each type is planned separately.

The joint model pools the rooms of each type and gives a lower bound on every plan. Each stay that may use
several types is fixed to the type that it got, and `identify` finds the best plan of each type; together they
are a plan and an upper bound. While the bounds differ, the windows without a path become separate commodities
of the joint model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import GapArcs
from optimizer_core.network.blockades import Blockade, find_blockades
from optimizer_core.network.commodities import Commodity, Flow, StayClass, split_windows, stay_classes
from optimizer_core.network.components import Component
from optimizer_core.network.flows import FlowAnswer, solve_flows
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.identity import Step, TypeTask, flow_cost, identify, route, short_windows
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.model import FlowModel, build_model
from optimizer_core.network.tasks import find_habits, rooms_of_stays, type_task
from optimizer_core.network.windows import Window, windows_of_rooms

FROZEN_ROUNDS = 4
"""Rounds for one type with fixed stays; few, because the types may not be the best ones."""

FROZEN_NODES = 50
"""Nodes of branch and bound in each of those rounds."""


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """The answer for one component.

    Parameters
    ----------
    status
        Optimal, feasible, infeasible, or the reason for no plan.
    bound
        Proved lower bound on its cost (gap cost plus priced upgrades), in units; None if unknown.
    value
        Cost of the plan; None without a plan.
    rooms
        Room of each movable stay; None without a plan.
    upgrades
        Stays outside their own type in the plan; the fewest possible unless upgrades have a price.
    """

    status: MilpStatus
    bound: int | None = None
    value: int | None = None
    rooms: Mapping[int, int] | None = None
    upgrades: int = 0


def plan_component(
    grid: Grid, arcs: GapArcs, component: Component, solve_milp: MilpSolver, limits: Limits, *, seed: int = 0
) -> PartAnswer:
    """Return the best plan of a component, with its proof."""
    if len(component.kinds) == 1:
        return _plan_type(grid, arcs, component, solve_milp, limits, seed)
    return _Joint(grid, arcs, component, solve_milp, limits, seed).run()


def _plan_type(
    grid: Grid, arcs: GapArcs, component: Component, solve_milp: MilpSolver, limits: Limits, seed: int
) -> PartAnswer:
    task = type_task(grid, component.kinds[0], component.stays)
    answer = identify(arcs, task, solve_milp, limits, seed=seed)
    if answer.paths is None:
        return PartAnswer(answer.status, answer.bound)
    rooms = rooms_of_stays(grid, task, answer.paths)
    return PartAnswer(answer.status, answer.bound, answer.value, rooms)


class _Joint:
    """The rounds of one component of several types."""

    def __init__(
        self,
        grid: Grid,
        arcs: GapArcs,
        component: Component,
        solve_milp: MilpSolver,
        limits: Limits,
        seed: int,
    ) -> None:
        self._grid, self._arcs, self._component = grid, arcs, component
        self._solve_milp, self._limits, self._seed = solve_milp, limits, seed
        self._classes = stay_classes(grid, component.stays)
        self._windows = {kind: windows_of_rooms(grid, grid.rooms_of_type[kind]) for kind in component.kinds}
        every = [window for found in self._windows.values() for window in found]
        self._habits = find_habits(grid, every, self._classes)
        price = grid.problem.policy.upgrade_price
        self._price = None if price is None else int(price * grid.cost_scale)
        self._own: set[Window] = set().union(*(short_windows(found) for found in self._windows.values()))
        self._blockades: list[Blockade] = []
        self._bound: int | None = None
        self._best: PartAnswer | None = None

    def run(self) -> PartAnswer:
        """Repeat until value and bound meet, or a limit is reached."""
        while not self._limits.is_over():
            flow_model, answer = self._solve()
            if answer.status is MilpStatus.INFEASIBLE:
                return PartAnswer(MilpStatus.INFEASIBLE)
            if answer.bound is not None:
                self._bound = answer.bound if self._bound is None else max(self._bound, answer.bound)
            if answer.flows is None:
                break
            if self._forbid(answer.flows):
                continue
            failed = self._route(flow_model, answer)
            if failed and self._best is None:
                self._plan_types(self._types_given(answer.flows))
            if self._is_proved() or not failed:
                break
            self._own |= failed
        if self._best is None:
            return PartAnswer(MilpStatus.NO_POINT, self._bound)
        status = MilpStatus.OPTIMAL if self._is_proved() else MilpStatus.FEASIBLE
        return replace(self._best, status=status, bound=self._bound)

    def _forbid(self, flows: Sequence[Flow]) -> bool:
        """Add the blockades that the flows violate to the model; return whether there are any."""
        found: list[Blockade] = []
        for kind, windows in self._windows.items():
            units: Counter[int] = Counter()
            for flow in flows:
                if flow.kind == kind:
                    units.update(flow.classes)
            found += find_blockades(kind, windows, self._classes, units, self._grid.num_nights)
        self._blockades += found
        return bool(found)

    def _blocked(self, flow_model: FlowModel) -> FlowModel:
        """Return the model with a row for each blockade."""
        for blockade in self._blockades:
            columns = np.zeros(flow_model.model.num_columns)
            most = blockade.num_windows
            for position, part in enumerate(flow_model.commodities):
                if part.kind == blockade.kind:
                    _, _, first, classes = flow_model.columns[position]
                    columns[[first + o for o, c in enumerate(classes) if c in blockade.classes]] = 1.0
                    constant = flow_model.constant_classes[position]
                    most -= sum(units for c, units in constant.items() if c in blockade.classes)
            flow_model = flow_model.capped(columns, float(most))
        return flow_model

    def _route(self, flow_model: FlowModel, answer: FlowAnswer) -> set[Window]:
        """Split the joint flow into paths; return the windows without a path."""
        windows: list[Window] = []
        paths: list[tuple[Step, ...]] = []
        failed: set[Window] = set()
        flows = answer.flows or []
        for kind, found in self._windows.items():
            task = TypeTask(kind, tuple(found), self._classes, self._habits)
            mine = [
                (part, flow)
                for part, flow in zip(flow_model.commodities, flows, strict=True)
                if part.kind == kind
            ]
            routed, lost = route(self._arcs, task, [p for p, _ in mine], [f for _, f in mine], self._limits)
            failed.update(lost)
            windows += found
            paths += routed
        if not failed:
            task = TypeTask(NOWHERE, tuple(windows), self._classes, self._habits)
            rooms = rooms_of_stays(self._grid, task, paths)
            upgrades = self._grid.count_upgrades(rooms)
            self._keep(flow_cost(self._arcs, flows), rooms, upgrades)
        return failed

    def _keep(self, gap_cost: int, rooms: Mapping[int, int], upgrades: int) -> None:
        """Keep a plan if it is the best so far."""
        value = gap_cost + (self._price or 0) * upgrades
        if self._best is None or self._best.value is None or value < self._best.value:
            self._best = PartAnswer(MilpStatus.FEASIBLE, None, value, rooms, upgrades)

    def _is_proved(self) -> bool:
        return self._best is not None and self._best.value == self._bound

    def _solve(self) -> tuple[FlowModel, FlowAnswer]:
        """Solve the joint model: fewest upgrades first unless they have a price, then least gap cost."""
        parts: list[Commodity] = []
        for kind in self._component.kinds:
            parts += split_windows(kind, self._windows[kind], self._own)
        flow_model = self._blocked(build_model(self._arcs, parts, self._classes))
        upgrades = upgrade_columns(self._grid, flow_model, self._classes)
        if self._price is not None:
            flow_model = flow_model.costed(flow_model.model.cost + self._price * upgrades)
        elif upgrades.any():
            fewest = self._ask(flow_model.costed(upgrades))
            if fewest.status is not MilpStatus.OPTIMAL or fewest.bound is None:
                return flow_model, FlowAnswer(fewest.status)
            flow_model = flow_model.capped(upgrades, float(fewest.bound))
            if self._best is None and fewest.flows is not None:
                # The model with gap costs may take long: if a limit ends it, there should be a plan.
                self._plan_types(self._types_given(fewest.flows))
        return flow_model, self._ask(flow_model)

    def _ask(self, flow_model: FlowModel) -> FlowAnswer:
        return solve_flows(flow_model, self._solve_milp, self._limits, seed=self._seed)

    def _types_given(self, flows: Sequence[Flow]) -> dict[int, list[int]]:
        """Return the stays that each type gets; within a class, stays keep their type where possible."""
        units: dict[int, dict[int, int]] = {}
        for flow in flows:
            for index, count in flow.classes.items():
                by_kind = units.setdefault(index, {})
                by_kind[flow.kind] = by_kind.get(flow.kind, 0) + count
        given: dict[int, list[int]] = {kind: [] for kind in self._component.kinds}
        for index in sorted(units):
            for stay, kind in _share_out(self._grid, self._classes[index], units[index]):
                given[kind].append(stay)
        return given

    def _plan_types(self, given: Mapping[int, Sequence[int]]) -> None:
        """Plan each type with the stays that it got, to have a plan before the bounds meet."""
        rooms: dict[int, int] = {}
        value = 0
        for kind, stays in given.items():
            task = type_task(self._grid, kind, stays)
            answer = identify(
                self._arcs,
                task,
                self._solve_milp,
                self._limits,
                seed=self._seed,
                own=frozenset(self._own.intersection(task.windows)),
                max_rounds=FROZEN_ROUNDS,
                max_nodes=FROZEN_NODES,
            )
            if answer.paths is None or answer.value is None:
                return
            rooms |= rooms_of_stays(self._grid, task, answer.paths)
            value += answer.value
        self._keep(value, rooms, self._grid.count_upgrades(rooms))


def upgrade_columns(grid: Grid, flow_model: FlowModel, classes: Sequence[StayClass]) -> NDArray[np.float64]:
    """Return 1 for each column of a model that gives stays a further type, 0 for the others."""
    mask = np.zeros(flow_model.model.num_columns)
    for part, (_, _, first, served) in zip(flow_model.commodities, flow_model.columns, strict=True):
        for offset, index in enumerate(served):
            mask[first + offset] = grid.upgrade_cost(classes[index].stays[0], part.kind)
    return mask


def _share_out(grid: Grid, stay_class: StayClass, units: Mapping[int, int]) -> list[tuple[int, int]]:
    """Return (stay, type) for the stays of a class, given the number that each type gets."""
    left = dict(units)
    shared, rest = [], []
    for stay in stay_class.stays:
        room = grid.current_room[stay]
        kind = NOWHERE if room == NOWHERE else grid.room_type[room]
        if left.get(kind, 0) > 0:
            left[kind] -= 1
            shared.append((stay, kind))
        else:
            rest.append(stay)
    kinds = [kind for kind in sorted(left) for _ in range(left[kind])]
    return shared + list(zip(rest, kinds, strict=True))
