"""Freezing a few windows makes the rest of a plan an optimal pooled flow."""

from collections.abc import Callable

from optimizer_core.acceptance.compared_plan import rooms_of_plan
from optimizer_core.acceptance.frozen import freeze
from optimizer_core.acceptance.paths import PlanPaths, plan_paths
from optimizer_core.domain import Limits, Plan, Problem, current_plan
from optimizer_core.network import MilpSolver
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.certificate import reduced_costs
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.tasks import type_task
from optimizer_core.planning import find_plan
from optimizer_core.testing import random_hotel

MakeHotel = Callable[..., Problem]


def paths_of(problem: Problem, plan: Plan) -> PlanPaths:
    """Return the paths of a hotel of one type."""
    grid = Grid(problem)
    movable = [stay for stay, room in enumerate(grid.fixed_room) if room == NOWHERE]
    rooms = dict(enumerate(rooms_of_plan(grid, plan.room_by_stay)))
    return plan_paths(grid, gap_arcs(grid), type_task(grid, 0, movable), rooms)


def test_nothing_is_frozen_where_the_pool_is_as_cheap(solve_milp: MilpSolver) -> None:
    """A best plan without locks is an optimal flow as it is."""
    problem = random_hotel(6, 30, locked=0.0)
    plan = find_plan(problem, solve_milp, Limits()).plan
    assert plan is not None
    paths = paths_of(problem, plan)
    frozen, flow, _ = freeze(paths)
    assert frozen == []
    assert (flow == paths.flow).all()


def test_a_plan_far_from_best_is_frozen_until_the_rest_is_best() -> None:
    """The potentials prove the rest: no arc has a negative reduced cost, none in use a positive one."""
    problem = random_hotel(8, 40, locked=0.2, seed=3)
    paths = paths_of(problem, current_plan(problem))
    frozen, flow, potential = freeze(paths)
    reduced = reduced_costs(paths.arcs, potential)
    assert frozen
    assert (reduced >= 0).all()
    assert (reduced[flow > 0] == 0).all()


def test_what_is_frozen_is_taken_off_the_flow() -> None:
    """Flow of the rest and paths of the frozen windows are the plan together."""
    problem = random_hotel(8, 40, locked=0.2, seed=3)
    paths = paths_of(problem, current_plan(problem))
    frozen, flow, _ = freeze(paths)
    again = flow.copy()
    for window in frozen:
        for edge in paths.edges[window]:
            if edge < again.shape[0]:
                again[edge] += 1
    assert (again == paths.flow).all()
