"""Replans a component from scratch, with or without one more stay: expensive, for cells still open."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from optimizer_core.acceptance.matrix import UNSELLABLE, UPGRADING
from optimizer_core.domain import Limits, Stay
from optimizer_core.network.arcs import GapArcs
from optimizer_core.network.commodities import Habits, StayClass
from optimizer_core.network.components import Component, find_components
from optimizer_core.network.grid import Grid
from optimizer_core.network.identity import TypeTask, identify
from optimizer_core.network.joint import PartAnswer, plan_component
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.tasks import rooms_of_stays
from optimizer_core.network.windows import Window
from optimizer_core.planning.groups import GroupSettler


@dataclass(frozen=True, slots=True)
class Known:
    """What is proved about a component without the extra stay.

    Parameters
    ----------
    low, high
        Bounds on its best value in units.
    upgrades
        Fewest stays outside their own type; None if upgrades have a price.
    """

    low: int
    high: int
    upgrades: int | None


def plan_again(
    grid: Grid, arcs: GapArcs, component: Component, solve_milp: MilpSolver, limits: Limits
) -> PartAnswer:
    """Return the best plan of a component, adjacency groups included."""
    answer = plan_component(grid, arcs, component, solve_milp, limits)
    if answer.status is MilpStatus.INFEASIBLE:
        return answer
    return GroupSettler(grid, arcs, component, solve_milp, limits, 0).settle(answer)


def with_stay_in_type(
    grid: Grid,
    arcs: GapArcs,
    task: TypeTask,
    own: frozenset[Window],
    nights: tuple[int, int],
    solve_milp: MilpSolver,
    limits: Limits,
) -> PartAnswer:
    """Replan one type with one more stay; return bounds, and the rooms of the other stays.

    Parameters
    ----------
    grid, arcs, task
        The hotel, its gap arcs and the type.
    own
        Windows that had to be modeled separately without the stay.
    nights
        Arrival and departure of the stay.
    solve_milp, limits
        The solver and its limits.
    """
    no_stay = -1
    wider = replace(
        task,
        classes=(*task.classes, StayClass(*nights, (task.kind,), (no_stay,))),
        habits=Habits({}, {}),
    )
    answer = identify(arcs, wider, solve_milp, limits, own=own)
    if answer.paths is None:
        return PartAnswer(answer.status, answer.bound)
    newcomer = len(task.classes)
    others = [[step for step in path if step[2] != newcomer] for path in answer.paths]
    return PartAnswer(answer.status, answer.bound, answer.value, rooms_of_stays(grid, task, others))


def with_stay(
    grid: Grid,
    arcs: GapArcs,
    kind: int,
    nights: tuple[int, int],
    solve_milp: MilpSolver,
    limits: Limits,
) -> PartAnswer:
    """Replan the component of a type with one more stay; return bounds, and the rooms of the others."""
    problem = grid.problem
    stay_id = "one more"
    while stay_id in problem.stay_index:
        stay_id += "+"
    arrival, departure = (problem.start + timedelta(night) for night in nights)
    newcomer = Stay(stay_id, arrival, departure, problem.room_types[kind])
    # Stays outside the movable nights must not move, but a newcomer has no room to keep there.
    held = tuple(replace(stay, is_locked=problem.is_fixed(stay)) for stay in problem.stays)
    wider = Grid(problem.replace(stays=(*held, newcomer), movable_first=None, movable_last=None))
    component = next(part for part in find_components(wider) if kind in part.kinds)
    answer = plan_again(wider, arcs, component, solve_milp, limits)
    ids = [stay.stay_id for stay in wider.problem.stays]
    rooms = {problem.stay_index[ids[s]]: r for s, r in (answer.rooms or {}).items() if ids[s] != stay_id}
    return replace(answer, rooms=rooms if answer.rooms is not None else None)


def marginal(answer: PartAnswer, known: Known) -> tuple[int, int]:
    """Return bounds on the marginal cost from the results with the stay and without it."""
    if answer.status is MilpStatus.INFEASIBLE:
        return UNSELLABLE, UNSELLABLE
    if answer.value is None:
        lower = -UNSELLABLE if answer.bound is None else answer.bound - known.high
        return lower, UNSELLABLE
    if known.upgrades is not None and answer.upgrades > known.upgrades:
        return UPGRADING, UPGRADING
    lower = -UNSELLABLE if answer.bound is None else answer.bound - known.high
    return lower, answer.value - known.low
