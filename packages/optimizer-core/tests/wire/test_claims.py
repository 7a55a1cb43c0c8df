"""Every claim of a result is judged, and what cannot be proved again is named."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from optimizer_core.certificate import Certificate, Proved, build_certificate, build_inequality
from optimizer_core.domain import Limit, Outcome, Plan, Problem, Reason, Shortage
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


@pytest.fixture
def hotel(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with an orphan gap of one night that costs 8 points, and a further type."""
    document["Rooms"].append({"RoomNumber": "201", "RoomType": "B"})
    document["Reservations"][1]["Length"] = 2
    document["Reservations"][3] |= {"AllowableRoomTypes": ["B"]}
    return document


def certificate_of(problem: Problem) -> Certificate:
    """Return what proves 8 points: the room that the second guest of the first night leaves has a gap."""
    first_night = {s: 64 for s, stay in enumerate(problem.stays) if stay.arrival == problem.start}
    return build_certificate(problem, 8, value=build_inequality(problem, first_night, gap=1))


def answer(
    document: dict[str, Any], rooms: dict[str, str] | None, *, certified: bool = True, **changes: Any
) -> ResultDocument:
    loaded = load_problem(json.dumps(document).encode())
    plan = None if rooms is None else Plan(rooms)
    found = None if plan is None else score(loaded.problem, plan)
    value = None if found is None else found.value
    upgrades = (0, 0) if found is None else (found.upgrades.total, 0)
    outcome = Outcome(Reason.OPTIMAL, Limit.NONE, "highs", plan, value, value, upgrades)
    if certified:
        outcome = replace(outcome, certificate=certificate_of(loaded.problem))
    comparison = None if plan is None else compare(loaded.problem, plan)
    outcome = replace(outcome, **changes)
    return to_result(loaded, outcome, comparison, solve_seconds=0, total_seconds=0, today=date(2026, 4, 1))


def judged(document: dict[str, Any], result: ResultDocument, change: Change = lambda _: None) -> Judgement:
    """Return the judgement on a result that somebody changed after it was written."""
    raw = json.loads(write_json(result))
    change(raw)
    return judge(ProblemDocument.model_validate(document), load_result(json.dumps(raw).encode()))


def lines(judgement: Judgement) -> list[str]:
    assert judgement.reasons == ()
    return [str(claim) for claim in judgement.claims]


def test_what_the_certificate_proves_is_written_beside_what_the_solver_states(hotel: dict[str, Any]) -> None:
    result = answer(hotel, ROOMS)
    assert (result.bound, result.certified_bound, result.certified_moves_bound) == (8, 8, None)
    computed = answer(hotel, ROOMS, proved=Proved(bound=Fraction(5), moves=0))
    assert (computed.certified_bound, computed.certified_moves_bound) == (5, 0)
    without = answer(hotel, ROOMS, certified=False)
    assert (without.certificate, without.certified_bound) == (None, None)


def test_a_certificate_proves_the_bound_and_the_optimum(hotel: dict[str, Any]) -> None:
    assert lines(judged(hotel, answer(hotel, ROOMS))) == [
        "Bound 8: proved by the certificate",
        "SolverStatus optimal: proved by the certificate",
        "UpgradesBound 0: recomputed",
        "MovesBound 0: recomputed",
    ]


def test_without_a_certificate_the_solver_is_named(hotel: dict[str, Any]) -> None:
    result = answer(hotel, ROOMS, certified=False)
    assert lines(judged(hotel, result))[:2] == [
        "Bound 8: not proved: only the solver claims it",
        "SolverStatus optimal: not proved: only the solver claims it",
    ]


