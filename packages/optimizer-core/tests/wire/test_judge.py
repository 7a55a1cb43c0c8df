"""The judge believes nothing: a wrong plan and a wrong figure are both found."""

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from optimizer_core.domain import Limit, Outcome, Plan, Policy, Reason, Shortage
from optimizer_core.objective import score
from optimizer_core.report import compare
from optimizer_core.wire import (
    Judgement,
    ProblemDocument,
    ResultDocument,
    judge,
    load_problem,
    load_result,
    to_result,
    write_json,
)

Change = Callable[[dict[str, Any]], object]
ROOMS = {"1": "101", "2": "102", "3": "101", "4": "102"}


def answer(document: dict[str, Any], rooms: dict[str, str], policy: Policy | None = None) -> ResultDocument:
    loaded = load_problem(json.dumps(document).encode(), policy=policy)
    plan = Plan(rooms)
    value = score(loaded.problem, plan).value
    outcome = Outcome(Reason.OPTIMAL, Limit.NONE, "cvxpy", plan, value, value)
    comparison = compare(loaded.problem, plan)
    return to_result(loaded, outcome, comparison, solve_seconds=0, total_seconds=0, today=date(2026, 4, 1))


def judged(document: dict[str, Any], result: ResultDocument, change: Change = lambda _: None) -> Judgement:
    """Return the judgement on a result that somebody changed after it was written."""
    raw = json.loads(write_json(result))
    change(raw)
    return judge(ProblemDocument.model_validate(document), load_result(json.dumps(raw).encode()))


