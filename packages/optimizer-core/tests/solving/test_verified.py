from dataclasses import replace

import pytest

from optimizer_core.domain import Plan, Policy, Problem
from optimizer_core.errors import InvalidAnswer
from optimizer_core.objective import score
from optimizer_core.solving.verified import verified_score


def test_a_plan_is_scored_and_what_is_none_refused(crossed: Problem, uncrossed: Plan) -> None:
    assert verified_score(crossed, "parrot", uncrossed) == score(crossed, uncrossed)
    with pytest.raises(InvalidAnswer, match="parrot"):
        verified_score(crossed, "parrot", Plan({}))


def test_more_moves_than_allowed_are_refused(crossed: Problem, uncrossed: Plan) -> None:
    with pytest.raises(InvalidAnswer, match="at most 1"):
        verified_score(crossed.replace(policy=replace(Policy(), max_moves=1)), "parrot", uncrossed)
