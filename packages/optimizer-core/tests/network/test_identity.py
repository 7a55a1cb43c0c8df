from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, Problem
from optimizer_core.network import MilpSolver, MilpStatus
from optimizer_core.network.arcs import day_node, gap_arcs
from optimizer_core.network.commodities import split_windows
from optimizer_core.network.flows import solve_flows
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.identity import (
    TypeAnswer,
    TypeTask,
    edges_of,
    flow_cost,
    identify,
    short_windows,
)
from optimizer_core.network.model import build_model
from optimizer_core.network.tasks import type_task
from optimizer_core.network.windows import Window
from optimizer_core.testing import Features, best_plan, tiny_hotels

Chart = Callable[..., Problem]


def task_of(grid: Grid, kind: int = 0) -> TypeTask:
    types = grid.types_of_stay
    return type_task(
        grid, kind, [s for s, fixed in enumerate(grid.fixed_room) if fixed == NOWHERE and types[s] == (kind,)]
    )


def identified(problem: Problem, solve_milp: MilpSolver, kind: int = 0) -> TypeAnswer:
    """Return the answer for a type after checking that its paths serve every stay once."""
    grid = Grid(problem)
    task, arcs = task_of(grid, kind), gap_arcs(grid)
    answer = identify(arcs, task, solve_milp, Limits())
    if answer.paths is not None:
        served = Counter(step[2] for path in answer.paths for step in path if step[2] is not None)
        assert served == {index: len(c.stays) for index, c in enumerate(task.classes)}
        for window, path in zip(task.windows, answer.paths, strict=True):
            assert [step[0] for step in path] == [window.source, *(step[1] for step in path[:-1])]
            assert path[-1][1] == window.sink
    return answer


def test_a_pool_that_is_routed_is_proved(chart: Chart, solve_milp: MilpSolver) -> None:
    """Value and bound meet in the first round, with no room told apart."""
    problem = chart("1 aa.ccccccccc", "2 bbb..ddddddd")
    answer = identified(problem, solve_milp)
    assert (answer.status, answer.value, answer.bound) == (MilpStatus.OPTIMAL, 8, 8)
    assert answer.own == frozenset()
    assert answer.pooled is not None


def test_rooms_are_told_apart_where_the_pool_forgets_a_lock(chart: Chart, solve_milp: MilpSolver) -> None:
    """The pool lets K's room take x, y and then the lock of the other room; no room can.

    Told apart, 3 nights are left before L and 2 after M: 1 + 4 points, 8 units each.
    """
    answer = identified(chart("1 KKxxx...LLL", "2 MMM..yyyyNN"), solve_milp)
    assert (answer.status, answer.value, answer.bound) == (MilpStatus.OPTIMAL, 40, 40)
    assert len(answer.own) == 2
    assert answer.pooled is None


def test_a_type_that_cannot_be_housed_is_proved_infeasible(chart: Chart, solve_milp: MilpSolver) -> None:
    """On every night there is a free room, but for all three nights there is none."""
    answer = identified(chart("1 ...KK", "2 ML...", "- .aaa."), solve_milp)
    assert (answer.status, answer.paths) == (MilpStatus.INFEASIBLE, None)


def test_a_type_held_for_every_night_costs_nothing_more(chart: Chart, solve_milp: MilpSolver) -> None:
    """There is nothing to decide, and nothing that a pool could prove."""
    answer = identified(chart("1 KKLL"), solve_milp)
    assert (answer.status, answer.value, answer.bound) == (MilpStatus.OPTIMAL, 0, 0)
    assert (answer.paths, answer.pooled) == ((), None)


def test_no_round_no_answer(chart: Chart, solve_milp: MilpSolver) -> None:
    """A cancelled search, and one without rounds, ends with neither plan nor bound."""
    grid = Grid(chart("1 aa.b"))
    arcs, task = gap_arcs(grid), task_of(grid)
    for answer in (
        identify(arcs, task, solve_milp, Limits(), max_rounds=0),
        identify(arcs, task, solve_milp, Limits(is_cancelled=lambda: True)),
    ):
        assert (answer.status, answer.bound, answer.paths) == (MilpStatus.NO_POINT, None, None)


def test_short_windows_are_told_apart_from_the_start() -> None:
    short, long = Window(0, day_node(2), day_node(7)), Window(0, day_node(2), day_node(8))
    assert short_windows([short, long]) == {short}


def test_edges_are_the_units_of_a_flow(chart: Chart, solve_milp: MilpSolver) -> None:
    """Stays first, so that of two equal ways a room takes the one with a stay."""
    grid = Grid(chart("1 aa.b", "2 cc.d"))
    arcs, task = gap_arcs(grid), task_of(grid)
    answer = solve_flows(
        build_model(arcs, split_windows(0, task.windows, ()), task.classes), solve_milp, Limits()
    )
    assert answer.flows is not None
    edges = edges_of(arcs, answer.flows[0], task.classes)
    assert [(edge.stay_class, edge.units) for edge in edges[:2]] == [(0, 2), (1, 2)]
    assert all(edge.stay_class is None for edge in edges[2:])
    assert flow_cost(arcs, answer.flows) == 2 * 64


@pytest.mark.property
@given(tiny_hotels(Features(further_types=False, run_of_house=False, groups=False, most_stays_in_room=4)))
@settings(derandomize=True, database=None, deadline=None, max_examples=80)
def test_pooled_value_bounds_every_pattern_of_locks(problem: Problem) -> None:
    """The pool of each type never costs more than the best plan, and the sum of the types is that plan."""
    best = best_plan(problem)
    grid = Grid(problem)
    arcs = gap_arcs(grid)
    pooled = windows_to_separate = 0
    for kind in range(len(problem.room_types)):
        task = task_of(grid, kind)
        flow_model = build_model(arcs, split_windows(kind, task.windows, ()), task.classes)
        bound = solve_flows(flow_model, run_highs, Limits()).bound
        answer = identified(problem, run_highs, kind)
        if answer.status is MilpStatus.INFEASIBLE:
            assert best is None
            return
        assert bound is not None
        assert answer.value is not None
        assert bound <= answer.value == answer.bound
        pooled += bound
        windows_to_separate += answer.value
    assert best is not None
    assert pooled <= windows_to_separate == best.rank[1] * grid.cost_scale
