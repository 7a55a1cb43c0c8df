"""Lower bounds for rooms that share stays: prices for the stays split the model into networks.

The linear program that shares the stays among commodities has a dual: a price for each stay class, which a
commodity earns when it serves the class. At these prices each commodity is a separate network, and its
residual distances are lower bounds on the cost of one more stay in it (Lagrangean relaxation; Ahuja,
Magnanti, Orlin: Network Flows, section 16.4). One dual serves every cell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance.fitting import fitting_cells
from optimizer_core.acceptance.residual import BLUR, distances, residual_graph
from optimizer_core.domain import Limits
from optimizer_core.network.arcs import day_node
from optimizer_core.network.commodities import StayClass
from optimizer_core.network.duals import dual_of, relaxed, right_sides
from optimizer_core.network.flows import milp_limits
from optimizer_core.network.milp import MilpModel, MilpSolver, MilpStatus
from optimizer_core.network.model import LARGEST_COEFFICIENT, FlowModel

TOLERANCE = 1e-7
"""Below this a column of a linear program counts as 0."""


class Pricer:
    """Computes lower bounds on the cells of a model, one dual after the other.

    Parameters
    ----------
    flow_model
        The model, with every gap arc; rows that cap it are included.
    classes
        The stay classes of the model.
    solve_milp, limits
        The solver and its limits.
    num_nights, longest_los
        Arrivals and lengths.

    Attributes
    ----------
    bound
        Lower bound on the hotel without another stay, in units; None if the model could not be solved or
        its numbers are too large for floating point.
    cells
        For each type float64, shape (nights, longest length): lower bounds on the hotel with one more stay in
        a room of this type, in units; infinite where it does not fit.
    weakest
        For each type int64, same shape: the commodity with the bound of the last dual.
    """

    def __init__(
        self,
        flow_model: FlowModel,
        classes: Sequence[StayClass],
        solve_milp: MilpSolver,
        limits: Limits,
        *,
        num_nights: int,
        longest_los: int,
    ) -> None:
        self._flow_model, self._classes = flow_model, classes
        self._solve_milp, self._limits = solve_milp, limits
        self._nights, self._longest = num_nights, longest_los
        self._first_rows = np.cumsum([0] + [c.sink - c.source + 1 for c in flow_model.commodities])
        self._relaxed = relaxed(flow_model.model)
        self.bound: float | None = None
        self.cells: dict[int, NDArray[np.float64]] = {}
        self.weakest: dict[int, NDArray[np.int64]] = {}
        self._x: NDArray[np.float64] | None = None
        if int(np.abs(flow_model.model.cost).max(initial=0)) <= LARGEST_COEFFICIENT:
            self._x = self._solve(self._relaxed)
            if self._x is not None:
                self._price(np.zeros(self._relaxed.num_rows))

    @property
    def num_columns(self) -> int:
        """Size of the linear program."""
        return self._relaxed.num_columns

    def refine(self, cells: Sequence[tuple[int, int, int]]) -> None:
        """Raise the bounds of some cells with the dual that is best for all of them together.

        Parameters
        ----------
        cells
            (type, arrival, length - 1) of each.
        """
        more = np.zeros(self._relaxed.num_rows)
        # Small enough that the optimal point stays a vertex: the flows are whole numbers, or nearly so.
        share = 0.2 / max(1, len(cells))
        for kind, arrival, column in cells:
            position = int(self.weakest[kind][arrival, column])
            base = int(self._first_rows[position]) - self._flow_model.commodities[position].source
            more[base + day_node(arrival)] -= share
            more[base + day_node(arrival + column + 1)] += share
        self._price(more)

    def _solve(self, model: MilpModel) -> NDArray[np.float64] | None:
        answer = self._solve_milp(model, milp_limits(self._limits, absolute_gap=0.0))
        return answer.x if answer.status is MilpStatus.OPTIMAL else None

    def _price(self, more: NDArray[np.float64]) -> None:
        """Add the bounds of an optimal dual; `more` selects among optimal ones."""
        y = self._solve(dual_of(self._relaxed, more))
        if y is None or self._x is None:
            return
        bound = float(right_sides(self._relaxed) @ y)
        if self.bound is None:
            self.bound = bound
        elif bound < self.bound - BLUR:  # no longer optimal, so its reduced costs prove nothing
            return
        reduced = self._relaxed.cost - self._relaxed.matrix.T @ y
        cells: dict[int, NDArray[np.float64]] = {}
        for position, commodity in enumerate(self._flow_model.commodities):
            found = bound + self._commodity_cells(position, reduced, y)
            kind = commodity.kind
            if kind not in cells:
                cells[kind] = found
                self.weakest[kind] = np.full(found.shape, position)
            else:
                self.weakest[kind][found < cells[kind]] = position
                cells[kind] = np.minimum(cells[kind], found)
        for kind, found in cells.items():
            self.cells[kind] = np.maximum(self.cells[kind], found) if kind in self.cells else found

    def _commodity_cells(
        self, position: int, reduced: NDArray[np.float64], y: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the residual distances of one commodity in the network that the prices leave it."""
        arcs, commodity = self._flow_model.arcs, self._flow_model.commodities[position]
        first_arc, used, first_class, served = self._flow_model.columns[position]
        columns = np.r_[first_arc : first_arc + used.shape[0], first_class : first_class + len(served)]
        stays = [self._classes[c] for c in served]
        arrivals = np.array([day_node(c.arrival) for c in stays], dtype=np.int64)
        departures = np.array([day_node(c.departure) for c in stays], dtype=np.int64)
        most = np.array([float(len(c.stays)) for c in stays])
        potential = np.zeros(arcs.num_nodes)
        rows = slice(int(self._first_rows[position]), int(self._first_rows[position + 1]))
        potential[commodity.source : commodity.sink + 1] = -y[rows]
        units = (np.zeros(0) if self._x is None else self._x)[columns]
        graph = residual_graph(
            np.concatenate([arcs.tail[used], arrivals]),
            np.concatenate([arcs.head[used], departures]),
            reduced[columns],
            is_open=units < np.concatenate([np.full(used.shape[0], np.inf), most]) - TOLERANCE,
            is_used=units > TOLERANCE,
            potential=potential,
        )
        cells = distances(graph, self._nights, self._longest).cells
        return np.where(fitting_cells(commodity.windows, self._nights, self._longest), cells, np.inf)
