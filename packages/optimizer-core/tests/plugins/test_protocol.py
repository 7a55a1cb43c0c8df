import pickle
from fractions import Fraction

import pytest

from optimizer_core.domain import Limit, Plan, Reason
from optimizer_core.plugins import BackendAnswer

PLAN = Plan({"a": "1"})


@pytest.mark.parametrize("claim", [Reason.OPTIMAL, Reason.FEASIBLE])
def test_claim_of_a_plan_needs_one(claim: Reason) -> None:
    """A backend cannot claim a plan that it does not show."""
    with pytest.raises(ValueError, match="needs a plan"):
        BackendAnswer(claim)


@pytest.mark.parametrize("claim", [Reason.INFEASIBLE, Reason.NO_PLAN_FOUND])
def test_claim_of_no_plan_excludes_one(claim: Reason) -> None:
    """A backend cannot show a plan and claim that there is none."""
    with pytest.raises(ValueError, match="contradicts the plan"):
        BackendAnswer(claim, plan=PLAN)


def test_cancelled_may_have_a_plan() -> None:
    """A cancelled solve may have found a plan or not."""
    assert BackendAnswer(Reason.CANCELLED, Limit.CANCEL).plan is None
    assert BackendAnswer(Reason.CANCELLED, Limit.CANCEL, PLAN).plan == PLAN


def test_error_is_an_exception_not_a_claim() -> None:
    """A backend that fails raises."""
    with pytest.raises(ValueError, match="BackendError"):
        BackendAnswer(Reason.ERROR)


def test_answer_is_frozen_and_pickled() -> None:
    """An answer cannot be changed afterwards and crosses process borders whole."""
    answer = BackendAnswer(
        Reason.FEASIBLE, Limit.TIME, PLAN, Fraction(7, 2), Fraction(3), statistics={"rounds": 2}
    )
    with pytest.raises(TypeError):
        answer.statistics["rounds"] = 3  # type: ignore[index]
    assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301 - our own bytes
