import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, Problem
from optimizer_core.network import MilpSolver
from optimizer_core.network.arcs import GapArcs, day_node, end_node, gap_arcs, idle_node
from optimizer_core.network.certificate import potentials, reduced_costs
from optimizer_core.network.commodities import Flow, split_windows
from optimizer_core.network.flows import solve_flows
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.model import build_model
from optimizer_core.network.tasks import type_task
from optimizer_core.testing import Features, tiny_hotels

Chart = Callable[..., Problem]


def pooled_flow(grid: Grid, arcs: GapArcs, kind: int, solve_milp: MilpSolver) -> Flow | None:
    """Return the best pooled flow of a type, None if there is none."""
    movable = [
        s for s, fixed in enumerate(grid.fixed_room) if fixed == NOWHERE and grid.types_of_stay[s] == (kind,)
    ]
    task = type_task(grid, kind, movable)
    parts = split_windows(kind, task.windows, ())
    answer = solve_flows(build_model(arcs, parts, task.classes), solve_milp, Limits())
    return answer.flows[0] if answer.flows else None


def flow_along(arcs: GapArcs, *paths: tuple[int, ...]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    flow = np.zeros(arcs.tail.shape[0], dtype=np.int64)
    for path in paths:
        for ends in itertools.pairwise(path):
            flow[arcs.position[ends]] += 1
    return flow


def test_the_flow_of_a_worse_plan_has_no_potentials(chart: Chart) -> None:
    """The crossed plan leaves gaps of 1 and 2 nights; a cycle of negative cost shows the better flow."""
    grid = Grid(chart("1 aa.cccc", "2 bbb..ddd"))
    arcs = gap_arcs(grid)
    ends = [(day_node(7), end_node(8)), (day_node(8), end_node(8))]
    edges = [(idle_node(0), day_node(0))] * 2
    crossed = flow_along(arcs, *edges, (day_node(2), day_node(3)), (day_node(3), day_node(5)), *ends)
    assert potentials(arcs, crossed) is None
    best = flow_along(arcs, *edges, (day_node(2), day_node(5)), *ends)
    potential = potentials(arcs, best)
    assert potential is not None
    assert int(arcs.cost @ best) == 8


def test_reduced_costs_add_up_to_the_difference(chart: Chart) -> None:
    """Any plan costs the optimum plus the reduced costs of the arcs it uses."""
    grid = Grid(chart("1 aa.cccc", "2 bbb..ddd"))
    arcs = gap_arcs(grid)
    best = flow_along(arcs, (day_node(2), day_node(5)))
    crossed = flow_along(arcs, (day_node(2), day_node(3)), (day_node(3), day_node(5)))
    potential = potentials(arcs, best)
    assert potential is not None
    reduced = reduced_costs(arcs, potential)
    assert int(arcs.cost @ crossed) == int(arcs.cost @ best) + int(reduced @ crossed)
    assert int(reduced @ crossed) == 96 - 8


@pytest.mark.property
@given(tiny_hotels(Features(further_types=False, run_of_house=False, groups=False)))
@settings(derandomize=True, database=None, deadline=None, max_examples=60)
def test_potentials_prove_every_pooled_optimum(problem: Problem) -> None:
    """Reduced costs are never negative, and 0 on every arc that the flow takes, in whole numbers."""
    grid = Grid(problem)
    arcs = gap_arcs(grid)
    proved = 0
    for kind in range(len(problem.room_types)):
        flow = pooled_flow(grid, arcs, kind, run_highs)
        if flow is None:
            continue
        potential = potentials(arcs, flow.arcs)
        assert potential is not None
        reduced = reduced_costs(arcs, potential)
        assert reduced.dtype == np.int64
        assert (reduced >= 0).all()
        assert not reduced[flow.arcs > 0].any()
        proved += 1
    assume(proved)
