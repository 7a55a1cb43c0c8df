from __future__ import annotations

from fractions import Fraction

import pytest

from optimizer_core.acceptance.best_values import BestValues, without_move_policy
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, Policy, Stay
from optimizer_core.network import MilpStatus
from optimizer_core.objective import score
from optimizer_core.testing.instances import CATALOG
from optimizer_core.testing.oracle import best_plan
from optimizer_core.verification import verify

SMALL = [instance for instance in CATALOG if instance.problem.stays]


@pytest.mark.parametrize("instance", SMALL, ids=lambda instance: instance.name)
def test_a_further_stay_costs_what_the_oracle_says(instance: object) -> None:
    problem = without_move_policy(instance.problem)  # type: ignore[attr-defined]
    first = problem.stays[0]
    new = Stay("new", first.arrival, first.departure, first.room_type, first.further_types)
    problem = problem.replace(movable_first=None, movable_last=None)
    before, after = best_plan(problem), best_plan(problem.replace(stays=(*problem.stays, new)))
    found = BestValues(problem, run_highs).with_stays([new], Limits())
    if after is None:
        assert found.status is MilpStatus.INFEASIBLE
    elif before is not None:
        assert found.cost is not None
        assert found.cost.is_exact
        assert found.cost.upper == after.rank[1] - before.rank[1]
        assert found.cost.upgrades == after.rank[0] - before.rank[0] or problem.policy.upgrade_price


def test_the_best_plan_is_one() -> None:
    problem = SMALL[0].problem
    plan = BestValues(problem, run_highs).best_plan(Limits())
    best = best_plan(problem)
    assert plan is not None
    assert best is not None
    assert verify(problem, plan) == []
    assert score(problem, plan).value == best.rank[1]


def test_budget_and_price_for_moves_are_dropped_and_the_rest_kept() -> None:
    policy = Policy(3, Fraction(1), Fraction(2))
    problem = SMALL[0].problem.replace(policy=policy)
    assert without_move_policy(problem).policy == Policy(upgrade_price=Fraction(2))
