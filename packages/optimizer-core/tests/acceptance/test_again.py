"""Planning anew with a stay, and what that proves about its cost."""

from collections.abc import Callable

import pytest

from optimizer_core.acceptance import UNSELLABLE, UPGRADING
from optimizer_core.acceptance.again import Known, marginal, plan_again, with_stay, with_stay_in_type
from optimizer_core.domain import Limits, Problem
from optimizer_core.network import MilpSolver, MilpStatus
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.joint import PartAnswer
from optimizer_core.network.tasks import type_task
from optimizer_core.testing import random_hotel

MakeHotel = Callable[..., Problem]
KNOWN = Known(10, 12, 0)


@pytest.mark.parametrize(
    ("answer", "bounds"),
    [
        (PartAnswer(MilpStatus.INFEASIBLE), (UNSELLABLE, UNSELLABLE)),
        (PartAnswer(MilpStatus.OPTIMAL, 15, 15), (3, 5)),
        (PartAnswer(MilpStatus.FEASIBLE, 11, 20), (-1, 10)),
        (PartAnswer(MilpStatus.NO_POINT, 11), (-1, UNSELLABLE)),
        (PartAnswer(MilpStatus.NO_POINT), (-UNSELLABLE, UNSELLABLE)),
        (PartAnswer(MilpStatus.OPTIMAL, 15, 15, upgrades=1), (UPGRADING, UPGRADING)),
    ],
)
def test_bounds_follow_from_what_is_known(answer: PartAnswer, bounds: tuple[int, int]) -> None:
    """Without the stay the best value is from 10 to 12: the difference is as uncertain."""
    assert marginal(answer, KNOWN) == bounds


def test_priced_upgrades_are_a_cost_like_any_other() -> None:
    """Where upgrades have a price, one more of them is in the value already."""
    answer = PartAnswer(MilpStatus.OPTIMAL, 15, 15, upgrades=1)
    assert marginal(answer, Known(10, 10, None)) == (5, 5)


def test_type_alone_and_whole_component_agree(solve_milp: MilpSolver) -> None:
    """Both ways find the same value for a stay, and the rooms of all the other stays."""
    problem = random_hotel(5, 20, locked=0.3, seed=6)
    grid = Grid(problem)
    arcs = gap_arcs(grid)
    movable = [stay for stay, room in enumerate(grid.fixed_room) if room == NOWHERE]
    task = type_task(grid, 0, movable)
    for nights in ((4, 5), (9, 11), (14, 18)):
        alone = with_stay_in_type(grid, arcs, task, frozenset(), nights, solve_milp, Limits())
        whole = with_stay(grid, arcs, 0, nights, solve_milp, Limits())
        assert (alone.status, alone.value) == (whole.status, whole.value)
        if alone.rooms is not None:
            assert sorted(alone.rooms) == movable
            assert whole.rooms is not None
            assert sorted(whole.rooms) == movable


def test_a_name_that_is_taken_is_not_used_twice(hotel: MakeHotel, solve_milp: MilpSolver) -> None:
    """A booking may be called like the stay that is tried."""
    problem = hotel({"1": "A"}, ("1", 0, 4))
    stay = problem.stays[0]
    problem = problem.replace(stays=(type(stay)("one more", stay.arrival, stay.departure, "A"),))
    grid = Grid(problem)
    assert with_stay(grid, gap_arcs(grid), 0, (1, 2), solve_milp, Limits()).status is MilpStatus.INFEASIBLE


def test_planning_again_is_the_best_plan(crossed: Problem, solve_milp: MilpSolver) -> None:
    """The two crossed rooms cost one point at best."""
    grid = Grid(crossed)
    answer = plan_again(grid, gap_arcs(grid), find_components(grid)[0], solve_milp, Limits())
    assert answer.status is MilpStatus.OPTIMAL
    assert answer.value == grid.cost_scale
