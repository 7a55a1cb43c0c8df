from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from optimizer_core.backends.highs import HighsBackend, run_highs
from optimizer_core.network import MilpLimits, MilpModel, MilpStatus


def optimum(model: MilpModel) -> float:
    """Return the optimum of an assignment problem by another algorithm."""
    size = model.num_rows // 2
    cost = model.cost.reshape(size, size)
    return float(cost[linear_sum_assignment(cost)].sum())


@pytest.mark.parametrize("presolve", [True, False])
def test_linear_program_has_a_vertex_as_answer(assignment: MilpModel, presolve: bool) -> None:
    """The answer of a network program without integral columns is integral, because it is a vertex."""
    answer = HighsBackend(presolve=presolve).solve_milp(assignment, MilpLimits())
    assert answer.status is MilpStatus.OPTIMAL
    assert answer.x is not None
    assert np.array_equal(answer.x, np.rint(answer.x))
    assert assignment.cost @ answer.x == answer.bound == optimum(assignment)


def test_integral_columns_are_integral() -> None:
    """The option that makes linear programs simple must not make integral columns continuous."""
    one = np.ones(1)
    model = MilpModel(-one, sparse.csc_matrix([[2.0]]), -np.inf * one, 3 * one, 0 * one, 9 * one, one > 0)
    answer = run_highs(model, MilpLimits())
    assert answer.x is not None
    assert (answer.status, answer.x.tolist(), answer.bound) == (MilpStatus.OPTIMAL, [1.0], -1.0)
    relaxed = run_highs(replace(model, integral=one < 0), MilpLimits())
    assert relaxed.x is not None
    assert relaxed.x.tolist() == [1.5]


def test_infeasible_is_proved(overfull: MilpModel) -> None:
    """A model without a point has the bound infinity and no x."""
    answer = run_highs(overfull, MilpLimits())
    assert (answer.status, answer.x, answer.bound) == (MilpStatus.INFEASIBLE, None, np.inf)


def test_unbounded_is_an_error_not_an_answer() -> None:
    """A model whose cost falls for ever is a mistake of whoever built it."""
    one = np.ones(1)
    model = MilpModel(-one, sparse.csc_matrix([[1.0]]), 0 * one, np.inf * one, 0 * one, np.inf * one, one < 0)
    assert run_highs(model, MilpLimits()).status is MilpStatus.ERROR


def test_empty_model_is_solved() -> None:
    """A model without columns and rows has one point: nothing."""
    empty = np.zeros(0)
    model = MilpModel(
        empty, sparse.csc_matrix((0, 0)), empty, empty, empty, empty, np.zeros(0, dtype=np.bool_)
    )
    answer = run_highs(model, MilpLimits())
    assert answer.x is not None
    assert (answer.status, answer.x.shape, answer.bound) == (MilpStatus.OPTIMAL, (0,), 0.0)


def test_time_limit_without_a_point_gives_no_point(knapsack: MilpModel, assignment: MilpModel) -> None:
    """A limit met before anything is found is said so; no vector of zeros is passed off as a solution."""
    answer = run_highs(knapsack, MilpLimits(time_limit_seconds=0.05))
    assert (answer.status, answer.x) == (MilpStatus.NO_POINT, None)
    answer = run_highs(assignment, MilpLimits(time_limit_seconds=0.0))
    assert (answer.status, answer.x) == (MilpStatus.NO_POINT, None)


def test_node_limit_ends_the_search(knapsack: MilpModel) -> None:
    """A node limit ends with the bound so far, which is the same on every machine."""
    limits = MilpLimits(max_nodes=20)
    first, second = run_highs(knapsack, limits), run_highs(knapsack, limits)
    assert first.status is MilpStatus.NO_POINT
    assert 0 < first.bound == second.bound


def test_feasible_point_at_a_limit_is_kept(covering: MilpModel) -> None:
    """A point found before the limit is returned with what is proved, and it satisfies the model."""
    answer = run_highs(covering, MilpLimits(max_nodes=1))
    assert answer.status is MilpStatus.FEASIBLE
    assert answer.x is not None
    assert np.all(covering.matrix @ answer.x >= covering.row_lower - 1e-6)
    assert 0 < answer.bound < covering.cost @ answer.x


@pytest.mark.parametrize("limits", [MilpLimits(max_nodes=0), MilpLimits(time_limit_seconds=0.0)])
def test_start_is_not_lost(covering: MilpModel, limits: MilpLimits) -> None:
    """A start point is returned when the limit allows no search at all."""
    found = run_highs(covering, MilpLimits(max_nodes=1))
    assert found.x is not None
    again = run_highs(covering, limits, start=found.x)
    assert again.status is MilpStatus.FEASIBLE
    assert again.x is not None
    assert covering.cost @ again.x == pytest.approx(covering.cost @ found.x)


def test_start_that_does_not_satisfy_the_model_is_ignored(assignment: MilpModel) -> None:
    """A point that breaks a row is not returned as a solution."""
    start = np.full(assignment.num_columns, 7.0)
    answer = run_highs(assignment, MilpLimits(time_limit_seconds=0.0), start=start)
    assert (answer.status, answer.x) == (MilpStatus.NO_POINT, None)


def test_bounds_are_reported_and_rise(knapsack: MilpModel) -> None:
    """While it runs the solver reports a proved bound that never falls, and no value without a point."""
    heard: list[tuple[float | None, float]] = []
    limits = MilpLimits(max_nodes=50, on_bound=lambda value, bound: heard.append((value, bound)))
    run_highs(knapsack, limits)
    bounds = [bound for _, bound in heard]
    assert bounds
    assert bounds == sorted(bounds)
    assert {value for value, _ in heard} == {None}


def test_cancel_before_the_start_solves_nothing(assignment: MilpModel) -> None:
    """A solve that is cancelled already does not begin."""
    answer = run_highs(assignment, MilpLimits(is_cancelled=lambda: True))
    assert (answer.status, answer.x) == (MilpStatus.CANCELLED, None)


@pytest.mark.parametrize("kind", ["knapsack", "assignment"])
def test_cancel_interrupts_a_running_solve(kind: str, request: pytest.FixtureRequest) -> None:
    """The solver asks while it runs, in branch and bound as in the simplex method, and stops."""
    questions = 0

    def is_cancelled() -> bool:
        nonlocal questions
        questions += 1
        return questions > 2

    answer = run_highs(request.getfixturevalue(kind), MilpLimits(is_cancelled=is_cancelled))
    assert answer.status is MilpStatus.CANCELLED
    assert questions > 2


def test_error_of_a_listener_reaches_the_caller(knapsack: MilpModel) -> None:
    """What a callback raises stops the solver and is raised where the solve was called."""

    def fail(_value: float | None, _bound: float) -> None:
        raise LookupError("the listener failed")

    with pytest.raises(LookupError, match="the listener failed"):
        run_highs(knapsack, MilpLimits(on_bound=fail))


def test_nothing_is_printed(assignment: MilpModel, capfd: pytest.CaptureFixture[str]) -> None:
    """Not even the banner of HiGHS goes to standard output, where a result document may be written."""
    run_highs(assignment, MilpLimits())
    assert capfd.readouterr() == ("", "")


def test_seed_changes_no_optimum(whole_assignment: MilpModel) -> None:
    """Any seed proves the same optimum."""
    expected = optimum(whole_assignment)
    for seed in (0, 7, 2**40):
        answer = run_highs(whole_assignment, MilpLimits(absolute_gap=0.999), seed=seed)
        assert answer.x is not None
        assert whole_assignment.cost @ answer.x == pytest.approx(expected)
