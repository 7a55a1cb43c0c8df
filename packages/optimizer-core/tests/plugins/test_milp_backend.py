from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limit, Limits, Reason, current_plan
from optimizer_core.network import MilpAnswer, MilpLimits, MilpModel, MilpStatus
from optimizer_core.objective import score
from optimizer_core.plugins.milp_backend import MilpBackend
from optimizer_core.testing import CATALOG, random_hotel

BY_NAME = {instance.name: instance for instance in CATALOG}


class Counts(MilpBackend):
    """A backend that writes down what it is given."""

    def __init__(self) -> None:
        self.models: list[MilpModel] = []
        self.seeds: set[int] = set()

    def solve_milp(
        self,
        model: MilpModel,
        limits: MilpLimits,
        *,
        start: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> MilpAnswer:
        self.models.append(model)
        self.seeds.add(seed)
        return run_highs(model, limits, start=start, seed=seed)


class GivesUp(MilpBackend):
    """A backend whose solver never finds anything."""

    def solve_milp(
        self,
        model: MilpModel,
        limits: MilpLimits,
        *,
        start: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> MilpAnswer:
        del model, limits, start, seed
        return MilpAnswer(MilpStatus.NO_POINT)


def test_one_method_makes_a_backend() -> None:
    """Whoever solves a model gets a proved plan of a hotel, with value and bound."""
    hotel = random_hotel(10, 30, num_types=2)
    answer = Counts().solve(hotel, Limits())
    assert answer.claim is Reason.OPTIMAL
    assert answer.plan is not None
    assert answer.value == answer.bound == score(hotel, answer.plan).value


def test_seed_and_whole_models_are_handed_on() -> None:
    """The solver gets the caller's seed, and models whose costs are whole numbers."""
    backend = Counts()
    backend.solve(random_hotel(10, 30, num_types=2), Limits(), seed=7)
    assert backend.models
    assert backend.seeds == {7}
    for model in backend.models:
        assert np.array_equal(model.cost, np.rint(model.cost))
        assert np.array_equal(model.matrix.data, np.rint(model.matrix.data))
        assert model.matrix.shape == (model.num_rows, model.num_columns)


def test_infeasibility_comes_with_the_shortage() -> None:
    """A hotel that is sold out is answered with the nights and the rooms that are missing."""
    answer = Counts().solve(BY_NAME["sold-out"].problem, Limits())
    assert (answer.claim, answer.plan) == (Reason.INFEASIBLE, None)
    assert [shortage.rooms_short for shortage in answer.shortages] == [1]


@pytest.mark.parametrize("with_start", [True, False])
def test_solver_that_finds_nothing_is_no_proof(with_start: bool) -> None:
    """Without a point the answer is the plan to begin with, or none; never a claim of infeasibility."""
    hotel = random_hotel(10, 30, num_types=2)
    start = current_plan(hotel) if with_start else None
    answer = GivesUp().solve(hotel, Limits(), start=start)
    assert answer.claim is (Reason.FEASIBLE if with_start else Reason.NO_PLAN_FOUND)
    assert answer.limit is not Limit.NONE
    if with_start:
        assert answer.plan is not None
        assert score(hotel, answer.plan).rank <= score(hotel, current_plan(hotel)).rank
    assert answer.bound is None or answer.bound >= Fraction(0)
