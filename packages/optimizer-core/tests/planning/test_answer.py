import dataclasses

import pytest

from optimizer_core.domain import Limit, Reason
from optimizer_core.planning import Answer


def test_an_answer_begins_without_plan_and_proof() -> None:
    """Nothing is claimed that is not given."""
    answer = Answer(Reason.NO_PLAN_FOUND)
    assert (answer.limit, answer.plan, answer.value, answer.bound) == (Limit.NONE, None, None, None)
    assert (answer.upgrades, answer.moves, answer.shortages, answer.detail) == (0, 0, (), "")
    assert Answer(Reason.OPTIMAL).statistics is not Answer(Reason.OPTIMAL).statistics


def test_an_answer_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Answer(Reason.OPTIMAL).moves = 3  # type: ignore[misc]
