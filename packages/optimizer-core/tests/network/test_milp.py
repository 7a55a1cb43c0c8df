import numpy as np
from scipy import sparse

from optimizer_core.backends.highs import run_highs
from optimizer_core.network import MilpAnswer, MilpLimits, MilpModel, MilpSolver, MilpStatus


def test_a_model_knows_its_size() -> None:
    rows, columns = np.zeros(2), np.zeros(3)
    model = MilpModel(columns, sparse.csc_matrix((2, 3)), rows, rows, columns, columns, columns == 0)
    assert (model.num_columns, model.num_rows) == (3, 2)


def test_limits_begin_without_any() -> None:
    """No time limit, no nodes, an exact answer, nobody who cancels or listens."""
    limits = MilpLimits()
    assert limits.time_limit_seconds == float("inf")
    assert limits.absolute_gap == 0.0
    assert limits.max_nodes is None
    assert not limits.is_cancelled()
    limits.on_bound(None, 1.0)


def test_an_answer_without_a_bound_proves_nothing() -> None:
    answer = MilpAnswer(MilpStatus.NO_POINT)
    assert (answer.x, answer.bound) == (None, float("-inf"))


def test_highs_is_a_solver_of_models() -> None:
    """The protocol asks for what the default solver gives: min -x with 2x <= 3, x whole, is -1."""
    solve: MilpSolver = run_highs
    one = np.ones(1)
    model = MilpModel(-one, sparse.csc_matrix([[2.0]]), -np.inf * one, 3 * one, 0 * one, 9 * one, one > 0)
    answer = solve(model, MilpLimits(), start=None, seed=3)
    assert (answer.status, answer.bound) == (MilpStatus.OPTIMAL, -1.0)
