"""Each verb says what the documents and the command line say, as objects."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import optimizer_core as oc
from optimizer_core.backends import load_backends
from optimizer_core.cli import main
from optimizer_core.errors import InvalidInput
from optimizer_core.restrictions import Profile
from optimizer_core.run import run_json
from optimizer_core.wire import load_result, result_of_point
from optimizer_core.wire.calendars import calendar_of
from optimizer_core.wire.restriction_entries import CalendarEntry

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
TEN_ROOMS, INFEASIBLE = EXAMPLES / "ten-rooms.json", EXAMPLES / "infeasible.json"
HIGHS = oc.Planner("highs")
TIMES = ("InitialOptimizationTime", "TotalTime", "Statistics", "ProcessingDate")


@pytest.fixture(scope="module")
def planned() -> oc.PlanResult:
    """Return the plan of the ten rooms."""
    return HIGHS.plan(TEN_ROOMS)


def command(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Return what the command line prints."""
    main([str(argument) for argument in arguments])
    return capsys.readouterr().out


@pytest.mark.parametrize("name", ["ten-rooms", "group", "infeasible"])
def test_a_plan_is_that_of_the_document_route(name: str) -> None:
    content = (EXAMPLES / f"{name}.json").read_bytes()
    result = load_result(run_json(content, backend="highs", policy=oc.Policy(max_moves=2)))
    plan = HIGHS.plan(json.loads(content), max_moves=2)
    ids = plan.run.loaded.stay_ids
    rooms = {ids[row]: entry.assigned_room for row, entry in enumerate(result.optimized_plan)}
    assert dict(plan.room_by_stay) == rooms
    assert [(move.stay_id, move.from_room, move.to_room, move.reason) for move in plan.moves] == [
        (ids[move.reservation], move.from_room, move.to_room, move.reason) for move in result.moves
    ]
    for number, stated in ((plan.value, result.objective_value), (plan.bound, result.bound)):
        assert (None if number is None else float(number)) == stated
    assert plan.is_proved == (result.solver_status == "optimal")
    assert (plan.reason, plan.limit, plan.message) == (
        result.solver_status,
        result.limit,
        result.message,
    )
    terms = () if plan.score is None else plan.score.terms
    scale = plan.hotel.cost_scale
    totals = [
        (term.name, term.total / (scale if term.name in {"gaps", "adjacency"} else 1)) for term in terms
    ]
    assert totals == [(entry.name, entry.total) for entry in result.score]
    assert (plan.certificate is None) == (result.certificate is None)
    if plan.certificate is not None and result.certificate is not None:
        entry = json.loads(result.certificate.model_dump_json(by_alias=True, exclude_none=True))
        assert plan.certificate.to_dict() == entry
    assert len(plan.shortages) == len(result.shortages)
    assert list(plan.warnings) == result.warnings


def test_a_plan_is_that_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printed = json.loads(
        command(capsys, "optimize", TEN_ROOMS, "--move-price", "2.5", "--json", "--backend", "highs")
    )
    HIGHS.plan(TEN_ROOMS, move_price=2.5).save(tmp_path / "result.json")
    saved = json.loads((tmp_path / "result.json").read_text())
    assert all(saved.pop(name) is not None and printed.pop(name) is not None for name in TIMES)
    assert saved == printed
    assert saved["Moves"]


def test_a_hotel_made_in_python_gets_the_plan_of_its_document(planned: oc.PlanResult) -> None:
    hotel = planned.hotel.replace(problem_id="made in Python")
    again = HIGHS.plan(hotel)
    assert hotel.source is None
    assert (again.value, again.moves, again.room_by_stay) == (
        planned.value,
        planned.moves,
        planned.room_by_stay,
    )


def test_the_policy_of_a_hotel_counts_and_arguments_replace_its_parts(planned: oc.PlanResult) -> None:
    hotel = planned.hotel.replace(policy=oc.Policy(max_moves=1, upgrade_price=Fraction(9)))
    assert len(HIGHS.plan(hotel).moves) == 1
    plan = HIGHS.plan(hotel, max_moves=3)
    assert len(plan.moves) == 3
    assert plan.hotel.policy == oc.Policy(max_moves=3, upgrade_price=Fraction(9))


