import threading
from dataclasses import replace

import numpy as np
import pytest

from optimizer_core.backends.highs import run_highs
from optimizer_core.network import MilpLimits, MilpModel, MilpStatus

pytest.importorskip("ortools", reason="the extra ortools is not installed")

from optimizer_core.backends.ortools_backend import OrtoolsBackend


@pytest.fixture
def backend() -> OrtoolsBackend:
    """Return the backend under test."""
    return OrtoolsBackend()


@pytest.fixture
def small_covering(covering: MilpModel) -> MilpModel:
    """Return the first 15 columns of the coverings, which are solved in no time."""
    matrix = covering.matrix[:, :15]
    right = np.asarray(matrix.sum(axis=1)).ravel() // 2
    return MilpModel(
        covering.cost[:15],
        matrix,
        right,
        covering.row_upper,
        covering.lower[:15],
        covering.upper[:15],
        covering.integral[:15],
    )


def test_whole_numbers_by_cp_sat(backend: OrtoolsBackend, small_covering: MilpModel) -> None:
    """CP-SAT proves the same optimum as HiGHS, exactly."""
    ours, highs = (solve(small_covering, MilpLimits()) for solve in (backend.solve_milp, run_highs))
    assert ours.status is highs.status is MilpStatus.OPTIMAL
    assert ours.x is not None
    assert ours.bound == small_covering.cost @ ours.x == pytest.approx(highs.bound)


def test_linear_program_by_glop(backend: OrtoolsBackend, small_covering: MilpModel) -> None:
    """A linear program that is no flow has the same optimum as HiGHS, at a vertex."""
    model = replace(small_covering, integral=np.zeros(15, dtype=np.bool_))
    ours, highs = (solve(model, MilpLimits()) for solve in (backend.solve_milp, run_highs))
    assert ours.status is MilpStatus.OPTIMAL
    assert ours.x is not None
    assert ours.bound == pytest.approx(highs.bound)
    # At a vertex at most as many columns lie between their bounds as there are rows.
    assert np.count_nonzero((ours.x > 1e-9) & (ours.x < 1 - 1e-9)) <= model.num_rows


@pytest.mark.parametrize("integral", [True, False])
def test_infeasible_is_proved(backend: OrtoolsBackend, small_covering: MilpModel, integral: bool) -> None:
    """A covering that needs more than there is has no point."""
    model = replace(small_covering, row_lower=small_covering.row_lower * 3, integral=np.full(15, integral))
    answer = backend.solve_milp(model, MilpLimits())
    assert (answer.status, answer.x) == (MilpStatus.INFEASIBLE, None)


def test_fractions_are_refused_by_cp_sat(backend: OrtoolsBackend, small_covering: MilpModel) -> None:
    """CP-SAT would round them; that is an error, not an answer."""
    model = replace(small_covering, cost=small_covering.cost + 0.5)
    assert backend.solve_milp(model, MilpLimits()).status is MilpStatus.ERROR


def test_time_limit_keeps_the_bound(backend: OrtoolsBackend, knapsack: MilpModel) -> None:
    """A limit met before a point is found leaves a bound and no point."""
    answer = backend.solve_milp(knapsack, MilpLimits(time_limit_seconds=0.3))
    assert (answer.status, answer.x) == (MilpStatus.NO_POINT, None)
    assert answer.bound > 0
    assert backend.solve_milp(knapsack, MilpLimits(time_limit_seconds=0.0)).status is MilpStatus.NO_POINT


def test_node_limit_repeats(backend: OrtoolsBackend, covering: MilpModel) -> None:
    """A node limit stands for work that does not depend on the machine."""
    first, second = (backend.solve_milp(covering, MilpLimits(max_nodes=1)) for _ in range(2))
    assert first.status is second.status
    assert first.bound == second.bound
    assert np.array_equal(np.asarray(first.x), np.asarray(second.x))


def test_start_is_used(backend: OrtoolsBackend, covering: MilpModel) -> None:
    """With a point to begin with the answer of a short search is at least as good."""
    found = run_highs(covering, MilpLimits(max_nodes=1))
    assert found.x is not None
    answer = backend.solve_milp(covering, MilpLimits(max_nodes=1), start=found.x)
    assert answer.x is not None
    assert covering.cost @ answer.x <= covering.cost @ found.x


def test_cancel_is_asked_in_the_thread_of_the_caller(backend: OrtoolsBackend, knapsack: MilpModel) -> None:
    """The solver runs in a thread of its own, the caller's functions run in the caller's."""
    threads: set[threading.Thread] = set()
    questions = 0

    def is_cancelled() -> bool:
        nonlocal questions
        questions += 1
        threads.add(threading.current_thread())
        return questions > 3

    heard: list[float] = []

    def on_bound(_value: float | None, bound: float) -> None:
        threads.add(threading.current_thread())
        heard.append(bound)

    answer = backend.solve_milp(knapsack, MilpLimits(is_cancelled=is_cancelled, on_bound=on_bound))
    assert answer.status is MilpStatus.CANCELLED
    assert threads == {threading.current_thread()}
    assert heard == sorted(heard)


def test_error_of_a_listener_reaches_the_caller(backend: OrtoolsBackend, knapsack: MilpModel) -> None:
    """What the caller's own function raises ends the solve and is raised."""

    def fail(_value: float | None, _bound: float) -> None:
        raise LookupError("the listener failed")

    with pytest.raises(LookupError, match="the listener failed"):
        backend.solve_milp(knapsack, MilpLimits(on_bound=fail))
