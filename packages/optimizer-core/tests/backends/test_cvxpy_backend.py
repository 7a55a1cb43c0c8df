from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from optimizer_core.backends.cvxpy_backend import CvxpyBackend, compile_model
from optimizer_core.backends.highs import HighsBackend
from optimizer_core.network import MilpLimits, MilpModel, MilpStatus


@st.composite
def models(draw: st.DrawFn) -> MilpModel:
    """Draw a small model with rows and columns of every kind."""
    num_columns, num_rows = draw(st.integers(1, 6)), draw(st.integers(0, 5))
    matrix = np.array(
        draw(st.lists(st.integers(-3, 3), min_size=num_columns * num_rows, max_size=num_columns * num_rows)),
        dtype=np.float64,
    ).reshape(num_rows, num_columns)
    sides = draw(
        st.lists(
            st.sampled_from(("equation", "upper", "lower", "both", "free")),
            min_size=num_rows,
            max_size=num_rows,
        )
    )
    # A point that satisfies all rows, so that most models have an optimum.
    point = np.array(draw(st.lists(st.integers(0, 3), min_size=num_columns, max_size=num_columns)))
    middle = matrix @ point
    row_lower = np.where(np.isin(sides, ("upper", "free")), -np.inf, middle - np.isin(sides, ("both",)))
    row_upper = np.where(np.isin(sides, ("lower", "free")), np.inf, middle + np.isin(sides, ("both",)))
    cost = draw(st.lists(st.integers(-5, 5), min_size=num_columns, max_size=num_columns))
    integral = draw(st.lists(st.booleans(), min_size=num_columns, max_size=num_columns))
    return MilpModel(
        np.array(cost, dtype=np.float64),
        sparse.csc_matrix(matrix),
        row_lower,
        row_upper,
        np.zeros(num_columns),
        np.full(num_columns, 4.0),
        np.array(integral, dtype=np.bool_),
    )


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(models())
def test_same_optimum_as_highs_directly(model: MilpModel) -> None:
    """What cvxpy makes of a model has the same optimum, at a point in the original order of columns."""
    ours, direct = (backend.solve_milp(model, MilpLimits()) for backend in (CvxpyBackend(), HighsBackend()))
    assert ours.status is direct.status is MilpStatus.OPTIMAL
    assert ours.x is not None
    assert model.cost @ ours.x == pytest.approx(direct.bound, abs=1e-6)
    assert np.all(model.matrix @ ours.x >= model.row_lower - 1e-6)
    assert np.all(model.matrix @ ours.x <= model.row_upper + 1e-6)
    assert np.allclose(ours.x[model.integral], np.rint(ours.x[model.integral]))


def test_infeasible_is_proved(overfull: MilpModel) -> None:
    """Cvxpy hides no infeasibility."""
    assert CvxpyBackend().solve_milp(overfull, MilpLimits()).status is MilpStatus.INFEASIBLE


@pytest.mark.parametrize(("lower", "upper"), [(0.0, np.inf), (-np.inf, 2.0), (-np.inf, np.inf)])
def test_columns_that_nothing_bounds_on_a_side(lower: float, upper: float) -> None:
    """As in the programs that price one more stay: only rows keep their columns in."""
    model = MilpModel(
        np.array([1.0, 3.0]),
        sparse.csc_matrix([[1.0, 1.0], [1.0, -1.0]]),
        np.array([2.0, -1.0]),
        np.array([2.0, 1.0]),
        np.full(2, lower),
        np.full(2, upper),
        np.zeros(2, dtype=np.bool_),
    )
    answer = CvxpyBackend().solve_milp(model, MilpLimits())
    assert answer.status is MilpStatus.OPTIMAL
    assert answer.x is not None
    assert answer.x.tolist() == pytest.approx([1.5, 0.5])


def test_bounds_stay_bounds(whole_assignment: MilpModel) -> None:
    """Bounds of columns do not become rows, which would double the model, and nothing is added."""
    compiled = compile_model(whole_assignment).model
    assert compiled.matrix.shape == whole_assignment.matrix.shape
    assert compiled.matrix.nnz == whole_assignment.matrix.nnz
    assert np.array_equal(compiled.upper, whole_assignment.upper)


def test_number_of_constraints_does_not_grow(
    whole_assignment: MilpModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many rows there are, cvxpy sees three constraints at most: its cost grows with their number."""
    import cvxpy as cp

    seen: list[int] = []
    original = cp.Problem.__init__

    def count(self: cp.Problem, objective: cp.Minimize, constraints: list[cp.Constraint]) -> None:
        seen.append(len(constraints))
        original(self, objective, constraints)

    monkeypatch.setattr(cp.Problem, "__init__", count)
    loose = whole_assignment.row_upper.copy()
    loose[::2] = 2.0
    compile_model(replace(whole_assignment, row_upper=loose))
    assert max(seen) <= 3


def test_time_limit_without_a_point_gives_no_point(knapsack: MilpModel) -> None:
    """At a limit without a point there is no x, although cvxpy's own call would make one up."""
    answer = CvxpyBackend().solve_milp(knapsack, MilpLimits(time_limit_seconds=0.1))
    assert (answer.status, answer.x) == (MilpStatus.NO_POINT, None)


def test_cancel_and_bounds_pass_through(knapsack: MilpModel) -> None:
    """The caller hears bounds and can stop the solve."""
    heard: list[float] = []
    limits = MilpLimits(is_cancelled=lambda: len(heard) > 2, on_bound=lambda _, bound: heard.append(bound))
    assert CvxpyBackend().solve_milp(knapsack, limits).status is MilpStatus.CANCELLED
    assert len(heard) > 2


def test_start_is_given_in_compiled_order() -> None:
    """A point to begin with is re-ordered like the columns: the model mixes both kinds of them."""
    integral = np.array([False, True, False, True])
    one = np.ones(1)
    model = MilpModel(
        np.array([4.0, 3.0, 2.0, 1.0]),
        sparse.csc_matrix([[1.0, 10.0, 100.0, 1000.0]]),
        1234 * one,
        1234 * one,
        np.zeros(4),
        np.full(4, 9.0),
        integral,
    )
    compiled = compile_model(model)
    point = np.array([4.0, 3.0, 2.0, 1.0])
    assert compiled.model.matrix @ point[compiled.columns] == pytest.approx(model.matrix @ point)
    assert np.array_equal(compiled.in_original_order(point[compiled.columns]), point)