def test_a_forged_best_plan_rests_on_the_word_of_the_forger(hotel: dict[str, Any]) -> None:
    """The plan has a gap more than the best one; its certificate proves 8 points and no more."""
    hotel["Reservations"][0] |= {"Length": 1, "AssignedRoom": "102"}
    hotel["Reservations"][1] |= {"AssignedRoom": None}
    worse = {**ROOMS, "1": "102", "2": "101"}
    forged = answer(hotel, worse, certified=False)
    honest = answer(hotel, ROOMS)
    assert honest.objective_value is not None
    assert forged.objective_value is not None
    assert honest.objective_value < forged.objective_value

    def add(raw: dict[str, Any]) -> None:
        raw["Certificate"] = json.loads(write_json(honest))["Certificate"]

    [bound, status, *_] = lines(judged(hotel, forged, add))
    assert bound.startswith(f"Bound {forged.objective_value:.0f}: not proved: only the solver claims it")
    assert status == "SolverStatus optimal: not proved: only the solver claims it"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda r: r.update(CertifiedBound=8.5),
            "CertifiedBound is stated as 8.5, but the certificate proves 8.0",
        ),
        (
            lambda r: r.update(Certificate=None),
            "CertifiedBound is stated as 8.0, but no certificate proves any",
        ),
        (
            lambda r: r.update(CertifiedMovesBound=0),
            "CertifiedMovesBound is stated as 0, but no certificate proves any",
        ),
        (
            lambda r: r["Certificate"]["Value"]["Prices"][0].__setitem__(3, 9),
            "CertifiedBound is stated as 8.0, but the certificate proves 1.125",
        ),
        (
            lambda r: r["Certificate"].update(ProblemDigest="0"),
            "Certificate is refused: the certificate belongs to another problem: its digest differs",
        ),
        (
            lambda r: r["Certificate"]["Value"]["Prices"][0].pop(),
            "Certificate is refused: a row of Prices has 4 numbers, not (0, 2, 0)",
        ),
        (lambda r: r.update(MovesBound=1), "MovesBound 1 is above MovedStays 0"),
        (lambda r: r.update(UpgradesBound=1), "UpgradesBound 1 is above UpgradedStays 0"),
        (lambda r: r.update(SolverStatus="infeasible"), "SolverStatus is 'infeasible', but there is a plan"),
        (
            lambda r: r.update(CurrentScheduleInfeasible=True),
            "CurrentScheduleInfeasible is stated, but there is a plan",
        ),
        (
            lambda r: r.update(SolverStatus="feasible"),
            "Message says that no plan is better, but SolverStatus is 'feasible'",
        ),
        (
            lambda r: r.update(
                Message="a plan; not proved, at most 50 % above the best (bound 4)",
                Bound=4,
                Gap=1,
                SolverStatus="feasible",
            ),
            "Message states at most 50 % above the best; it is 100 % from ObjectiveValue and Bound",
        ),
        (
            lambda r: r.update(
                Message="a plan; not proved, at most 50 % above the best",
                Bound=0,
                Gap=None,
                SolverStatus="feasible",
            ),
            "Message states at most 50 % above the best; no percentage follows from ObjectiveValue and Bound",
        ),
        (
            lambda r: r.update(Message="a plan; 2 of 4 moved; at least 1 must"),
            "Message says that at least 1 stays must move, but MovesBound is 0",
        ),
    ],
)
def test_a_false_claim_is_found(hotel: dict[str, Any], change: Change, reason: str) -> None:
    assert reason in judged(hotel, answer(hotel, ROOMS), change).reasons


def test_a_percentage_that_was_rounded_up_is_right(hotel: dict[str, Any]) -> None:
    def change(raw: dict[str, Any]) -> None:
        raw |= {"Bound": 7, "Gap": 1 / 7, "SolverStatus": "feasible"}
        raw["Message"] = "a plan; not proved, at most 14.29 % above the best (bound 7): the limit ended it"

    assert judged(hotel, answer(hotel, ROOMS), change).reasons == ()


