"""The best plan of one component by the room-path model, its groups included."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer_core.domain import Limits
from optimizer_core.network.components import Component
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.joint import PartAnswer
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.room_paths.lattice import fixed_upgrades
from optimizer_core.room_paths.passes import Cap, Weights
from optimizer_core.room_paths.question import Question
from optimizer_core.room_paths.relaxation import Prices
from optimizer_core.room_paths.rooms import RoomModel, masks_of, rooms_of
from optimizer_core.room_paths.search import Search
from optimizer_core.room_paths.values import penalty_units


def plan_by_paths(
    grid: Grid,
    component: Component,
    solve_milp: MilpSolver,
    limits: Limits,
    seed: int,
    *,
    known: Mapping[int, int] | None,
    most_upgrades: int,
) -> PartAnswer:
    """Return the best plan of a component; value and bound include the penalties of its groups.

    Parameters
    ----------
    grid, component
        The hotel and the component.
    solve_milp, limits, seed
        The solver and its limits.
    known
        Room of each movable stay in a known plan; None without one.
    most_upgrades
        Most upgrades of the plan, if they have no price.
    """
    price = grid.problem.policy.upgrade_price
    with_groups = bool(grid.problem.groups)
    model = RoomModel(grid, [component], solve_milp, limits, seed, with_groups=with_groups)
    lattices = model.lattices
    fixed = sum(fixed_upgrades(grid, lattice) for lattice in lattices)
    caps: tuple[Cap, ...] = ()
    if price is None and any(lattice.upgrade is not None for lattice in lattices):
        caps = (Cap(Weights(upgrade=1), most_upgrades - fixed),)
    units = int((price or 0) * grid.cost_scale)
    weights = Weights(gap=1, upgrade=units, apart=penalty_units(grid))
    question = Question(lattices, weights, caps, model.groups)
    held = {stay: room for stay, room in enumerate(grid.fixed_room) if room != NOWHERE}
    plan = None if known is None else masks_of(grid, lattices, {**held, **known})
    start = Prices(model.pool_prices, np.full(len(caps), float(grid.cost_scale)))
    found = Search(question, solve_milp, limits, seed).run([start], () if plan is None else (plan,))
    if found.is_infeasible:
        return PartAnswer(MilpStatus.INFEASIBLE)
    bound = int(found.bound) + units * fixed
    if found.masks is None:
        return PartAnswer(MilpStatus.NO_POINT, bound)
    rooms = rooms_of(grid, lattices, found.masks)
    status = MilpStatus.OPTIMAL if found.is_optimal else MilpStatus.FEASIBLE
    return PartAnswer(status, bound, int(found.value) + units * fixed, rooms, grid.count_upgrades(rooms))
