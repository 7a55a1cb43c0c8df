"""An early plan of a full component whose stays may use several types.

The joint model of such a component takes long, and until its flow can be split into the paths of rooms there
is no plan. With the upgrades as its only cost the model is solved in seconds. A few windows then have no
path; a model of room paths, in which their rooms and some others are free and all other rooms keep their
stays, houses the rest.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import GapArcs
from optimizer_core.network.commodities import Commodity, Flow, StayClass, split_windows, stay_classes
from optimizer_core.network.components import Component
from optimizer_core.network.flows import milp_limits, solve_flows
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.identity import Step, TypeTask, route, short_windows
from optimizer_core.network.joint import upgrade_columns
from optimizer_core.network.milp import MilpSolver
from optimizer_core.network.model import build_model
from optimizer_core.network.tasks import find_habits
from optimizer_core.network.windows import Window, windows_of_rooms
from optimizer_core.room_paths.adjacency import Masks
from optimizer_core.room_paths.incumbents import Paths
from optimizer_core.room_paths.lattice import Lattice, build_lattice
from optimizer_core.room_paths.passes import Weights
from optimizer_core.room_paths.restricted import build_restricted
from optimizer_core.room_paths.rooms import rooms_of
from optimizer_core.room_paths.search import masks_at

LEAST_COLUMNS = 10_000
"""Columns of the joint model below which the whole method finds a plan as quickly."""

FREE_ROOMS = (10, 20, 40)
"""Further rooms that may change, in successive models."""

REPAIR_NODES = 50
"""Nodes of branch and bound in each of them."""

ANY_PLAN = 1e18
"""Absolute gap with which the first plan found is accepted."""


def early_plan(
    grid: Grid, arcs: GapArcs, component: Component, solve_milp: MilpSolver, limits: Limits, seed: int = 0
) -> dict[int, int] | None:
    """Return the room of each movable stay in some plan of a component of several types.

    Parameters
    ----------
    grid, arcs, component
        The hotel and the component.
    solve_milp, limits, seed
        The solver and its limits.

    Returns
    -------
    dict or None
        None if the component has one type or a small model, or if no plan was found.
    """
    if len(component.kinds) == 1:
        return None
    classes = stay_classes(grid, component.stays)
    windows = {kind: windows_of_rooms(grid, grid.rooms_of_type[kind]) for kind in component.kinds}
    parts: list[Commodity] = []
    for kind, found in windows.items():
        parts += split_windows(kind, found, short_windows(found))
    flow_model = build_model(arcs, parts, classes)
    if flow_model.model.num_columns < LEAST_COLUMNS:
        return None
    upgrades = upgrade_columns(grid, flow_model, classes)
    answer = solve_flows(flow_model.costed(upgrades), solve_milp, limits, seed=seed)
    if answer.flows is None:
        return None
    task = TypeTask(
        NOWHERE,
        tuple(window for found in windows.values() for window in found),
        classes,
        find_habits(grid, [window for found in windows.values() for window in found], classes),
    )
    paths, failed = _split(arcs, task, parts, answer.flows, limits)
    return _house(grid, component, _placed(task, paths), failed, solve_milp, limits, seed)


def _split(
    arcs: GapArcs, task: TypeTask, parts: list[Commodity], flows: list[Flow], limits: Limits
) -> tuple[list[tuple[Step, ...]], set[int]]:
    """Return the path of each window, empty if it has none, and the rooms of the windows without a path."""
    found: dict[Window, tuple[Step, ...]] = {}
    failed: set[int] = set()
    for kind in dict.fromkeys(part.kind for part in parts):
        mine = [(part, flow) for part, flow in zip(parts, flows, strict=True) if part.kind == kind]
        windows = tuple(window for part, _ in mine for window in part.windows)
        own = TypeTask(kind, windows, task.classes, task.habits)
        paths, lost = route(arcs, own, [part for part, _ in mine], [flow for _, flow in mine], limits)
        found |= dict(zip(windows, paths, strict=True))
        failed |= {window.room for window in lost}
    return [found[window] for window in task.windows], failed


def _placed(task: TypeTask, paths: list[tuple[Step, ...]]) -> dict[int, int]:
    """Return the room of each stay on the paths, within a class in order."""
    takers: dict[int, list[int]] = {}
    for window, path in zip(task.windows, paths, strict=True):
        for _, _, stay_class in path:
            if stay_class is not None:
                takers.setdefault(stay_class, []).append(window.room)
    classes: tuple[StayClass, ...] = tuple(task.classes)
    return {
        stay: room
        for stay_class, rooms in takers.items()
        for stay, room in zip(classes[stay_class].stays, sorted(rooms), strict=False)
    }


def _house(
    grid: Grid,
    component: Component,
    placed: Mapping[int, int],
    failed: set[int],
    solve_milp: MilpSolver,
    limits: Limits,
    seed: int,
) -> dict[int, int] | None:
    """Return a plan in which most rooms keep the stays that were placed; None if none was found."""
    lattice = build_lattice(grid, component)
    fixed = {stay: room for stay, room in enumerate(grid.fixed_room) if room != NOWHERE}
    mask = Paths(lattice, grid).arcs_of({**fixed, **placed})
    if mask is None:
        return None
    if not failed:
        return rooms_of(grid, [lattice], (mask,))
    free = [column for column, room in enumerate(lattice.rooms) if room in failed]
    others = [column for column, room in enumerate(lattice.rooms) if room not in failed]
    random.Random(seed).shuffle(others)  # noqa: S311 - no secret
    for more in FREE_ROOMS:
        if limits.is_over():
            break
        found = _complete(lattice, mask, [*free, *others[:more]], solve_milp, limits, seed)
        if found is not None:
            return rooms_of(grid, [lattice], found)
    return None


def _complete(
    lattice: Lattice,
    mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    free: list[int],
    solve_milp: MilpSolver,
    limits: Limits,
    seed: int,
) -> Masks | None:
    """Return the arcs of a plan in which only some rooms differ from given paths; None if none was found."""
    keep = mask.copy()
    keep[:, free] = lattice.allowed[:, free]
    dearest = float(lattice.gap.max(initial=1))
    restricted = build_restricted([lattice], [keep], Weights(gap=1, upgrade=dearest))
    most = milp_limits(limits, absolute_gap=ANY_PLAN, max_nodes=REPAIR_NODES)
    answer = solve_milp(restricted.model, most, seed=seed)
    return None if answer.x is None else masks_at(restricted, answer.x)
