"""The plan that one more stay is compared with: its windows and gaps by type, and its cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance.frozen import freeze
from optimizer_core.acceptance.insertion import free_nights, insertion_costs
from optimizer_core.acceptance.paths import PlanPaths, plan_paths
from optimizer_core.acceptance.reroute import Rerouter
from optimizer_core.acceptance.residual import Distances, distances, residual_graph, whole_cells
from optimizer_core.network.arcs import GapArcs, end_node, idle_node
from optimizer_core.network.certificate import reduced_costs
from optimizer_core.network.components import Component
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.neighbors import Neighbors
from optimizer_core.network.tasks import type_task
from optimizer_core.network.windows import Window
from optimizer_core.room_paths.values import penalty_units


@dataclass(frozen=True)
class ComparedType:
    """The part of the plan in the rooms of one type, with every stay kept in its type.

    Parameters
    ----------
    paths
        The paths of its windows; members of adjacency groups count as fixed.
    frozen
        Positions of the windows that had to be modeled separately.
    distances
        Residual distances in the pool of the other windows.
    """

    paths: PlanPaths
    frozen: tuple[int, ...]
    distances: Distances

    @cached_property
    def cells(self) -> NDArray[np.int64]:
        """The distances in whole units: the cost of a stay if its flow can be routed."""
        return whole_cells(self.distances.cells)

    @cached_property
    def is_free(self) -> bool:
        """Return whether every window is a whole room, so that every flow can be routed."""
        ends = {(window.source, window.sink) for window in self.paths.task.windows}
        return not self.frozen and ends <= {(idle_node(0), end_node(self.paths.arcs.num_nights))}

    @cached_property
    def rerouter(self) -> Rerouter:
        """Checks whether a flow can be routed."""
        return Rerouter(self.paths)


@dataclass(frozen=True)
class ComparedPlan:
    """A plan of one component.

    Parameters
    ----------
    grid, arcs
        The hotel and all its gap arcs.
    component
        The component.
    rooms
        Room of every stay of the hotel.
    longest_los
        Greatest length of a stay to be considered.
    """

    grid: Grid
    arcs: GapArcs
    component: Component
    rooms: list[int] = field(repr=False)
    longest_los: int

    @cached_property
    def groups(self) -> Neighbors:
        """Adjacency groups with a member in the component that may move."""
        return Neighbors(self.grid, self.component.stays)

    @cached_property
    def types(self) -> Mapping[int, ComparedType]:
        """The part of the plan in each type."""
        members = {stay for group in self.groups.groups for stay in group}
        held = {stay: self.rooms[stay] for stay in sorted(members)}
        grid = Grid(self.grid.problem, held) if held else self.grid
        found = {}
        for kind in self.component.kinds:
            stays = [
                stay
                for stay in self.component.stays
                if stay not in held and grid.room_type[self.rooms[stay]] == kind
            ]
            task = type_task(grid, kind, stays)
            found[kind] = self._type_base(plan_paths(grid, self.arcs, task, dict(enumerate(self.rooms))))
        return found

    def _type_base(self, paths: PlanPaths) -> ComparedType:
        arcs = self.arcs
        frozen, flow, potential = freeze(paths)
        graph = residual_graph(
            arcs.tail,
            arcs.head,
            reduced_costs(arcs, potential).astype(np.float64),
            is_open=np.ones(arcs.tail.shape[0], dtype=bool),
            is_used=flow > 0,
            potential=potential.astype(np.float64),
        )
        return ComparedType(paths, tuple(frozen), distances(graph, self.grid.num_nights, self.longest_los))

    @cached_property
    def upgrades(self) -> int:
        """Stays of the component outside their own type."""
        grid = self.grid
        return grid.count_upgrades({stay: self.rooms[stay] for stay in self.component.stays})

    @cached_property
    def upgrade_price(self) -> int | None:
        """Units for one upgrade; None if upgrades rank above gaps."""
        price = self.grid.problem.policy.upgrade_price
        return None if price is None else int(price * self.grid.cost_scale)

    @cached_property
    def value(self) -> int:
        """Gap cost, adjacency penalties and priced upgrades in units."""
        everywhere = dict(enumerate(self.rooms))
        alone = sum(len(self.groups.apart(group, everywhere)) for group in self.groups.groups)
        gaps = sum(base.paths.cost for base in self.types.values())
        return gaps + penalty_units(self.grid) * alone + (self.upgrade_price or 0) * self.upgrades

    def insertions(self, kind: int, costs: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the cost of a stay in the best gap of the plan, with no other stay moved.

        Parameters
        ----------
        kind
            Position of the type.
        costs
            Result of `gap_costs`.
        """
        stretches = free_nights(self.grid, self.grid.rooms_of_type[kind], self.rooms)
        return insertion_costs(costs, stretches, self.longest_los)

    def windows_to_separate(self, windows: Mapping[int, list[Window]]) -> set[Window]:
        """Return the windows of the hotel that contain a frozen window."""
        frozen: dict[int, list[Window]] = {}
        for base in self.types.values():
            for position in base.frozen:
                window = base.paths.task.windows[position]
                frozen.setdefault(window.room, []).append(window)
        return {
            window
            for found in windows.values()
            for window in found
            for inner in frozen.get(window.room, ())
            if window.source <= inner.source and inner.sink <= window.sink
        }


def rooms_of_plan(grid: Grid, rooms_by_stay: Mapping[str, str]) -> list[int]:
    """Return the room of every stay by position; `NOWHERE` where the plan has none."""
    index = grid.problem.room_index
    return [index.get(rooms_by_stay.get(stay.stay_id, ""), NOWHERE) for stay in grid.problem.stays]
