import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from optimizer_core.backends.highs import run_highs
from optimizer_core.network import MilpLimits, MilpModel, MilpStatus

pytest.importorskip("ortools", reason="the extra ortools is not installed")

from optimizer_core.backends.ortools_flow import find_network, solve_network


@st.composite
def network_models(draw: st.DrawFn) -> MilpModel:
    """Draw a small flow problem; some arcs enter or leave the network, some balances cannot be met."""
    num_rows, num_columns = draw(st.integers(1, 4)), draw(st.integers(1, 8))
    matrix = np.zeros((num_rows + 1, num_columns))
    for column in range(num_columns):
        tail, head = draw(st.permutations(range(num_rows + 1)))[:2]
        matrix[tail, column], matrix[head, column] = 1.0, -1.0
    lower = np.array(draw(st.lists(st.integers(-1, 1), min_size=num_columns, max_size=num_columns)), float)
    width = np.array(draw(st.lists(st.integers(0, 3), min_size=num_columns, max_size=num_columns)), float)
    point = lower + np.minimum(width, draw(st.integers(0, 3)))
    balance = matrix[:-1] @ point
    if draw(st.integers(0, 4)) == 0:
        balance += draw(st.integers(1, 3))
    cost = np.array(draw(st.lists(st.integers(-4, 9), min_size=num_columns, max_size=num_columns)), float)
    return MilpModel(
        cost,
        sparse.csc_matrix(matrix[:-1]),
        balance,
        balance,
        lower,
        lower + width,
        np.zeros(num_columns, dtype=np.bool_),
    )


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(network_models())
def test_flow_has_the_optimum_of_the_linear_program(model: MilpModel) -> None:
    """A model that is a flow has the same optimum as a linear program, or is infeasible like it."""
    network = find_network(model)
    assert network is not None
    flow, direct = solve_network(network), run_highs(model, MilpLimits())
    assert flow.status is direct.status
    if flow.x is not None:
        assert flow.bound == model.cost @ flow.x == pytest.approx(direct.bound)
        assert np.array_equal(model.matrix @ flow.x, model.row_lower)
        assert np.all((model.lower <= flow.x) & (flow.x <= model.upper))


@pytest.mark.parametrize(
    ("matrix", "change"),
    [
        ([[1.0, 1.0], [1.0, -1.0]], {}),  # two entries of one sign
        ([[2.0, 0.0], [0.0, 1.0]], {}),  # an entry that is not 1
        ([[1.0, 0.0], [-1.0, 1.0], [1.0, -1.0]], {}),  # three entries
        ([[1.0, 0.0], [-1.0, 1.0]], {"cost": np.array([0.5, 1.0])}),
        ([[1.0, 0.0], [-1.0, 1.0]], {"upper": np.array([1.0, np.inf])}),
        ([[1.0, 0.0], [-1.0, 1.0]], {"row_upper": np.array([9.0, 9.0])}),
    ],
)
def test_what_is_no_flow_is_not_taken_for_one(
    matrix: list[list[float]], change: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]
) -> None:
    """A model whose vertices need not be whole, or whose numbers are not, is left to others."""
    rows = sparse.csc_matrix(matrix)
    zeros = np.zeros(rows.shape[0])
    parts = {"cost": np.ones(2), "upper": np.ones(2), "row_upper": zeros} | change
    model = MilpModel(
        parts["cost"], rows, zeros, parts["row_upper"], np.zeros(2), parts["upper"], np.zeros(2) > 0
    )
    assert find_network(model) is None


def test_contradicting_bounds_are_infeasible() -> None:
    """A column whose upper bound lies below its lower one makes the model infeasible."""
    one = np.ones(1)
    model = MilpModel(one, sparse.csc_matrix([[1.0]]), one, one, 2 * one, one, one < 0)
    network = find_network(model)
    assert network is not None
    assert solve_network(network).status is MilpStatus.INFEASIBLE
