"""Start prices from the pooled model, which does not distinguish rooms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import day_node, gap_arcs
from optimizer_core.network.commodities import Commodity, StayClass, split_windows
from optimizer_core.network.components import Component
from optimizer_core.network.duals import solve_dual
from optimizer_core.network.grid import Grid
from optimizer_core.network.identity import EXACT_COLUMNS, exact_columns, short_windows
from optimizer_core.network.milp import MilpSolver
from optimizer_core.network.model import FlowModel, build_model
from optimizer_core.network.windows import windows_of_rooms


def pool_prices(
    grid: Grid,
    component: Component,
    classes: Sequence[StayClass],
    solve_milp: MilpSolver,
    limits: Limits,
    *,
    seed: int = 0,
    upgrade: float = 0.0,
) -> NDArray[np.float64] | None:
    """Return a price for each class from the dual of the pooled model; None if a limit ended it.

    Short windows are separate from the pool, and all windows if the model stays small: stays between two
    locks hardly fit elsewhere, and a pool that includes their windows has a lower optimum.

    Parameters
    ----------
    grid, component, classes
        The hotel, the component and its movable stays.
    solve_milp, limits, seed
        The solver and its limits.
    upgrade
        Price of an upgrade in units.
    """
    arcs = gap_arcs(grid, set(grid.departure), set(grid.arrival))
    parts: list[Commodity] = []
    for kind in component.kinds:
        windows = tuple(windows_of_rooms(grid, grid.rooms_of_type[kind]))
        own = short_windows(windows)
        if exact_columns(arcs, windows, len(classes)) <= EXACT_COLUMNS:
            own = own.union(windows)
        parts += split_windows(kind, windows, own)
    flow_model = build_model(arcs, parts, classes)
    if upgrade and len(component.kinds) > 1:
        from optimizer_core.network.joint import upgrade_columns

        columns = upgrade_columns(grid, flow_model, classes)
        flow_model = flow_model.costed(flow_model.model.cost + upgrade * columns)
    dual = solve_dual(flow_model.model, solve_milp, limits, seed)
    return None if dual is None else _prices(flow_model, classes, dual)


def _prices(
    flow_model: FlowModel, classes: Sequence[StayClass], dual: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the price of each class.

    It is the dual of the row that covers the class, or the difference of two potentials if only one commodity
    can serve the class, so that it is a constant of the model.
    """
    prices = np.zeros(len(classes))
    is_constant = np.zeros(len(classes), dtype=bool)
    first_row = 0
    for commodity, constants in zip(flow_model.commodities, flow_model.constant_classes, strict=True):
        base = first_row - commodity.source
        for position in constants:
            stay_class = classes[position]
            arrival, departure = day_node(stay_class.arrival) + base, day_node(stay_class.departure) + base
            prices[position] = dual[departure] - dual[arrival]
            is_constant[position] = True
        first_row += commodity.sink - commodity.source + 1
    prices[~is_constant] = dual[first_row:]
    return prices
