"""The exact model with adjacency groups: every window told apart, every member a column for each room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import GapArcs
from optimizer_core.network.commodities import Commodity, Habits, StayClass, stay_classes
from optimizer_core.network.components import Component
from optimizer_core.network.flows import solve_flows
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.identity import Step, TypeTask, flow_cost, route
from optimizer_core.network.joint import PartAnswer, upgrade_columns
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.model import FlowModel, build_model
from optimizer_core.network.neighbors import Neighbors
from optimizer_core.network.tasks import find_habits, rooms_of_stays
from optimizer_core.network.windows import windows_of_rooms
from optimizer_core.objective import adjacency_penalty


def plan_with_groups(
    grid: Grid,
    arcs: GapArcs,
    component: Component,
    neighbors: Neighbors,
    solve_milp: MilpSolver,
    limits: Limits,
    *,
    seed: int = 0,
    most_upgrades: int | None = None,
) -> PartAnswer:
    """Return the best plan of a component with its groups; value and bound include their penalties.

    Parameters
    ----------
    grid, arcs, component, neighbors
        The hotel, its gap arcs, the component and its groups.
    solve_milp, limits, seed
        The solver and its limits.
    most_upgrades
        Stays outside their own type that the plan may have; None for any number, at the policy's price.
    """
    windows = [
        window for kind in component.kinds for window in windows_of_rooms(grid, grid.rooms_of_type[kind])
    ]
    members = sorted({member for group in neighbors.groups for member in group})
    apart = set(members)
    classes = (
        *stay_classes(grid, [stay for stay in component.stays if stay not in apart]),
        *(c for member in members if member in set(component.stays) for c in stay_classes(grid, [member])),
    )
    parts = [Commodity(grid.room_type[window.room], (window,)) for window in windows]
    habits = Habits(find_habits(grid, windows, classes).wanted, {})
    flow_model = build_model(arcs, parts, classes, habits=habits, constants=False)
    upgrades = upgrade_columns(grid, flow_model, classes) * flow_model.weight
    price = grid.problem.policy.upgrade_price
    if price is not None:
        flow_model = flow_model.costed(flow_model.model.cost + int(price * grid.cost_scale) * upgrades)
    elif most_upgrades is not None and upgrades.any():
        flow_model = flow_model.capped(upgrades, float(most_upgrades * flow_model.weight))
    flow_model = _with_penalties(grid, flow_model, classes, neighbors)
    answer = solve_flows(flow_model, solve_milp, limits, seed=seed)
    if answer.flows is None:
        return PartAnswer(answer.status, answer.bound)
    task = TypeTask(NOWHERE, tuple(windows), classes, habits)
    paths, failed = route(arcs, task, parts, answer.flows, limits)
    if paths is None or failed:
        return PartAnswer(MilpStatus.NO_POINT, answer.bound)
    return _as_answer(
        grid, task, paths, answer.status, answer.bound, flow_cost(arcs, answer.flows), neighbors
    )


def penalty_units(grid: Grid) -> int:
    """Return the penalty of a member without a neighbor, in units of ``1 / Grid.cost_scale``."""
    return adjacency_penalty(grid.problem) * (grid.cost_scale // grid.problem.cost_scale)


def _as_answer(
    grid: Grid,
    task: TypeTask,
    paths: Sequence[Sequence[Step]],
    status: MilpStatus,
    bound: int | None,
    gap_cost: int,
    neighbors: Neighbors,
) -> PartAnswer:
    rooms = rooms_of_stays(grid, task, paths)
    everywhere = {**{s: r for s, r in enumerate(grid.fixed_room) if r != NOWHERE}, **rooms}
    alone = sum(len(neighbors.apart(group, everywhere)) for group in neighbors.groups)
    upgrades = grid.count_upgrades(rooms)
    price = grid.problem.policy.upgrade_price
    value = gap_cost + penalty_units(grid) * alone + int((price or 0) * grid.cost_scale) * upgrades
    return PartAnswer(status, bound, value, rooms, upgrades)


def _with_penalties(
    grid: Grid, flow_model: FlowModel, classes: Sequence[StayClass], neighbors: Neighbors
) -> FlowModel:
    """Return the model with a penalty column for each member.

    With z[i, r] the column of member i in room r, adj(r) the rooms next to r and p[i] the penalty::

        p[i] + sum of z[j, q] over other members j and q in adj(r)  >=  z[i, r]    for all i, r
    """
    places = _member_columns(flow_model, classes)
    first = flow_model.model.num_columns
    rows: list[dict[int, float]] = []
    lower: list[float] = []
    members = [(group, member) for group in neighbors.groups for member in group]
    for position, (group, member) in enumerate(members):
        others = [other for other in group if other != member]
        for room, here in _places_of(grid, places, member).items():
            row = {first + position: 1.0}
            constant = 0.0
            for other in others:
                for near, by in _places_of(grid, places, other).items():
                    if near in neighbors.adjacent[room]:
                        constant += not by
                        row.update((place, row.get(place, 0.0) + 1.0) for place in by)
            constant -= not here
            row.update((place, row.get(place, 0.0) - 1.0) for place in here)
            rows.append(row)
            lower.append(-constant)
    return _widened(flow_model, rows, lower, len(members), float(penalty_units(grid) * flow_model.weight))


def _member_columns(
    flow_model: FlowModel, classes: Sequence[StayClass]
) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return the columns of each (stay, room) for classes of one stay; two where the stay is at home."""
    places: dict[tuple[int, int], tuple[int, ...]] = {}
    for part, (_, _, first, served) in zip(flow_model.commodities, flow_model.columns, strict=True):
        for offset, index in enumerate(served):
            if len(classes[index].stays) == 1:
                key = classes[index].stays[0], part.windows[0].room
                places[key] = (*places.get(key, ()), first + offset)
    return places


def _places_of(
    grid: Grid, places: Mapping[tuple[int, int], tuple[int, ...]], member: int
) -> dict[int, tuple[int, ...]]:
    """Return the rooms that a member may have, each with its columns; none where it is fixed."""
    fixed = grid.fixed_room[member]
    if fixed != NOWHERE:
        return {fixed: ()}
    return {room: places[member, room] for room in range(len(grid.problem.rooms)) if (member, room) in places}


def _widened(
    flow_model: FlowModel,
    rows: Sequence[Mapping[int, float]],
    lower: Sequence[float],
    num_columns: int,
    cost: float,
) -> FlowModel:
    """Return the model with more columns of one cost, from 0 to 1, and more rows of the form row >= lower."""
    model = flow_model.model
    wide = model.num_columns + num_columns
    extra = sparse.csr_matrix(
        (
            [value for row in rows for value in row.values()],
            ([r for r, row in enumerate(rows) for _ in row], [column for row in rows for column in row]),
        ),
        shape=(len(rows), wide),
    )
    empty = sparse.csc_matrix((model.num_rows, num_columns))
    matrix = sparse.vstack([sparse.hstack([model.matrix, empty]), extra], format="csc")
    return replace(
        flow_model,
        model=replace(
            model,
            cost=np.append(model.cost, np.full(num_columns, cost)),
            matrix=matrix,
            row_lower=np.append(model.row_lower, np.array(lower, dtype=np.float64)),
            row_upper=np.append(model.row_upper, np.full(len(rows), np.inf)),
            lower=np.append(model.lower, np.zeros(num_columns)),
            upper=np.append(model.upper, np.ones(num_columns)),
            integral=np.append(model.integral, np.ones(num_columns, dtype=bool)),
        ),
    )
