"""Small models that the tests of several MILP backends solve."""

import numpy as np
import pytest
from scipy import sparse

from optimizer_core.network import MilpModel


def _bipartite(size: int, *, integral: bool, seed: int = 1) -> MilpModel:
    """Return an assignment problem: each of some stays to one of as many rooms, random whole costs."""
    random = np.random.default_rng(seed)
    count = size * size
    rows = np.concatenate([np.repeat(np.arange(size), size), size + np.tile(np.arange(size), size)])
    columns = np.tile(np.arange(count), 2)
    matrix = sparse.csc_matrix((np.ones(2 * count), (rows, columns)), shape=(2 * size, count))
    ones = np.ones(2 * size)
    cost = random.integers(0, 100, count).astype(np.float64)
    return MilpModel(cost, matrix, ones, ones, np.zeros(count), np.ones(count), np.full(count, integral))


@pytest.fixture
def assignment() -> MilpModel:
    """Return an assignment problem of 12 by 12 as a linear program."""
    return _bipartite(12, integral=False)


@pytest.fixture
def whole_assignment() -> MilpModel:
    """Return the same assignment problem with whole-number columns."""
    return _bipartite(12, integral=True)


@pytest.fixture
def knapsack() -> MilpModel:
    """Return three equations of 60 columns: no point in seconds, but bounds at once."""
    random = np.random.default_rng(1)
    weights = random.integers(100, 1000, (3, 60)).astype(np.float64)
    right = weights.sum(axis=1) // 2
    cost = random.integers(1, 100, 60).astype(np.float64)
    return MilpModel(cost, sparse.csc_matrix(weights), right, right, np.zeros(60), np.ones(60), cost > 0)


@pytest.fixture
def covering() -> MilpModel:
    """Return five coverings of 40 columns: a point at once, the optimum after many nodes."""
    random = np.random.default_rng(1)
    weights = random.integers(100, 1000, (5, 40)).astype(np.float64)
    cost = weights.mean(axis=0) // 1 + random.integers(0, 50, 40)
    right = weights.sum(axis=1) // 2
    no_limit = np.full(5, np.inf)
    return MilpModel(cost, sparse.csc_matrix(weights), right, no_limit, np.zeros(40), np.ones(40), cost > 0)


@pytest.fixture
def overfull(whole_assignment: MilpModel) -> MilpModel:
    """Return an assignment problem in which one room must take two stays that do not exist."""
    more = np.zeros(whole_assignment.num_rows)
    more[-1] = 1.0
    return MilpModel(
        whole_assignment.cost,
        whole_assignment.matrix,
        whole_assignment.row_lower + more,
        whole_assignment.row_upper + more,
        whole_assignment.lower,
        whole_assignment.upper,
        whole_assignment.integral,
    )