def test_rooms_as_given_that_cost_less_show_a_bound_to_be_wrong(hotel: dict[str, Any]) -> None:
    """The present rooms are a plan; the result has one that costs more and calls it the best."""
    hotel["Reservations"][3]["AssignedRoom"] = "102"
    hotel["Reservations"][1] |= {"Length": 1}
    given = {**ROOMS}
    swapped = {**ROOMS, "1": "102", "2": "101"}
    low = load_problem(json.dumps(hotel).encode()).problem
    cheap, costly = sorted((given, swapped), key=lambda rooms: score(low, Plan(rooms)).value)
    for entry, room in zip(hotel["Reservations"], cheap.values(), strict=True):
        entry["AssignedRoom"] = room
    forged = answer(hotel, costly, certified=False)
    assert forged.objective_value is not None
    [reason] = judged(hotel, forged).reasons
    assert reason.startswith(f"Bound {forged.objective_value} is above the cost")
    fewest = judged(hotel, forged, lambda r: r.update(MovesBound=1, Bound=0, Gap=None, SolverStatus=""))
    assert fewest.reasons == ("MovesBound is 1, but the current rooms cost no more than the plan",)


def test_fewest_moves_are_a_claim_of_their_own(hotel: dict[str, Any]) -> None:
    hotel["Reservations"][0]["AssignedRoom"] = "201"
    result = answer(hotel, ROOMS, moves=(1, 1))
    assert lines(judged(hotel, result))[-2:] == [
        "MovesBound 1: not proved: only the solver claims it",
        "fewest moves 1: not proved: only the solver claims it",
    ]
    loaded = load_problem(json.dumps(hotel).encode())
    by_move = build_inequality(loaded.problem, {0: 1, 1: 1, 2: 1}, move=1)
    certificate = replace(certificate_of(loaded.problem), moves=by_move)
    proved = answer(hotel, ROOMS, moves=(1, 1), certificate=certificate)
    assert proved.certified_moves_bound == 1
    assert lines(judged(hotel, proved))[-2:] == [
        "MovesBound 1: proved by the certificate",
        "fewest moves 1: proved by the certificate",
    ]


def too_many(document: dict[str, Any]) -> dict[str, Any]:
    document["Reservations"] += [{"Arrival": "2026-05-04", "Length": 1, "RoomType": "A"}]
    return document


def test_a_counted_shortage_needs_no_certificate(document: dict[str, Any]) -> None:
    too_many(document)
    shortage = Shortage(("A",), date(2026, 5, 3), date(2026, 5, 4), 1)
    changes: dict[str, Any] = {"reason": Reason.INFEASIBLE, "certified": False}
    counted = answer(document, None, shortages=(shortage,), **changes)
    assert lines(judged(document, counted)) == ["CurrentScheduleInfeasible true: recomputed"]
    word = answer(document, None, **changes)
    assert lines(judged(document, word)) == [
        "CurrentScheduleInfeasible true: not proved: only the solver claims it"
    ]


def test_a_cut_names_nights_types_and_stays(document: dict[str, Any]) -> None:
    problem = load_problem(json.dumps(too_many(document)).encode()).problem
    on_the_fourth = {s: 1 for s, stay in enumerate(problem.stays) if stay.departure > date(2026, 5, 4)}
    certificate = build_certificate(problem, 8, infeasible=build_inequality(problem, on_the_fourth))
    result = answer(document, None, reason=Reason.INFEASIBLE, certificate=certificate)
    [line] = lines(judged(document, result))
    assert line.startswith(
        "CurrentScheduleInfeasible true: proved by the certificate; 1 stays too many for type 'A'"
    )
    assert line.endswith("from 2026-05-04 to 2026-05-04")


def test_an_answer_without_a_plan_cannot_be_optimal_or_deny_the_rooms_as_given(
    document: dict[str, Any],
) -> None:
    document["Reservations"] = document["Reservations"][:2]
    document["Reservations"][1]["Length"] = 2
    result = answer(document, None, reason=Reason.INFEASIBLE, certified=False)
    assert judged(document, result).reasons == (
        "CurrentScheduleInfeasible is stated, but the current rooms are a valid plan",
    )
    claims = {"SolverStatus": "optimal", "CurrentScheduleInfeasible": False}
    assert judged(document, result, lambda r: r.update(claims)).reasons == (
        "SolverStatus is 'optimal', but there is no plan",
    )
