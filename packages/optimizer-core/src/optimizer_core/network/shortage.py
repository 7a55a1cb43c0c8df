"""Why a hotel has no plan: the nights, types and locks at fault, and the number of rooms short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimizer_core.domain import Limits, Shortage, consecutive
from optimizer_core.network.arcs import GapArcs
from optimizer_core.network.blockades import find_blockades
from optimizer_core.network.commodities import StayClass, split_windows, stay_classes
from optimizer_core.network.components import Component
from optimizer_core.network.flows import milp_limits
from optimizer_core.network.grid import Grid
from optimizer_core.network.milp import MilpSolver
from optimizer_core.network.model import FlowModel, build_model
from optimizer_core.network.windows import Window, windows_of_rooms

MOST_TYPES_COMBINED = 10
"""Components of more types are only checked by single type and as a whole: there are too many subsets."""


def find_shortages(grid: Grid, component: Component) -> list[Shortage]:
    """Return the nights on which stays of a component outnumber its rooms or windows.

    Each test is sufficient for a proof of infeasibility; neither is necessary.
    """
    return _overbooked(grid, component) or _blocked(grid, component)


def _overbooked(grid: Grid, component: Component) -> list[Shortage]:
    """Return the nights on which the stays restricted to some types outnumber the rooms of those types."""
    here = set(component.kinds)
    load: dict[frozenset[int], NDArray[np.int64]] = {}
    for stay, kinds in enumerate(grid.types_of_stay):
        if kinds[0] in here:
            nights = load.setdefault(frozenset(kinds), np.zeros(grid.num_nights, dtype=np.int64))
            nights[grid.arrival[stay] : grid.departure[stay]] += 1
    worst = np.zeros(grid.num_nights, dtype=np.int64)
    short_of: dict[int, tuple[int, ...]] = {}
    for subset in _subsets(component.kinds):
        inside = [nights for kinds, nights in load.items() if kinds.issubset(subset)]
        rooms = sum(len(grid.rooms_of_type[kind]) for kind in subset)
        excess = np.sum(inside, axis=0) - rooms if inside else worst - 1
        for night in np.flatnonzero(excess > worst).tolist():
            worst[night] = excess[night]
            short_of[night] = subset
    return _as_shortages(
        grid,
        {night: _competing(grid, night, int(worst[night]), short_of[night]) for night in sorted(short_of)},
    )


def _competing(
    grid: Grid, night: int, rooms_short: int, kinds: tuple[int, ...]
) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """Return (rooms short, types, stays of the night that may use no other types)."""
    inside = set(kinds)
    stays = tuple(
        stay
        for stay, allowed in enumerate(grid.types_of_stay)
        if grid.arrival[stay] <= night < grid.departure[stay] and inside.issuperset(allowed)
    )
    return rooms_short, kinds, stays


def _subsets(kinds: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
    """Yield sets of types, small ones first."""
    if len(kinds) > MOST_TYPES_COMBINED:
        yield from ((kind,) for kind in kinds)
        yield kinds
        return
    for size in range(1, len(kinds) + 1):
        yield from combinations(kinds, size)


def _as_shortages(
    grid: Grid, excess: dict[int, tuple[int, tuple[int, ...], tuple[int, ...]]]
) -> list[Shortage]:
    """Return one shortage for each run of nights that are short of the same types."""
    problem = grid.problem
    shortages = []
    for kinds in sorted({found[1] for found in excess.values()}):
        nights = [problem.date(night) for night, found in excess.items() if found[1] == kinds]
        for first, last in consecutive(nights):
            run = range(problem.night(first), problem.night(last) + 1)
            worst = max((excess[night] for night in run), key=lambda found: found[0])
            movable = [stay for stay in worst[2] if not problem.is_fixed(problem.stays[stay])]
            locked = [stay for stay in worst[2] if problem.is_fixed(problem.stays[stay])]
            shortages.append(
                Shortage(
                    tuple(problem.room_types[kind] for kind in kinds),
                    first,
                    last,
                    worst[0],
                    tuple(problem.stays[stay].stay_id for stay in movable),
                    tuple(problem.stays[stay].stay_id for stay in locked),
                )
            )
    return sorted(shortages, key=lambda shortage: (shortage.first, shortage.room_types))


def _blocked(grid: Grid, component: Component) -> list[Shortage]:
    """Return the nights on which locks leave too few windows for the stays of a single type."""
    if len(component.kinds) > 1:
        return []
    kind = component.kinds[0]
    windows = windows_of_rooms(grid, grid.rooms_of_type[kind])
    classes = stay_classes(grid, component.stays)
    units = {index: len(stay_class.stays) for index, stay_class in enumerate(classes)}
    shortages = []
    for blockade in find_blockades(kind, windows, classes, units, grid.num_nights):
        stays = [stay for index in sorted(blockade.classes) for stay in classes[index].stays]
        night = grid.problem.date(blockade.night)
        locks = _locks_around(grid, windows, classes, blockade.classes, blockade.night)
        shortages.append(
            Shortage(
                (grid.problem.room_types[kind],),
                night,
                night,
                len(stays) - blockade.num_windows,
                tuple(grid.problem.stays[stay].stay_id for stay in stays),
                tuple(grid.problem.stays[lock].stay_id for lock in locks),
            )
        )
    return shortages


def _locks_around(
    grid: Grid,
    windows: Sequence[Window],
    classes: Sequence[StayClass],
    blocked: frozenset[int],
    night: int,
) -> list[int]:
    """Return the fixed stays of a night, and those that end a window too early for the blocked classes."""
    blocking: set[int] = set()
    for window in windows:
        if night in window.nights and not any(
            window.holds(classes[c].arrival, classes[c].departure) for c in blocked
        ):
            first, last = window.nights.start, window.nights.stop
            for stay in grid.fixed_of_room.get(window.room, ()):
                if grid.departure[stay] == first or grid.arrival[stay] == last:
                    blocking.add(stay)
    kinds = set(classes[next(iter(blocked))].types) if blocked else set()
    for room, stays in grid.fixed_of_room.items():
        if grid.room_type[room] in kinds:
            blocking.update(s for s in stays if grid.arrival[s] <= night < grid.departure[s])
    return sorted(blocking)


def fewest_unhoused(
    grid: Grid, arcs: GapArcs, component: Component, solve_milp: MilpSolver, limits: Limits, seed: int
) -> list[Shortage]:
    """Return the nights of a smallest set of stays without which the rest of a component has a plan.

    Solves the exact model of the component, every window separate, with a slack for each stay. It proves
    infeasibility where no single night does.
    """
    classes = stay_classes(grid, component.stays)
    parts = []
    for kind in component.kinds:
        windows = windows_of_rooms(grid, grid.rooms_of_type[kind])
        parts += split_windows(kind, windows, set(windows))
    flow_model = build_model(arcs, parts, classes, constants=False)
    elastic = _with_way_out(flow_model, len(classes))
    answer = solve_milp(elastic.model, milp_limits(limits), seed=seed)
    if answer.x is None:
        return []
    left_out = np.rint(answer.x[-len(classes) :]).astype(int)
    shortages = []
    for index in np.flatnonzero(left_out).tolist():
        stay_class = classes[index]
        shortages.append(
            Shortage(
                tuple(sorted(grid.problem.room_types[kind] for kind in stay_class.types)),
                grid.problem.date(stay_class.arrival),
                grid.problem.date(stay_class.departure - 1),
                int(left_out[index]),
                tuple(grid.problem.stays[stay].stay_id for stay in stay_class.stays),
            )
        )
    return shortages


def _with_way_out(flow_model: FlowModel, num_classes: int) -> FlowModel:
    """Return the model with one more column for each class, at cost 1, that leaves a stay without a room."""
    model = flow_model.model
    first = model.num_rows - num_classes
    slack = sparse.csc_matrix(
        (np.ones(num_classes), (np.arange(first, model.num_rows), np.arange(num_classes))),
        shape=(model.num_rows, num_classes),
    )
    wider = replace(
        model,
        cost=np.append(np.zeros(model.num_columns), np.ones(num_classes)),
        matrix=sparse.hstack([model.matrix, slack], format="csc"),
        lower=np.append(model.lower, np.zeros(num_classes)),
        upper=np.append(model.upper, model.row_upper[first:]),
        integral=np.append(model.integral, np.ones(num_classes, dtype=bool)),
    )
    return replace(flow_model, model=wider)
