"""The bounds of a component are drawn together where it matters, within the budget."""

import numpy as np
import pytest

from optimizer_core.acceptance import UNSELLABLE
from optimizer_core.acceptance.compared_plan import ComparedPlan, rooms_of_plan
from optimizer_core.acceptance.component import ComponentCells, _far_apart
from optimizer_core.acceptance.insertion import gap_costs
from optimizer_core.domain import Limits
from optimizer_core.network import MilpSolver
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.planning import find_plan
from optimizer_core.testing import random_hotel


@pytest.fixture(scope="module")
def base(solve_milp: MilpSolver) -> ComparedPlan:
    """Return the best plan of a thin type with many locks, which costs more than its pool."""
    problem = random_hotel(8, 40, locked=0.35, seed=3)
    plan = find_plan(problem, solve_milp, Limits()).plan
    assert plan is not None
    grid = Grid(problem)
    rooms = rooms_of_plan(grid, plan.room_by_stay)
    found = ComparedPlan(grid, gap_arcs(grid), find_components(grid)[0], rooms, 8)
    assert found.types[0].frozen
    return found


def test_more_work_never_loosens_a_bound(base: ComparedPlan, solve_milp: MilpSolver) -> None:
    """With a budget the bounds lie within those without, and no cell within the threshold stays open."""
    costs = gap_costs(base.grid)
    cheap = ComponentCells(base, costs, solve_milp, Limits(), 0).run(0)[0]
    dear = ComponentCells(base, costs, solve_milp, Limits(), 0).run(10**6)[0]
    assert (cheap[0] <= dear[1]).all()
    assert (dear[0] <= cheap[1]).all()
    assert not ((dear[0] <= 0) & (dear[1] > 0)).any()


def test_without_a_threshold_every_cell_becomes_exact(base: ComparedPlan, solve_milp: MilpSolver) -> None:
    """Where all cells are worth work, all are exact, and agree with the bounds of less work."""
    costs = gap_costs(base.grid)
    lower, upper = ComponentCells(base, costs, solve_milp, Limits(), None).run(10**6)[0]
    cheap = ComponentCells(base, costs, solve_milp, Limits(), 0).run(0)[0]
    assert (lower == upper).all()
    assert ((cheap[0] <= lower) & (lower <= cheap[1])).all()


def test_out_of_time_says_only_what_is_sure(base: ComparedPlan, solve_milp: MilpSolver) -> None:
    """With no time at all, stays too long for any window are closed, and nobody is called good wrongly."""
    costs = gap_costs(base.grid)
    over = Limits(time_limit_seconds=0.0)
    lower, upper = ComponentCells(base, costs, solve_milp, over, 0).run(10)[0]
    exact, _ = ComponentCells(base, costs, solve_milp, Limits(), None).run(10**6)[0]
    assert ((lower <= exact) & (exact <= upper)).all()
    assert bool((lower[-1, 1:] == UNSELLABLE).all())


def test_cells_far_apart_do_not_share_nights() -> None:
    """Chosen stays keep their distance, and none is chosen a third time."""
    cells = [(0, arrival, column) for arrival in range(30) for column in range(4)]
    tried: dict[tuple[int, int, int], int] = {}
    first = _far_apart(cells, tried)
    nights = np.zeros(40, dtype=int)
    for _, arrival, column in first:
        nights[arrival : arrival + column + 1] += 1
    assert nights.max() == 1
    assert len(first) > 3
    _far_apart(cells, tried)
    assert all(cell not in _far_apart(first, tried) for cell in first)
