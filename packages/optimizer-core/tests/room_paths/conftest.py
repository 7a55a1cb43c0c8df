"""Small hotels as room-path models."""

from collections.abc import Callable
from fractions import Fraction
from functools import cache

import pytest

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, Policy, Problem
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.room_paths.adjacency import Masks
from optimizer_core.room_paths.passes import Weights
from optimizer_core.room_paths.rooms import RoomModel, masks_of
from optimizer_core.room_paths.values import penalty_units
from optimizer_core.testing.judge import exact_plan
from optimizer_core.testing.small_hotels import small_hotel

Judged = tuple[RoomModel, Weights, Masks, dict[int, int]]


_exact = cache(exact_plan)


@pytest.fixture
def model_of() -> Callable[..., RoomModel]:
    """Return a maker of one model of all components that have movable stays."""

    def make(problem: Problem, *, with_groups: bool = False, limits: Limits | None = None) -> RoomModel:
        grid = Grid(problem)
        parts = [part for part in find_components(grid) if part.stays]
        return RoomModel(grid, parts, run_highs, limits or Limits(), with_groups=with_groups)

    return make


@pytest.fixture
def judged(model_of: Callable[..., RoomModel]) -> Callable[..., Judged | None]:
    """Return what gives the model of a small hotel, its weights, and the judge's best plan.

    An upgrade has a price of one and a half points, so that one number says how good a plan is. The
    plan is there twice: as arcs, and as the room of every stay. None for a hotel that cannot be housed or
    has no stay to move.
    """

    def give(seed: int, policy: Policy | None = None) -> Judged | None:
        problem = small_hotel(seed).replace(policy=policy or Policy(upgrade_price=Fraction(3, 2)))
        best = _exact(problem)
        model = model_of(problem, with_groups=True)
        if best is None or not model.lattices:
            return None
        grid = model.grid
        units = [
            int((price or 0) * grid.cost_scale)
            for price in (problem.policy.move_price, problem.policy.upgrade_price)
        ]
        weights = Weights(gap=1, move=units[0], upgrade=units[1], apart=penalty_units(grid))
        index = problem.room_index
        rooms = {
            position: index[best.plan.room_by_stay[stay.stay_id]]
            for position, stay in enumerate(problem.stays)
        }
        masks = masks_of(grid, model.lattices, rooms)
        assert masks is not None
        return model, weights, masks, rooms

    return give