@pytest.fixture
def hotel(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with an orphan gap of one night that no plan avoids, and a further type."""
    document["Rooms"].append({"RoomNumber": "201", "RoomType": "B"})
    document["Reservations"][1]["Length"] = 2
    document["Reservations"][3] |= {"AllowableRoomTypes": ["B"]}
    return document


def test_a_right_answer_has_no_fault(hotel: dict[str, Any]) -> None:
    judgement = judged(hotel, answer(hotel, ROOMS))
    assert judgement.reasons == ()
    assert judgement.score is not None
    assert judgement.score.value == Fraction(8)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda r: r["OptimizedPlan"][3].update(AssignedRoom="101"),
            "broken: no room holds two stays on one night: Reservations[3] and Reservations[2] in room '101'",
        ),
        (
            lambda r: r["OptimizedPlan"][3].update(AssignedRoom=None),
            "broken: every stay has a room: Reservations[3]",
        ),
        (
            lambda r: r["OptimizedPlan"][3].update(AssignedRoom="999"),
            "broken: every assigned room is a room of the hotel: Reservations[3] in room '999'",
        ),
        (
            lambda r: r["OptimizedPlan"][0].update(AssignedRoom="201"),
            "broken: every stay has a room of a type it may use: Reservations[0] in room '201'",
        ),
        (
            lambda r: [r["OptimizedPlan"][k].update(AssignedRoom=n) for k, n in ((2, "102"), (3, "201"))],
            (
                "broken: every locked stay, and every stay outside the movable nights, keeps its room: "
                "Reservations[2] in room '102'"
            ),
        ),
        (lambda r: r["OptimizedPlan"].pop(), "broken: every stay has a room: Reservations[3]"),
        (
            lambda r: r["OptimizedPlan"].append(r["OptimizedPlan"][0]),
            "OptimizedPlan[4] matches no reservation of the problem, or one that another entry has",
        ),
        (
            lambda r: r["OptimizedPlan"][3].update(Length=1),
            "OptimizedPlan[3] matches no reservation of the problem, or one that another entry has",
        ),
        (lambda r: r.update(ObjectiveValue=7.5), "ObjectiveValue is stated as 7.5 but is 8.0"),
        (lambda r: r.update(GapCostAfter=0), "GapCostAfter is stated as 0.0 but is 8.0"),
        (lambda r: r.update(OrphanNightsAfter=0), "OrphanNightsAfter is stated as 0 but is 1"),
        (lambda r: r.update(MovedStays=1), "MovedStays is stated as 1 but is 0"),
        (lambda r: r.update(UpgradedStays=2), "UpgradedStays is stated as 2 but is 0"),
        (lambda r: r["Score"][2].update(Total=1), "Score states 'gaps' as 1.0 but it is 8.0"),
        (lambda r: r["Score"][2].update(Name="love"), "Score states 'love' as 8.0 but there is no such term"),
        (lambda r: r.update(Bound=9), "Bound 9.0 is above ObjectiveValue 8.0"),
        (lambda r: r.update(Bound=7), "SolverStatus says optimal, but Bound and ObjectiveValue differ"),
        (
            lambda r: r.update(Bound=4, Gap=0.5, SolverStatus="feasible"),
            "Gap 0.5 does not follow from ObjectiveValue and Bound",
        ),
        (
            lambda r: r.update(Bound=0, Gap=1, SolverStatus="feasible"),
            "Gap 1.0 does not follow from ObjectiveValue and Bound",
        ),
        (lambda r: r.update(ProblemId="other"), "the result is for the problem 'other', not 'two rooms'"),
        (
            lambda r: r.update(ProblemDigest="0"),
            "the result is for another version of this problem: its digest differs",
        ),
    ],
)
def test_a_wrong_answer_is_found(hotel: dict[str, Any], change: Change, reason: str) -> None:
    assert reason in judged(hotel, answer(hotel, ROOMS), change).reasons


def test_a_changed_problem_is_found(hotel: dict[str, Any]) -> None:
    result = answer(hotel, ROOMS)
    hotel["MinimumStay"] = 4
    assert judged(hotel, result).reasons[0].startswith("the result is for another version")


def test_too_many_moves_are_found(hotel: dict[str, Any]) -> None:
    hotel["Reservations"][3]["AssignedRoom"] = "201"
    policy = Policy(max_moves=0)
    assert judged(hotel, answer(hotel, ROOMS, policy)).reasons == ("1 stays move; at most 0 were allowed",)


def test_prices_belong_to_the_cost(hotel: dict[str, Any]) -> None:
    """A tenth is rounded to a dyadic number, with which the stated cost is compared exactly."""
    policy = Policy(upgrade_price=Fraction(1, 10))
    judgement = judged(hotel, answer(hotel, {**ROOMS, "4": "201"}, policy))
    assert judgement.reasons == ()
    assert judgement.score is not None
    assert judgement.score.value == 8 + Fraction(102, 1024)


def test_the_order_of_the_entries_does_not_matter(hotel: dict[str, Any]) -> None:
    assert judged(hotel, answer(hotel, ROOMS), lambda r: r["OptimizedPlan"].reverse()).reasons == ()


def test_the_answer_of_another_program_can_be_judged(hotel: dict[str, Any]) -> None:
    """It states no figures and gives -1 as the Id of every stay."""
    kept = ("Name", "Arrival", "Length")
    entries = [
        {name: entry[name] for name in kept} | {"Id": -1, "AssignedRoom": room}
        for entry, room in zip(hotel["Reservations"], ROOMS.values(), strict=True)
    ]
    for entry in hotel["Reservations"]:
        del entry["Id"]
    raw: dict[str, Any] = {"ProblemId": "two rooms", "ProcessingDate": "2026-04-01", "Succeeded": True}
    raw["OptimizedPlan"] = entries
    result = load_result(json.dumps(raw).encode())
    document = ProblemDocument.model_validate(hotel)
    assert judge(document, result).reasons == ()
    entries[0]["AssignedRoom"] = "102"
    wrong = load_result(json.dumps(raw).encode())
    assert len(judge(document, wrong).reasons) == 1


def without_plan(document: dict[str, Any], rooms_short: int, last: date = date(2026, 5, 4)) -> ResultDocument:
    loaded = load_problem(json.dumps(document).encode())
    shortage = Shortage(("A",), date(2026, 5, 3), last, rooms_short)
    outcome = Outcome(Reason.INFEASIBLE, Limit.NONE, "cvxpy", shortages=(shortage,))
    return to_result(loaded, outcome, None, solve_seconds=0, total_seconds=0, today=date(2026, 4, 1))


def test_a_shortage_that_can_be_counted_is_right(document: dict[str, Any]) -> None:
    document["Reservations"] += [{"Arrival": "2026-05-04", "Length": 1, "RoomType": "A"}]
    assert judged(document, without_plan(document, 1)).reasons == ()


@pytest.mark.parametrize("rooms_short", [1, 2])
def test_a_shortage_that_is_not_there_is_found(document: dict[str, Any], rooms_short: int) -> None:
    assert judged(document, without_plan(document, rooms_short)).reasons == (
        "Shortages[0] is wrong: there are enough rooms for the stays on each of its nights",
    )


def test_an_answer_without_a_plan_must_not_contradict_itself(document: dict[str, Any]) -> None:
    document["Reservations"] += [{"Arrival": "2026-05-04", "Length": 1, "RoomType": "A"}]

    def change(raw: dict[str, Any]) -> None:
        raw["CurrentScheduleInfeasible"] = False
        raw["OptimizedPlan"] = [{"Arrival": "2026-05-01", "Length": 1}]

    assert judged(document, without_plan(document, 1), change).reasons == (
        "the result contains a plan although it says that there is no plan",
        "SolverStatus 'infeasible' contradicts CurrentScheduleInfeasible",
    )