def test_requests_of_a_document_are_answered(document: dict[str, Any]) -> None:
    document["NewReservations"] = [{"Arrival": "2026-05-02", "Length": 2, "RoomType": "A"}] * 2
    document["TestNewBooking"] = True
    plan = HIGHS.plan(document)
    entries = load_result(run_json(json.dumps(document).encode(), backend="highs")).requests
    assert [(answer.fits, answer.reason, answer.nights) for answer in plan.answers] == [
        (entry.fits, entry.message, entry.length) for entry in entries
    ]
    assert len(entries) == 2


def test_without_a_plan_the_result_says_why() -> None:
    plan = HIGHS.plan(INFEASIBLE)
    assert plan.reason is oc.Reason.INFEASIBLE
    assert (dict(plan.room_by_stay), plan.moves, plan.score, plan.value, plan.plan) == (
        {},
        (),
        None,
        None,
        None,
    )
    assert not plan.is_proved
    assert [shortage.rooms_short for shortage in plan.shortages] == [1]
    for ask in (
        lambda: HIGHS.check_booking(plan, arrival=date(2027, 5, 1), nights=1),
        lambda: HIGHS.check_booking(INFEASIBLE, arrival=date(2027, 5, 1), nights=1),
        lambda: HIGHS.derive_restrictions(INFEASIBLE),
    ):
        with pytest.raises(InvalidInput, match="plan: the stays have no plan to begin with: short of 1 room"):
            ask()


def test_the_curve_is_that_of_the_document_route() -> None:
    content = TEN_ROOMS.read_bytes()
    result = load_result(run_json(content, backend="highs", curve_points=15))
    curve = HIGHS.trade_off(TEN_ROOMS)
    assert result.trade_off is not None
    stated = [
        (p.moves, p.gap_cost, p.orphan_nights, p.value, p.bound, p.proved) for p in result.trade_off.points
    ]
    assert [
        (p.moves, float(p.gap_cost), p.orphan_nights, float(p.value), float(p.bound), p.is_proved)
        for p in curve.points
    ] == stated
    hotel = oc.read_hotel(TEN_ROOMS)
    for index, point in enumerate(curve.points):
        plan = point.plan()
        of_point = result_of_point(plan.run.loaded.document, result, index)
        assert oc.verify(hotel, oc.Plan(plan.room_by_stay)) == []
        assert [move.reason for move in plan.moves] == [move.reason for move in of_point.moves]
        assert plan.value == point.value
        assert plan.bound == point.bound
        assert plan.is_proved == point.is_proved
        assert len(plan.moves) == point.moves


@pytest.mark.parametrize(
    ("nights", "room_type", "arrival"),
    [(3, "Lake", "2027-06-08"), (2, None, "2027-06-03"), (9, "Garden", "2027-06-02")],
)
def test_an_answer_about_a_booking_is_that_of_the_command_line(
    capsys: pytest.CaptureFixture[str], nights: int, room_type: str | None, arrival: str
) -> None:
    answer = HIGHS.check_booking(
        TEN_ROOMS, arrival=date.fromisoformat(arrival), nights=nights, room_type=room_type
    )
    kind = [] if room_type is None else ["--type", room_type]
    options = ("--arrival", arrival, "--nights", nights, *kind, "--backend", "highs")
    printed = json.loads(command(capsys, "fit", TEN_ROOMS, *options, "--json"))
    assert (answer.fits, answer.is_proved, answer.reason) == (
        printed["Fits"],
        printed["Proved"],
        printed["Message"],
    )
    first = printed["Types"][0]
    offer = first["InPlace"] or first["WithMoves"]
    assert answer.fits == (offer is not None)
    if offer is not None:
        assert answer.room_number == offer["Pieces"][0]["Room"]
        assert [(move.from_room, move.to_room) for move in answer.moves] == [
            (move["FromRoom"], move["ToRoom"]) for move in offer["Moves"]
        ]
        assert answer.marginal_cost is not None
        assert float(answer.marginal_cost) == first["Cost"]["Lower"] == first["Cost"]["Upper"]


