"""What came of a solve, in plain words."""

from datetime import date
from fractions import Fraction

from optimizer_core.domain import Limit, Outcome, Plan, Reason, Shortage
from optimizer_core.report import message


def name_of(stay_id: str) -> str:
    return f"stay {stay_id}"


def shortage(stays: int = 2, locks: int = 0) -> Shortage:
    stay_ids = tuple(str(number) for number in range(stays))
    lock_ids = tuple(str(100 + number) for number in range(locks))
    return Shortage(("A",), date(2026, 5, 1), date(2026, 5, 3), 2, stay_ids, lock_ids)


def infeasible(*shortages: Shortage, detail: str = "") -> Outcome:
    return Outcome(Reason.INFEASIBLE, Limit.NONE, "cvxpy", shortages=shortages, detail=detail)


def test_a_plan_is_told_with_its_value_and_its_proof() -> None:
    outcome = Outcome(Reason.OPTIMAL, Limit.NONE, "cvxpy", Plan({}), Fraction(67, 2), Fraction(67, 2))
    assert message(outcome, name_of) == "every stay has a room; cost 33.5 points; proved: no plan is better"


def test_moves_are_said_beside_their_bound() -> None:
    outcome = Outcome(
        Reason.OPTIMAL, Limit.NONE, "cvxpy", Plan({}), Fraction(67, 2), Fraction(67, 2), moves=(418, 297)
    )
    assert message(outcome, name_of, 2349) == (
        "every stay has a room; cost 33.5 points; 418 of 2,349 moved; at least 297 must; "
        "proved: no plan is better"
    )


def test_infeasible_names_nights_types_rooms_short_and_stays() -> None:
    assert message(infeasible(shortage(locks=1)), name_of).splitlines() == [
        "proved: no plan can house all stays",
        (
            "short of 2 rooms of type 'A' on the nights 2026-05-01 to 2026-05-03; "
            "these compete: stay 0, stay 1; these are locked: stay 100"
        ),
    ]


def test_many_stays_and_shortages_are_counted_not_listed() -> None:
    lines = message(infeasible(*[shortage(stays=15)] * 12), name_of).splitlines()
    assert lines[1].endswith("stay 11 and 3 more")
    assert lines[-1] == "and 2 more shortages"
    assert len(lines) == 12


def test_a_proof_without_shortages_gives_the_detail() -> None:
    assert message(infeasible(detail="it is so"), name_of).endswith("it is so")


def test_no_plan_is_told_apart_from_no_plan_possible() -> None:
    outcome = Outcome(Reason.NO_PLAN_FOUND, Limit.TIME, "cvxpy")
    assert (
        message(outcome, name_of) == "no plan was found within the limit; it is not proved that none exists"
    )
    outcome = Outcome(Reason.CANCELLED, Limit.CANCEL, "cvxpy")
    assert message(outcome, name_of) == "stopped before a plan was found"
    outcome = Outcome(Reason.ERROR, Limit.NONE, "highs", detail="out of memory")
    assert message(outcome, name_of) == "the backend 'highs' failed: out of memory"
