"""Moves against gap cost: a price or a budget for moves instead of the default order.

The plan that ignores moves bounds from below. A small hotel is decided by its exact model. Otherwise the
rooms as they are now are improved stretch by stretch, at prices for a move that fall from dear to cheap:
what is worth a move at a dear price is done first, so a budget is spent where it saves most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer_core.domain import Limits
from optimizer_core.network.arcs import GapArcs
from optimizer_core.network.commodities import Commodity, Habits, stay_classes
from optimizer_core.network.flows import FlowAnswer, solve_flows
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.network.identity import TypeTask, route
from optimizer_core.network.joint import upgrade_columns
from optimizer_core.network.milp import MilpSolver, MilpStatus
from optimizer_core.network.model import FlowModel, build_model
from optimizer_core.network.moves import MoveReducer
from optimizer_core.network.tasks import find_habits, rooms_of_stays
from optimizer_core.network.timelines import Timelines
from optimizer_core.network.windows import windows_of_rooms

EXACT_COLUMNS = 25_000
"""Columns up to which the whole hotel is solved as one exact model."""

STAGE_COLUMNS = 120_000
"""Columns of the models of one price together."""


@dataclass(frozen=True, slots=True)
class Trade:
    """A plan under a price or a budget for moves.

    Parameters
    ----------
    rooms
        Room of each movable stay in the best plan there is; None if none keeps to the budget.
    is_infeasible
        Whether it is proved that no plan keeps to the budget.
    """

    rooms: Mapping[int, int] | None
    is_infeasible: bool = False


@dataclass(frozen=True, slots=True)
class Trader:
    """Finds plans under a price or a budget for moves.

    Parameters
    ----------
    grid, arcs
        The hotel and its gap arcs.
    solve_milp, limits, seed
        The solver and its limits.
    """

    grid: Grid
    arcs: GapArcs
    solve_milp: MilpSolver
    limits: Limits
    seed: int

    @property
    def price(self) -> int | None:
        """Price of a move in units, None if there is none."""
        price = self.grid.problem.policy.move_price
        return None if price is None else int(price * self.grid.cost_scale)

    def exact(self) -> Trade | None:
        """Return the best plan by one model of the whole hotel; None if too large or a limit ended it."""
        if self.grid.problem.groups or self._columns() > EXACT_COLUMNS:
            return None
        movable = [stay for stay, room in enumerate(self.grid.fixed_room) if room == NOWHERE]
        windows = tuple(windows_of_rooms(self.grid, list(range(len(self.grid.problem.rooms)))))
        classes = stay_classes(self.grid, movable)
        habits = Habits(find_habits(self.grid, windows, classes).wanted, {}, self.price)
        parts = [Commodity(self.grid.room_type[window.room], (window,)) for window in windows]
        flow_model = build_model(self.arcs, parts, classes, habits=habits, constants=False)
        if habits.price is None and habits.most and flow_model.weight == 1:
            return None  # the numbers would be too large to rank moves below gap costs
        flow_model = self._budgeted(flow_model, len(self._with_room(movable)))
        answer = self._cheapest(flow_model, upgrade_columns(self.grid, flow_model, classes))
        if answer.status is MilpStatus.INFEASIBLE:
            return Trade(None, is_infeasible=True)
        if answer.status is not MilpStatus.OPTIMAL or answer.flows is None:
            return None
        task = TypeTask(NOWHERE, windows, classes, habits)
        paths, _ = route(self.arcs, task, parts, answer.flows, self.limits)
        return None if paths is None else Trade(rooms_of_stays(self.grid, task, paths))

    def improve(self, rooms: Mapping[int, int], pinned: Sequence[int]) -> Mapping[int, int]:
        """Return the best plan found by stretches, beginning with one that keeps to the budget.

        Parameters
        ----------
        rooms
            Room of every stay.
        pinned
            Stays that must not be touched.
        """
        timelines = Timelines(self.grid, rooms, pinned)
        most = self.grid.problem.policy.max_moves
        for price in self._prices():
            if self.limits.is_over():
                break
            MoveReducer(
                self.grid,
                self.arcs,
                timelines,
                self.solve_milp,
                self.limits,
                self.seed,
                price=price,
                most_moves=most,
                columns_left=STAGE_COLUMNS,
            ).run()
        return timelines.room_of

    def _prices(self) -> list[int | None]:
        """Return the prices of a move from dear to cheap, ending with the one that counts."""
        dearest = 2 * int(self.arcs.cost.max(initial=1))
        last = self.price
        if last is None:
            return [*_falling(dearest, 1), None]
        return [*_falling(dearest, 2 * last), last]

    def _cheapest(self, flow_model: FlowModel, upgrades: NDArray[np.float64]) -> FlowAnswer:
        """Return the least cost, with upgrades at their price or as few as the budget allows."""
        price = self.grid.problem.policy.upgrade_price
        if price is not None:
            units = float(price * self.grid.cost_scale) * flow_model.weight
            return self._ask(flow_model.costed(flow_model.model.cost + units * upgrades))
        if not upgrades.any():
            return self._ask(flow_model)
        fewest = self._ask(replace(flow_model.costed(upgrades), weight=1))
        if fewest.status is not MilpStatus.OPTIMAL or fewest.bound is None:
            return fewest
        return self._ask(flow_model.capped(upgrades, float(fewest.bound)))

    def _ask(self, flow_model: FlowModel) -> FlowAnswer:
        return solve_flows(flow_model, self.solve_milp, self.limits, seed=self.seed)

    def _budgeted(self, flow_model: FlowModel, num_with_room: int) -> FlowModel:
        """Return the model with a row for the budget of moves."""
        most = self.grid.problem.policy.max_moves
        if most is None:
            return flow_model
        kept = np.zeros(flow_model.model.num_columns)
        kept[flow_model.kept] = -1.0
        return flow_model.capped(kept, float(most - num_with_room))

    def _with_room(self, movable: Sequence[int]) -> list[int]:
        return [stay for stay in movable if self.grid.current_room[stay] != NOWHERE]

    def _columns(self) -> int:
        density = 2 * self.arcs.tail.shape[0] / self.arcs.num_nodes + 4
        return int(density * len(self.grid.problem.rooms) * self.grid.num_nights)


def _falling(dear: int, cheap: int) -> list[int]:
    """Return prices from dear to cheap, each an eighth of the one before."""
    prices = []
    while dear > cheap:
        prices.append(dear)
        dear //= 8
    return prices
