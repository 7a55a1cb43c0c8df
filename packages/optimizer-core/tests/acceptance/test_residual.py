"""Residual distances are what serving one more stay costs the pooled flow."""

import numpy as np
import pytest

from optimizer_core.acceptance import UNSELLABLE
from optimizer_core.acceptance.compared_plan import ComparedPlan, rooms_of_plan
from optimizer_core.acceptance.residual import distances, residual_graph, whole_cells
from optimizer_core.domain import Limits
from optimizer_core.network import MilpSolver
from optimizer_core.network.arcs import GapArcs, day_node, gap_arcs
from optimizer_core.network.certificate import potentials
from optimizer_core.network.commodities import Commodity, StayClass
from optimizer_core.network.components import find_components
from optimizer_core.network.flows import solve_flows
from optimizer_core.network.grid import Grid
from optimizer_core.network.identity import flow_cost
from optimizer_core.network.milp import MilpStatus
from optimizer_core.network.model import build_model
from optimizer_core.planning import find_plan
from optimizer_core.testing import random_hotel


@pytest.fixture(scope="module")
def base(solve_milp: MilpSolver) -> ComparedPlan:
    """Return the best plan of a hotel without locks."""
    problem = random_hotel(6, 24, locked=0.0, seed=4)
    plan = find_plan(problem, solve_milp, Limits()).plan
    assert plan is not None
    grid = Grid(problem)
    rooms = rooms_of_plan(grid, plan.room_by_stay)
    return ComparedPlan(grid, gap_arcs(grid), find_components(grid)[0], rooms, 24)


def pooled_cost(base: ComparedPlan, stay: tuple[int, int] | None, solve_milp: MilpSolver) -> int | None:
    """Return the cost of the pool, with one more stay or without, solved from scratch."""
    task = base.types[0].paths.task
    classes = task.classes if stay is None else (*task.classes, StayClass(*stay, (0,), (-1,)))
    answer = solve_flows(build_model(base.arcs, [Commodity(0, task.windows)], classes), solve_milp, Limits())
    if answer.status is MilpStatus.INFEASIBLE or answer.flows is None:
        return None
    return flow_cost(base.arcs, answer.flows)


def test_every_third_distance_is_the_difference_of_two_flows(
    base: ComparedPlan, solve_milp: MilpSolver
) -> None:
    """Solving the pool anew with the stay costs more by exactly the distance, or is infeasible."""
    before = pooled_cost(base, None, solve_milp)
    assert before is not None
    cells, nights = base.types[0].cells, base.grid.num_nights
    for arrival, column in list(np.ndindex(cells.shape))[::3]:
        if arrival + column + 1 > nights:
            assert cells[arrival, column] == UNSELLABLE
            continue
        after = pooled_cost(base, (arrival, arrival + column + 1), solve_milp)
        expected = UNSELLABLE if after is None else after - before
        assert cells[arrival, column] == expected, (arrival, column)


def test_a_path_leads_from_departure_to_arrival_at_its_distance(base: ComparedPlan) -> None:
    """Following the arcs of a path, backward ones at minus their cost, adds up to the distance."""
    arcs, found = base.arcs, base.types[0]
    for arrival, column in np.argwhere(found.cells < UNSELLABLE)[::7].tolist():
        departure = arrival + column + 1
        node, cost = day_node(departure), 0
        for arc in found.distances.path(arrival, departure):
            tail, head = int(arcs.tail[arc if arc >= 0 else ~arc]), int(arcs.head[arc if arc >= 0 else ~arc])
            assert node == (tail if arc >= 0 else head)
            node = head if arc >= 0 else tail
            cost += int(arcs.cost[arc]) if arc >= 0 else -int(arcs.cost[~arc])
        assert node == day_node(arrival)
        assert cost == found.cells[arrival, column]


def test_arcs_that_cost_nothing_count_as_arcs() -> None:
    """A distance of 0 is no missing arc, with whole weights and with fractions."""
    tail, head = np.array([day_node(0), day_node(1)]), np.array([day_node(1), day_node(2)])
    for reduced in (np.zeros(2), np.array([0.0, 0.5])):
        graph = residual_graph(
            tail,
            head,
            reduced,
            is_open=np.zeros(2, dtype=bool),
            is_used=np.ones(2, dtype=bool),
            potential=np.zeros(7),
        )
        assert distances(graph, 2, 2).cells.tolist() == [[0.0, 0.0], [0.0, np.inf]]


def test_of_two_arcs_between_the_same_nodes_the_cheaper_counts() -> None:
    """Parallel arcs are not added up."""
    tail, head = np.array([day_node(1)] * 2), np.array([day_node(0)] * 2)
    graph = residual_graph(
        tail,
        head,
        np.array([5.0, 3.0]),
        is_open=np.ones(2, dtype=bool),
        is_used=np.zeros(2, dtype=bool),
        potential=np.zeros(5),
    )
    assert distances(graph, 1, 1).cells[0, 0] == 3.0
    assert graph.arc.tolist() == [1]


def test_no_arcs_no_paths() -> None:
    """A network without arcs has no distances, and no error."""
    nothing = np.zeros(0, dtype=np.int64)
    graph = residual_graph(
        nothing,
        nothing,
        np.zeros(0),
        is_open=np.zeros(0, dtype=bool),
        is_used=np.zeros(0, dtype=bool),
        potential=np.zeros(5),
    )
    assert not np.isfinite(distances(graph, 1, 1).cells).any()


def test_large_costs_stay_exact() -> None:
    """Costs at a minimum stay of 21 nights are whole numbers to the last unit."""
    arcs = GapArcs(
        np.array([day_node(0), day_node(1)]), np.array([day_node(1), day_node(2)]), np.array([1 << 42, 3]), 2
    )
    flow = np.ones(2, dtype=np.int64)
    potential = potentials(arcs, flow)
    assert potential is not None
    graph = residual_graph(
        arcs.tail,
        arcs.head,
        (arcs.cost + potential[arcs.tail] - potential[arcs.head]).astype(np.float64),
        is_open=np.ones(2, dtype=bool),
        is_used=flow > 0,
        potential=potential.astype(np.float64),
    )
    assert whole_cells(distances(graph, 2, 2).cells)[0].tolist() == [-(1 << 42), -(1 << 42) - 3]


def test_bounds_are_rounded_up_but_for_blur() -> None:
    """2.3 proves 3; 2.0000001 proves 2 only, since floating point blurs it."""
    cells = whole_cells(np.array([[2.3, 2.0000001, -0.5, np.inf]]))
    assert cells.tolist() == [[3, 2, 0, UNSELLABLE]]
