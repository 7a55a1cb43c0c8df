import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from optimizer_core.domain import Limits, Problem
from optimizer_core.network import MilpAnswer, MilpLimits, MilpModel, MilpSolver, MilpStatus
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.commodities import split_windows
from optimizer_core.network.flows import milp_limits, solve_flows, whole_bound
from optimizer_core.network.grid import Grid
from optimizer_core.network.model import FlowModel, build_model
from optimizer_core.network.tasks import type_task
from optimizer_core.network.windows import Window

Chart = Callable[..., Problem]


def pooled(problem: Problem, kind: int = 0, own: frozenset[Window] = frozenset()) -> FlowModel:
    """Return the model of one type."""
    grid = Grid(problem)
    rooms = grid.rooms_of_type[kind]
    movable = [s for s, fixed in enumerate(grid.fixed_room) if fixed < 0 and grid.types_of_stay[s] == (kind,)]
    task = type_task(grid, kind, movable)
    assert {window.room for window in task.windows} <= set(rooms)
    return build_model(gap_arcs(grid), split_windows(kind, task.windows, own), task.classes)


@pytest.mark.parametrize(
    ("bound", "weight", "whole"),
    [(6.0, 1, 6), (5.9999999, 1, 6), (5.2, 1, 6), (6.0000001, 1, 6), (59.0, 10, 6), (51.0, 10, 6)],
)
def test_bounds_are_rounded_up_to_what_a_cost_can_be(bound: float, weight: int, whole: int) -> None:
    """A cost is a whole number, so 5.2 proves 6; rewards below the weight prove nothing less."""
    assert whole_bound(bound, weight) == whole


@pytest.mark.parametrize("bound", [-math.inf, math.inf, math.nan])
def test_no_bound_is_none(bound: float) -> None:
    assert whole_bound(bound) is None


def test_the_crossed_hotel_costs_one_gap_of_three_nights(chart: Chart, solve_milp: MilpSolver) -> None:
    """Orphan gaps of 1 and 2 nights (12 points) become one gap of 3 nights: 1 point, 8 units."""
    answer = solve_flows(pooled(chart("1 aa.cccc", "2 bbb..ddd")), solve_milp, Limits())
    assert (answer.status, answer.bound) == (MilpStatus.OPTIMAL, 8)
    assert answer.flows is not None
    assert len(answer.flows) == 1


def test_a_model_without_a_flow_is_infeasible(chart: Chart, solve_milp: MilpSolver) -> None:
    """Two stays on one night do not fit into one room."""
    answer = solve_flows(pooled(chart("1 aa", "- .bb")), solve_milp, Limits())
    assert (answer.status, answer.flows) == (MilpStatus.INFEASIBLE, None)


def test_a_model_without_columns_asks_no_solver(chart: Chart) -> None:
    """With every room held for every night nothing is decided: it costs 0, or a stay has no place."""

    def refuse(
        model: MilpModel, limits: MilpLimits, *, start: NDArray[np.float64] | None = None, seed: int = 0
    ) -> MilpAnswer:
        del limits, start, seed
        raise AssertionError(f"asked about {model.num_columns} columns")

    held = pooled(chart("1 LLMM"))
    answer = solve_flows(held, refuse, Limits())
    assert (answer.status, answer.flows, answer.bound) == (MilpStatus.OPTIMAL, [], 0)
    crowded = pooled(chart("1 LLMM", "- a"))
    assert solve_flows(crowded, refuse, Limits()).status is MilpStatus.INFEASIBLE


def test_a_point_between_two_vertices_is_rounded(chart: Chart, solve_milp: MilpSolver) -> None:
    """A solver that stops at half a unit is asked again, with the stays held where they are whole."""
    windows = frozenset({Window(1, 0, 18)})
    flow_model = pooled(chart("1 aa.cccc", "2 bbb..ddd"), own=windows)
    held = flow_model.class_columns()
    assert held.any()
    asked: list[MilpModel] = []

    def stop_halfway(
        model: MilpModel, limits: MilpLimits, *, start: NDArray[np.float64] | None = None, seed: int = 0
    ) -> MilpAnswer:
        asked.append(model)
        answer = solve_milp(model, limits, start=start, seed=seed)
        if len(asked) > 1 or answer.x is None:
            return answer
        x = answer.x.copy()
        x[np.flatnonzero(~held)[0]] += 0.5
        return replace(answer, x=x)

    answer = solve_flows(flow_model, stop_halfway, Limits())
    assert len(asked) == 2
    assert not asked[1].integral.any()
    assert (asked[1].lower[held] == asked[1].upper[held]).all()
    assert answer.status is MilpStatus.OPTIMAL
    assert answer.flows is not None


def test_the_limits_of_a_call_are_those_left_of_the_whole() -> None:
    limits = milp_limits(Limits(is_cancelled=lambda: True), max_nodes=7)
    assert limits.is_cancelled()
    assert (limits.time_limit_seconds, limits.max_nodes) == (math.inf, 7)
    assert 0 < limits.absolute_gap < 1
    assert milp_limits(Limits(time_limit_seconds=0.0)).time_limit_seconds == 0.0


def test_a_cancelled_solve_has_neither_flows_nor_proof(chart: Chart, solve_milp: MilpSolver) -> None:
    answer = solve_flows(pooled(chart("1 aa.b")), solve_milp, Limits(is_cancelled=lambda: True))
    assert answer.status is MilpStatus.CANCELLED
    assert (answer.flows, answer.bound) == (None, None)
