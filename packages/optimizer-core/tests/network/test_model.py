from collections.abc import Callable

import numpy as np

from optimizer_core.domain import Limits, Problem
from optimizer_core.network import MilpLimits, MilpSolver, MilpStatus
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.commodities import Commodity, split_windows
from optimizer_core.network.flows import solve_flows
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.identity import TypeTask, flow_cost
from optimizer_core.network.model import LARGEST_COEFFICIENT, build_model
from optimizer_core.network.tasks import type_task

Chart = Callable[..., Problem]
CROSSED = ("1 aa.cccc", "2 bbb..ddd")


def task_of(grid: Grid, kind: int = 0) -> TypeTask:
    movable = [s for s, fixed in enumerate(grid.fixed_room) if fixed == NOWHERE]
    return type_task(grid, kind, movable)


def test_in_one_pool_every_stay_is_a_constant(chart: Chart) -> None:
    """What no other commodity may serve needs no column: the model is a pure network."""
    grid = Grid(chart(*CROSSED))
    task, arcs = task_of(grid), gap_arcs(grid)
    flow_model = build_model(arcs, split_windows(0, task.windows, ()), task.classes)
    assert flow_model.constant_classes == ({0: 1, 1: 1, 2: 1, 3: 1},)
    assert flow_model.model.num_columns == arcs.tail.shape[0]
    assert not flow_model.model.integral.any()
    assert not flow_model.class_columns().any()


def test_without_constants_the_last_rows_are_the_demands(chart: Chart) -> None:
    grid = Grid(chart(*CROSSED, "3 ee"))
    task = task_of(grid)
    flow_model = build_model(
        gap_arcs(grid), split_windows(0, task.windows, ()), task.classes, constants=False
    )
    demands = [len(c.stays) for c in task.classes]
    assert flow_model.model.row_lower[-len(demands) :].tolist() == demands == [2, 1, 1, 1]
    assert flow_model.constant_classes == ({},)


def test_every_column_leaves_one_node_and_enters_another(chart: Chart) -> None:
    """Conservation of flow: but for the demands, a column has one +1 and one -1."""
    grid = Grid(chart(*CROSSED))
    task = task_of(grid)
    parts = split_windows(0, task.windows, set(task.windows))
    model = build_model(gap_arcs(grid), parts, task.classes, constants=False).model
    nodes = model.matrix[: -len(task.classes)].toarray()
    assert (nodes.sum(axis=0) == 0).all()
    assert (np.abs(nodes).sum(axis=0) == 2).all()
    assert model.row_lower[: -len(task.classes)].sum() == 0


def test_a_pool_knows_less_than_its_windows(chart: Chart, solve_milp: MilpSolver) -> None:
    """Told apart, the windows of a lock pattern may cost more than pooled, never less.

    Pooled, the room that K leaves goes on to N, 3 nights for 1 point, and that of M straight to L. Told
    apart, the gaps of 1 and 2 nights cost 8 and 4 points.
    """
    grid = Grid(chart("1 KK.LLLL", "2 MMM..NN"))
    task, arcs = task_of(grid), gap_arcs(grid)
    costs = []
    for own in (set(), set(task.windows)):
        answer = solve_flows(
            build_model(arcs, split_windows(0, task.windows, own), task.classes), solve_milp, Limits()
        )
        assert answer.flows is not None
        assert flow_cost(arcs, answer.flows) == answer.bound
        costs.append(answer.bound)
    assert costs == [8, 96]


def test_every_flow_serves_each_stay_once(chart: Chart, solve_milp: MilpSolver) -> None:
    grid = Grid(chart(*CROSSED, "3 ffLL.e"))
    task = task_of(grid)
    parts = split_windows(0, task.windows, {task.windows[0]})
    answer = solve_flows(build_model(gap_arcs(grid), parts, task.classes), solve_milp, Limits())
    assert answer.flows is not None
    for index, stay_class in enumerate(task.classes):
        assert sum(flow.classes.get(index, 0) for flow in answer.flows) == len(stay_class.stays)


def test_habits_decide_between_plans_of_equal_cost_only(chart: Chart, solve_milp: MilpSolver) -> None:
    """Rewards for what stays as it is never outweigh a gap: the weight exceeds all of them together."""
    grid = Grid(chart(*CROSSED))
    task = task_of(grid)
    parts = split_windows(0, task.windows, set(task.windows))
    flow_model = build_model(gap_arcs(grid), parts, task.classes, habits=task.habits)
    assert flow_model.weight > task.habits.most
    answer = solve_flows(flow_model, solve_milp, Limits())
    assert answer.bound == 8


def test_rewards_are_left_out_where_numbers_would_grow_too_large(chart: Chart) -> None:
    """At a minimum stay of 20 nights a weighted cost would leave what floating point tells apart."""
    grid = Grid(chart(*CROSSED, minimum=20))
    task, arcs = task_of(grid), gap_arcs(grid)
    parts = split_windows(0, task.windows, set(task.windows))
    flow_model = build_model(arcs, parts, task.classes, habits=task.habits)
    assert (task.habits.most + 1) * arcs.cost.max() > LARGEST_COEFFICIENT
    assert (flow_model.weight, flow_model.kept.size) == (1, 0)


def test_capped_adds_one_row(chart: Chart, solve_milp: MilpSolver) -> None:
    """A cap below what the stays need makes the model infeasible; at what they need it does nothing."""
    grid = Grid(chart(*CROSSED))
    task = task_of(grid)
    parts = [Commodity(0, (window,)) for window in task.windows]
    flow_model = build_model(gap_arcs(grid), parts, task.classes)
    served = flow_model.class_columns().astype(np.float64)
    for most, status in ((4.0, MilpStatus.OPTIMAL), (3.0, MilpStatus.INFEASIBLE)):
        capped = flow_model.capped(served, most)
        assert capped.model.num_rows == flow_model.model.num_rows + 1
        assert solve_milp(capped.model, MilpLimits()).status is status
