"""Prices bound every cell from below, and more duals never lower a bound."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer_core.acceptance.pricing import Pricer
from optimizer_core.domain import Limits
from optimizer_core.network import MilpAnswer, MilpSolver, MilpStatus
from optimizer_core.network.arcs import GapArcs, gap_arcs
from optimizer_core.network.commodities import StayClass, split_windows, stay_classes
from optimizer_core.network.components import find_components
from optimizer_core.network.flows import milp_limits
from optimizer_core.network.grid import Grid
from optimizer_core.network.model import build_model
from optimizer_core.network.windows import Window, windows_of_rooms
from optimizer_core.testing import random_hotel

LONGEST = 6


@pytest.fixture(scope="module")
def grid() -> Grid:
    """Return a hotel of one type with locks."""
    return Grid(random_hotel(6, 20, locked=0.3, seed=8))


def parts(grid: Grid, own: int) -> tuple[GapArcs, list[Window], set[Window], tuple[StayClass, ...]]:
    """Return the arcs, the windows, some of them to be told apart, and the stays."""
    component = find_components(grid)[0]
    windows = windows_of_rooms(grid, grid.rooms_of_type[0])
    return gap_arcs(grid), windows, set(windows[:own]), stay_classes(grid, component.stays)


def pricer(grid: Grid, own: int, solve_milp: MilpSolver) -> Pricer:
    """Return the prices with some windows told apart."""
    arcs, windows, apart, classes = parts(grid, own)
    model = build_model(arcs, split_windows(0, windows, apart), classes)
    nights = grid.num_nights
    return Pricer(model, classes, solve_milp, Limits(), num_nights=nights, longest_los=LONGEST)


def linear_program(grid: Grid, own: int, stay: StayClass, solve_milp: MilpSolver) -> float:
    """Return the value of the linear program with the stay; infinite if there is none."""
    arcs, windows, apart, classes = parts(grid, own)
    model = build_model(arcs, split_windows(0, windows, apart), (*classes, stay), constants=False).model
    relaxed = replace(model, integral=np.zeros_like(model.integral))
    answer = solve_milp(relaxed, milp_limits(Limits(), absolute_gap=0.0))
    return float("inf") if answer.x is None else float(model.cost @ answer.x)


@pytest.mark.parametrize("own", [0, 4])
def test_bounds_are_below_the_linear_program(grid: Grid, own: int, solve_milp: MilpSolver) -> None:
    """No bound is above the linear program with the stay, and the pool alone is met exactly."""
    prices = pricer(grid, own, solve_milp)
    for arrival, column in list(np.ndindex(grid.num_nights, LONGEST))[::4]:
        if arrival + column + 1 <= grid.num_nights:
            stay = StayClass(arrival, arrival + column + 1, (0,), (-1,))
            value, bound = linear_program(grid, own, stay, solve_milp), prices.cells[0][arrival, column]
            assert bound <= value + 1e-6
            if own == 0 and np.isfinite(bound):
                assert bound == pytest.approx(value)


def test_refining_raises_the_bounds_of_its_cell_to_the_linear_program(
    grid: Grid, solve_milp: MilpSolver
) -> None:
    """After a few duals of its own a cell has the bound of its linear program; no bound has fallen."""
    prices = pricer(grid, 4, solve_milp)
    before = prices.cells[0].copy()
    raised = 0
    for arrival, column in np.argwhere(np.isfinite(before))[::6].tolist():
        stay = StayClass(arrival, arrival + column + 1, (0,), (-1,))
        value = linear_program(grid, 4, stay, solve_milp)
        if np.isfinite(value):
            for _ in range(4):
                prices.refine([(0, arrival, column)])
            assert prices.cells[0][arrival, column] == pytest.approx(value)
            raised += bool(value > before[arrival, column] + 0.5)
    assert raised
    assert (prices.cells[0] >= before).all()


def test_a_solver_without_an_answer_proves_nothing(grid: Grid) -> None:
    """Without a point there is no bound, and nothing is claimed."""
    prices = pricer(grid, 0, lambda *_, **__: MilpAnswer(MilpStatus.NO_POINT))
    assert prices.bound is None
    assert prices.cells == {}
