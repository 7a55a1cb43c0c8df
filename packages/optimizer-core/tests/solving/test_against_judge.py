"""What `solve` answers on small hotels that mix everything, against the independent exact judge.

`BOOKINGOPT_JUDGE_SEEDS=300` tries 300 hotels instead of a few.
"""

import os
from functools import cache

import pytest

from optimizer_core.domain import Outcome, Problem, Reason
from optimizer_core.solving import solve
from optimizer_core.testing import BestPlan
from optimizer_core.testing.judge import exact_plan, fewest_moves
from optimizer_core.testing.small_hotels import small_hotel

pytestmark = pytest.mark.property

HARD = (40, 68, 88, 99, 224, 226, 228, 286, 294)
"""Beyond the first few: a budget with groups, fewest moves that are hard to prove, a stay without a room."""

SEEDS = sorted({*range(int(os.environ.get("BOOKINGOPT_JUDGE_SEEDS", "24"))), *HARD})


@cache
def _compared(seed: int) -> tuple[Problem, Outcome, BestPlan | None]:
    problem = small_hotel(seed)
    return problem, solve(problem), exact_plan(problem)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_claimed_is_true(seed: int) -> None:
    """No plan is better than one called optimal, and no bound is above what can be reached."""
    problem, outcome, best = _compared(seed)
    if best is None:
        assert outcome.plan is None
        return
    assert outcome.reason is not Reason.INFEASIBLE
    if outcome.plan is not None:
        assert _rank(problem, outcome) >= best.rank
    if outcome.reason is Reason.OPTIMAL:
        assert _rank(problem, outcome)[:2] == best.rank[:2]
    if problem.policy.upgrade_price is None:
        assert outcome.upgrades[1] <= best.rank[0]
    if outcome.bound is not None and outcome.upgrades[1] == best.rank[0]:
        assert outcome.bound <= best.rank[1]
    if outcome.value is not None:
        fewest = fewest_moves(problem, outcome.upgrades[0], outcome.value)
        assert fewest is not None
        assert outcome.moves[1] <= fewest


@pytest.mark.parametrize("seed", SEEDS)
def test_the_best_plan_is_found_and_proved(seed: int) -> None:
    """Value and moves are those of the judge, and both are proved."""
    problem, outcome, best = _compared(seed)
    if best is None:
        assert outcome.reason is Reason.INFEASIBLE
        return
    assert _rank(problem, outcome) == best.rank
    assert outcome.reason is Reason.OPTIMAL
    assert outcome.moves == (best.rank[2], best.rank[2])


def _rank(problem: Problem, outcome: Outcome) -> tuple[int, object, int]:
    ranked = outcome.upgrades[0] if problem.policy.upgrade_price is None else 0
    assert outcome.value is not None
    return ranked, outcome.value, outcome.moves[0]
