"""Start prices from the pooled model, which does not distinguish rooms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import day_node, gap_arcs
from optimizer_core.network.commodities import Commodity, StayClass
from optimizer_core.network.components import Component
from optimizer_core.network.duals import solve_dual
from optimizer_core.network.grid import Grid
from optimizer_core.network.milp import MilpSolver
from optimizer_core.network.model import build_model
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

    If a component has one type, the stays are constants of the pooled model, and the price of a class is the
    difference of two potentials; otherwise it is the dual of the row that covers the class.

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
    pools = [
        Commodity(kind, windows)
        for kind in component.kinds
        if (windows := tuple(windows_of_rooms(grid, grid.rooms_of_type[kind])))
    ]
    is_alone = len(component.kinds) == 1
    flow_model = build_model(arcs, pools, classes, constants=is_alone)
    model = flow_model.model
    if upgrade and not is_alone:
        from optimizer_core.network.joint import upgrade_columns

        model = flow_model.costed(model.cost + upgrade * upgrade_columns(grid, flow_model, classes)).model
    dual = solve_dual(model, solve_milp, limits, seed)
    if dual is None:
        return None
    if not is_alone:
        return dual[dual.shape[0] - len(classes) :]
    base = pools[0].source if pools else 0
    arrival = np.array([day_node(c.arrival) - base for c in classes], dtype=np.int64)
    departure = np.array([day_node(c.departure) - base for c in classes], dtype=np.int64)
    return dual[departure] - dual[arrival]
