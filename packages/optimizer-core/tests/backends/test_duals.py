"""Dual values of linear programs: their reduced costs have the right signs, and strong duality holds."""

import random

import numpy as np
import pytest
from scipy import sparse

from optimizer_core.backends.cvxpy_backend import CvxpyBackend
from optimizer_core.backends.highs import HighsBackend
from optimizer_core.network.milp import MilpLimits, MilpModel, MilpStatus


def drawn(seed: int) -> MilpModel:
    """Return a program with equations, upper and lower sides in mixed order, and a known feasible point."""
    draw = random.Random(seed)
    rows, columns = 9, 14
    matrix = np.array(
        [[draw.randrange(-3, 4) for _ in range(columns)] for _ in range(rows)], dtype=np.float64
    )
    at = matrix @ np.array([draw.randrange(4) for _ in range(columns)], dtype=np.float64)
    sides = [
        (at[r], at[r]) if r % 3 == 0 else (-np.inf, at[r]) if r % 3 == 1 else (at[r], np.inf)
        for r in range(rows)
    ]
    low, high = map(np.array, zip(*sides, strict=True))
    cost = np.array([draw.randrange(-5, 9) for _ in range(columns)], dtype=np.float64)
    none = np.zeros(columns)
    return MilpModel(cost, sparse.csc_matrix(matrix), low, high, none, none + 9, none.astype(bool))


@pytest.mark.parametrize("backend", [HighsBackend(), CvxpyBackend()], ids=["highs", "cvxpy"])
@pytest.mark.parametrize("seed", range(8))
def test_the_dual_values_prove_the_optimum(backend: HighsBackend | CvxpyBackend, seed: int) -> None:
    model = drawn(seed)
    answer = backend.solve_milp(model, MilpLimits())
    assert answer.status is MilpStatus.OPTIMAL
    assert answer.x is not None
    assert answer.duals is not None
    reduced = model.cost - model.matrix.T @ answer.duals
    sides = np.where(answer.duals > 0, model.row_lower, model.row_upper)
    of_rows = sum(dual * side for dual, side in zip(answer.duals, sides, strict=True) if abs(dual) > 1e-9)
    bound = of_rows + np.minimum(model.lower * reduced, model.upper * reduced).sum()
    assert bound == pytest.approx(float(model.cost @ answer.x))


def test_whole_number_models_have_no_dual_values() -> None:
    model = drawn(0)
    integral = np.ones(model.num_columns, dtype=bool)
    whole = MilpModel(
        model.cost, model.matrix, model.row_lower, model.row_upper, model.lower, model.upper, integral
    )
    assert HighsBackend().solve_milp(whole, MilpLimits()).duals is None