def test_a_booking_is_asked_of_the_plan(planned: oc.PlanResult) -> None:
    booking = {"arrival": date(2027, 6, 8), "nights": 3}
    of_plan = HIGHS.check_booking(planned, **booking)  # type: ignore[arg-type]
    assert of_plan.fits
    assert of_plan.room_number is not None
    assert all(
        stay.arrival >= date(2027, 6, 11) or stay.departure <= date(2027, 6, 8)
        for stay in planned.hotel.stays
        if planned.room_by_stay[stay.stay_id] == of_plan.room_number
    )
    assert HIGHS.check_booking(planned, **booking) == of_plan  # type: ignore[arg-type]
    own = oc.Planner("highs", manager=load_backends())
    assert own.check_booking(planned, **booking) == of_plan  # type: ignore[arg-type]


def test_a_booking_that_is_wrong_is_refused_by_the_names_of_the_arguments(planned: oc.PlanResult) -> None:
    day = date(2027, 6, 8)
    for wrong, message in (
        ({"nights": 2.0}, "check_booking: nights must be a whole number (int), not 2.0 (float); write 2"),
        ({"arrival": datetime(2027, 6, 8)}, "arrival must be a datetime.date"),  # noqa: DTZ001
        ({"further_types": ["Lake"]}, "further_types must be a tuple of texts"),
        ({"room_type": 1}, "room_type must be text or None"),
    ):
        with pytest.raises(TypeError, match=re.escape(message)):
            HIGHS.check_booking(planned, **({"arrival": day, "nights": 1} | wrong))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match=r"^room_type: no room has the type 'Attic'"):
        HIGHS.check_booking(planned, arrival=day, nights=1, room_type="Attic")
    with pytest.raises(InvalidInput, match=r"^nights: "):
        HIGHS.check_booking(planned, arrival=day, nights=0)


@pytest.mark.parametrize("profile", ["full", "through"])
def test_restrictions_are_those_of_the_command_line(
    planned: oc.PlanResult, capsys: pytest.CaptureFixture[str], profile: str
) -> None:
    limits = HIGHS.derive_restrictions(planned, threshold=2.0, profile=profile)
    options = ("--threshold", "2", "--profile", profile, "--format", "json", "--backend", "highs")
    printed = json.loads(command(capsys, "restrictions", TEN_ROOMS, *options))
    assert limits.threshold == 2
    assert limits.profile is Profile(profile)
    entries = {entry["RoomType"]: entry for entry in printed["RestrictionCalendars"]}
    assert list(limits.by_type) == list(entries) == [None, "Garden", "Lake"]
    for room_type, found in limits.by_type.items():
        entry = entries[room_type]
        assert found.calendar.start.isoformat() == entry["Start"]
        assert (found.tally.good, found.tally.refused_good) == (entry["GoodStays"], entry["RefusedGoodStays"])
        calendar = calendar_of(CalendarEntry.model_validate(entry))
        days = [calendar.start + timedelta(night) for night in range(len(calendar.days))]
        assert [limits.on(day, room_type) for day in days] == list(calendar.days)
        assert [limits.admits(day, 2, room_type) for day in days] == [calendar.admits(day, 2) for day in days]


def test_restrictions_need_a_threshold_and_stays(planned: oc.PlanResult) -> None:
    for threshold in (-1, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"threshold .* is not a number from 0"):
            HIGHS.derive_restrictions(planned, threshold=threshold)
    with pytest.raises(TypeError, match="threshold must be a number"):
        HIGHS.derive_restrictions(planned, threshold="2")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="is not a valid Profile"):
        HIGHS.derive_restrictions(planned, profile="everything")
    empty = HIGHS.derive_restrictions(oc.Problem("empty", (oc.Room("101"),), ()))
    assert dict(empty.by_type) == {}


def test_the_clock_starts_with_each_question() -> None:
    limits = oc.Limits(60, started=-1e9)
    assert oc.Planner("highs", limits).plan(TEN_ROOMS).is_proved


def test_a_planner_refuses_what_is_no_backend_or_limit() -> None:
    with pytest.raises(TypeError, match=r"Planner\.backend must be text or None"):
        oc.Planner(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"Planner\.limits must be a Limits, not 60"):
        oc.Planner(limits=60)  # type: ignore[arg-type]
    with pytest.raises(oc.BackendUnavailable):
        oc.Planner("unheard-of").plan(TEN_ROOMS)
