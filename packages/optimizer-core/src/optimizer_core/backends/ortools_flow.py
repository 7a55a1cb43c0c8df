"""Models that are pure network flows, solved as such by OR-Tools."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from optimizer_core.network.milp import MilpAnswer, MilpModel, MilpStatus

_LARGEST_COST = 1 << 40
_Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FlowNetwork:
    """A minimum cost flow problem with the columns of a model as its arcs.

    Parameters
    ----------
    tail, head
        int64, shape (n,): nodes of each arc; the rows of the model, and one more for inflow and outflow of
        the network.
    capacity, cost
        int64, shape (n,): units above the lower bound that the arc may carry, and the cost of one.
    supply
        int64, shape (m + 1,): units that each node sends out; they add up to 0.
    lower
        int64, shape (n,): lower bounds, from which the flow is counted.
    """

    tail: _Integers
    head: _Integers
    capacity: _Integers
    cost: _Integers
    supply: _Integers
    lower: _Integers


def find_network(model: MilpModel) -> FlowNetwork | None:
    """Return the network that a model describes; None if it is not a network.

    It is one if all its rows are equations, no column has more than one 1 and one -1, and all its numbers are
    whole. Such a matrix is totally unimodular, so whole-number columns change nothing.
    """
    matrix = model.matrix.tocsc()
    counts = np.diff(matrix.indptr)
    numbers = (model.cost, model.row_lower, model.lower, model.upper)
    if (
        model.num_columns == 0
        or not np.array_equal(model.row_lower, model.row_upper)
        or not all(np.array_equal(part, np.rint(part)) and np.isfinite(part).all() for part in numbers)
        or np.abs(model.cost).max() > _LARGEST_COST
        or not np.isin(matrix.data, (1.0, -1.0)).all()
        or counts.max() > 2
    ):
        return None
    outside = model.num_rows
    columns = np.repeat(np.arange(model.num_columns), counts)
    ends = np.full((2, model.num_columns), outside, dtype=np.int64)
    for end, sign in enumerate((1.0, -1.0)):
        chosen = matrix.data == sign
        if np.unique(columns[chosen]).size != np.count_nonzero(chosen):
            return None  # two entries of one sign
        ends[end, columns[chosen]] = matrix.indices[chosen]
    lower = model.lower.astype(np.int64)
    supply = (model.row_lower - matrix @ model.lower).astype(np.int64)
    return FlowNetwork(
        tail=ends[0],
        head=ends[1],
        capacity=model.upper.astype(np.int64) - lower,
        cost=model.cost.astype(np.int64),
        supply=np.append(supply, -supply.sum()),
        lower=lower,
    )


def solve_network(network: FlowNetwork) -> MilpAnswer:
    """Return the flow of least cost; it is exact, whole and takes no noticeable time."""
    if (network.capacity < 0).any():
        return MilpAnswer(MilpStatus.INFEASIBLE, None, float("inf"), "a column has no value")
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail, network.head, network.capacity, network.cost
    )
    solver.set_nodes_supplies(np.arange(network.supply.size), network.supply)
    status = solver.solve()
    if status in {solver.INFEASIBLE, solver.UNBALANCED}:
        return MilpAnswer(MilpStatus.INFEASIBLE, None, float("inf"), "no flow")
    if status != solver.OPTIMAL:
        return MilpAnswer(MilpStatus.ERROR, detail=f"minimum cost flow: {status.name}")
    x = solver.flows(arcs).astype(np.float64) + network.lower
    return MilpAnswer(MilpStatus.OPTIMAL, x, float(network.cost @ x), "minimum cost flow")
