"""The schedule, the day and the frozen days of a document, in every part of the product."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from optimizer_core.errors import InvalidInput
from optimizer_core.hotel import open_hotel
from optimizer_core.picture import chart_of
from optimizer_core.run import run_json
from optimizer_core.wire import ProblemDocument, RequestedStay, ResultDocument, load_problem, load_result
from optimizer_core.wire.from_problem import from_problem
from optimizer_core.wire.judge import judge

MOST = "at most 1,830 nights can be planned at once"
ROOMS = [{"RoomNumber": number, "RoomType": "A"} for number in ("1", "2")]


def stay(name: str, arrival: str, nights: int, room: str | None, **more: Any) -> dict[str, Any]:
    return {"Id": name, "Arrival": arrival, "Length": nights, "RoomType": "A", "AssignedRoom": room, **more}


def document(*stays: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"ProblemId": "p", "Rooms": ROOMS, "Reservations": list(stays), "MinimumStay": 3} | more


def solved(found: dict[str, Any]) -> tuple[ProblemDocument, ResultDocument]:
    content = json.dumps(found).encode()
    return load_problem(content).document, load_result(run_json(content))


def rooms(result: ResultDocument) -> dict[str, str | None]:
    return {str(entry.id): entry.assigned_room for entry in result.optimized_plan}


def faults(found: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        load_problem(json.dumps(found).encode())
    return str(refused.value).splitlines()


RESIDENT = (
    stay("resident", "2022-11-01", 2000, "1", IsLocked=True),
    stay("a", "2026-11-20", 3, "2"),
    stay("c", "2026-12-01", 3, "2"),
)
TYPING_ERROR = (
    stay("a", "2026-11-20", 3, "2"),
    stay("b", "2026-11-25", 4, "1"),
    stay("typo", "2099-12-31", 2, "2"),
)
LAST_MONTH = (
    stay("past1", "2026-10-01", 2, "1"),
    stay("past2", "2026-10-04", 3, "1"),
    stay("past3", "2026-10-01", 3, "2"),
    stay("next", "2026-12-01", 2, "1"),
)


def test_a_resident_of_years_keeps_the_room_and_nights_before_the_schedule_do_not_count() -> None:
    _, result = solved(document(*RESIDENT, ScheduleStart="2026-11-01"))
    assert rooms(result)["resident"] == "1"
    assert (result.schedule_start, result.schedule_end) == (date(2026, 11, 1), date(2028, 4, 23))
    assert min(result.min_stays | result.closed_arrivals, default=date(2026, 11, 1)) >= date(2026, 11, 1)
    assert all(calendar.start >= date(2026, 11, 1) for calendar in result.restriction_calendars)


def test_a_mistyped_year_is_left_out_with_a_warning_and_keeps_its_room() -> None:
    problem, result = solved(document(*TYPING_ERROR, ScheduleEnd="2027-01-01"))
    assert result.succeeded
    assert rooms(result)["typo"] == "2"
    assert "Reservations[2]: lies after the schedule; it is left out" in result.warnings
    assert judge(problem, result).reasons == ()
    assert {bar.name for bar in chart_of(result).stays} == {"a", "b"}


def test_the_judge_refuses_another_room_of_a_stay_outside_the_schedule() -> None:
    problem, result = solved(document(*TYPING_ERROR, ScheduleEnd="2027-01-01"))
    plan = [
        entry.model_copy(update={"assigned_room": "1"}) if entry.id == "typo" else entry
        for entry in result.optimized_plan
    ]
    [reason] = judge(problem, result.model_copy(update={"optimized_plan": plan})).reasons
    assert reason == "OptimizedPlan[2] lies outside the schedule, but has another room"


def test_a_stay_that_began_before_the_schedule_keeps_its_room_and_is_no_lock() -> None:
    stays = (
        stay("in", "2026-04-28", 5, "1"),
        stay("x", "2026-05-04", 2, "1", IsLocked=True),
        stay("b", "2026-05-01", 2, "2"),
        stay("c", "2026-05-06", 2, "2"),
    )
    problem, result = solved(document(*stays, ScheduleStart="2026-05-01"))
    assert rooms(result)["in"] == "1"
    assert [price.id for price in result.lock_prices] == ["x"]
    assert [bar.arrival for bar in chart_of(result).stays if bar.name == "in"] == [date(2026, 5, 1)]
    assert judge(problem, result).reasons == ()
    free = document(*stays)
    free["Reservations"][0]["Arrival"], free["Reservations"][0]["Length"] = "2026-05-01", 2
    assert load_problem(json.dumps(free).encode()).problem.digest != result.problem_digest


def test_a_stay_that_sticks_out_at_the_end_counts_with_its_nights_inside() -> None:
    loaded = load_problem(json.dumps(document(*LAST_MONTH, ScheduleEnd="2026-12-02")).encode())
    assert loaded.problem.end == date(2026, 12, 2)
    assert loaded.problem.stays[-1].los_nights == 1
    _, result = solved(document(*LAST_MONTH, ScheduleEnd="2026-12-02"))
    assert [entry.length for entry in result.optimized_plan] == [2, 3, 3, 2]


def test_in_house_without_a_room_is_given_one() -> None:
    problem, result = solved(document(stay("in", "2026-04-28", 5, None), ScheduleStart="2026-05-01"))
    assert rooms(result)["in"] in {"1", "2"}
    assert result.warnings == [
        "Reservations[0].AssignedRoom: is in house but has no room of the hotel; it is given one"
    ]
    assert judge(problem, result).reasons == ()


def test_in_house_in_a_room_of_another_type_stays_there() -> None:
    found = document(stay("in", "2026-04-28", 5, "1", RoomType="B"), Today="2026-05-01")
    found["Rooms"] = [*ROOMS, {"RoomNumber": "3", "RoomType": "B"}]
    _, result = solved(found)
    assert rooms(result)["in"] == "1"
    assert result.warnings == [
        "Reservations[0].AssignedRoom: keeps a room of type 'A', which it may not use otherwise"
    ]


def test_a_block_is_cut_to_the_schedule() -> None:
    block = {"RoomNumber": "1", "Start": "2026-04-01", "End": "9999-12-31"}
    found = document(stay("a", "2026-05-02", 2, "1"), RoomBlocks=[block])
    _, result = solved(found | {"ScheduleStart": "2026-05-01", "ScheduleEnd": "2026-06-01"})
    assert rooms(result) == {"a": "2"}
    assert (result.schedule_start, result.schedule_end) == (date(2026, 5, 1), date(2026, 6, 1))


def test_without_a_day_a_guest_of_last_month_moves_and_with_it_stays() -> None:
    _, result = solved(document(*LAST_MONTH))
    assert rooms(result)["past2"] == "2"
    problem, result = solved(document(*LAST_MONTH, Today="2026-11-01"))
    assert [rooms(result)[name] for name in ("past1", "past2", "past3")] == ["1", "1", "2"]
    assert judge(problem, result).reasons == ()
    assert all(calendar.start == date(2026, 11, 1) for calendar in result.restriction_calendars)
    published = [result.min_stays, result.max_stays, result.closed_arrivals, result.closed_departures]
    assert all(day >= date(2026, 11, 1) for by_day in published for day in by_day)
    assert all(plan.day >= date(2026, 11, 1) for plan in result.re_optimized_plans)


def test_the_judge_refuses_a_plan_that_moves_a_guest_of_the_past() -> None:
    _, moved = solved(document(*LAST_MONTH))
    problem, result = solved(document(*LAST_MONTH, Today="2026-11-01"))
    changed = result.model_copy(update={"optimized_plan": moved.optimized_plan})
    assert any("Reservations[1]" in reason for reason in judge(problem, changed).reasons)


@pytest.mark.parametrize(("days", "room"), [(0, "2"), (1, "1"), (3, "1")])
def test_arrivals_of_the_frozen_days_keep_their_rooms(days: int, room: str) -> None:
    stays = stay("a", "2026-05-01", 2, "1"), stay("b", "2026-05-04", 3, "1"), stay("c", "2026-05-01", 3, "2")
    found = document(*stays, Today="2026-05-04", FreezeDays=days)
    assert rooms(solved(found)[1])["b"] == room


def test_a_past_guest_without_a_room_is_no_fault() -> None:
    _, result = solved(document(*LAST_MONTH, stay("old", "2026-10-04", 2, None), Today="2026-11-01"))
    assert result.succeeded
    assert rooms(result)["old"] == "2"


def test_a_schedule_that_is_past_has_no_restrictions() -> None:
    _, result = solved(document(*LAST_MONTH, Today="2027-01-01"))
    assert result.succeeded
    assert not result.restriction_calendars


def test_restrictions_of_the_rooms_as_they_are_begin_today_too() -> None:
    found = document(*LAST_MONTH, Today="2026-11-01", RestrictionsForInitialPlan=True)
    assert {calendar.start for calendar in solved(found)[1].restriction_calendars} == {date(2026, 11, 1)}


@pytest.mark.parametrize(
    "asked",
    [
        document(NewReservations=[stay("first", "2026-12-24", 3, None)]),
        document(stay("a", "2026-12-01", 4, "1"), NewReservations=[stay("over", "2026-12-04", 3, None)]),
        document(stay("a", "2026-12-01", 4, "1"), NewReservations=[stay("far", "2027-01-10", 3, None)]),
        document(stay("a", "2026-12-01", 4, "1"), NewReservations=[stay("before", "2026-11-10", 3, None)]),
    ],
    ids=["an empty hotel", "across the last departure", "next month", "before the first arrival"],
)
def test_a_request_beyond_the_schedule_is_answered_from_the_inventory(asked: dict[str, Any]) -> None:
    _, result = solved(asked)
    [entry] = result.requests
    assert entry.fits
    assert entry.proved
    assert result.new_reservation_infeasible is False


def test_two_requests_of_next_month_compete_for_the_rooms() -> None:
    asked = [stay(str(row), "2027-01-10", 3, None) for row in range(3)]
    _, result = solved(document(stay("a", "2026-12-01", 4, "1"), NewReservations=asked))
    assert [entry.fits for entry in result.requests] == [True, True, True]
    assert result.new_reservation_infeasible


def test_a_planned_hotel_answers_for_next_season_and_refuses_yesterday() -> None:
    content = json.dumps(document(*LAST_MONTH, Today="2026-11-01")).encode()
    hotel = open_hotel(content, run_json(content))
    assert hotel.answer(RequestedStay(arrival=date(2027, 8, 1), length=300)).fits
    with pytest.raises(InvalidInput, match="Arrival: 2026-10-31 is in the past; today is 2026-11-01"):
        hotel.answer(RequestedStay(arrival=date(2026, 10, 31), length=2))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"ScheduleStart": "2026-05-01", "ScheduleEnd": "2026-05-01"},
            "ScheduleEnd: 2026-05-01 is not after the first night 2026-05-01",
        ),
        (
            {"ScheduleStart": "2026-05-01", "ScheduleEnd": "2036-05-01"},
            f"ScheduleEnd: 3,653 nights after 2026-05-01; {MOST}",
        ),
        (
            {"ScheduleStart": "2019-05-01"},
            f"Reservations[3].Length: leaves 2,773 nights after the schedule starts (2019-05-01); {MOST}",
        ),
        ({"FreezeDays": 3}, "FreezeDays: the frozen days begin with today, which is missing; give the day"),
        ({"FreezeDays": -1, "Today": "2026-05-01"}, "FreezeDays: -1 days; give 0 to 365"),
        ({"Today": "9999-12-31"}, "Today: 9999-12-31 is too late; give a day up to 9998-12-31"),
        ({"Today": "tomorrow"}, "Today: text is not a date; write YYYY-MM-DD"),
    ],
)
def test_a_wrong_schedule_is_one_message_with_its_place(wrong: dict[str, Any], message: str) -> None:
    assert message in faults(document(*LAST_MONTH, **wrong))


def test_faults_name_the_entries_of_the_document_when_some_are_left_out() -> None:
    stays = (
        stay("gone", "2026-01-01", 2, "1"),
        stay("one", "2026-05-01", 2, "1", IsLocked=True),
        stay("two", "2026-05-02", 2, "1", IsLocked=True),
    )
    [fault] = faults(document(*stays, ScheduleStart="2026-04-01", RequestStartDate="2026-04-01"))
    assert fault == (
        "Reservations[2].AssignedRoom: must keep room '1', and so must entry 1, on 2026-05-02; "
        "release one of them"
    )


def test_a_block_over_a_guest_in_house_names_both() -> None:
    block = {"RoomNumber": "1", "Start": "2026-05-01", "End": "2026-05-04"}
    found = document(stay("in", "2026-04-28", 5, "1"), RoomBlocks=[block], Today="2026-05-01")
    [fault] = faults(found)
    assert fault == (
        "Reservations[0].AssignedRoom: must keep room '1', which is blocked from 2026-05-01 to 2026-05-04; "
        "release the stay, or change the block"
    )


def test_a_hotel_made_in_python_keeps_its_schedule_in_its_document() -> None:
    found = document(
        *LAST_MONTH, ScheduleStart="2026-09-01", ScheduleEnd="2027-01-01", Today="2026-11-01", FreezeDays=2
    )
    problem = load_problem(json.dumps(found).encode()).problem
    again = from_problem(problem).document
    assert (again.schedule_start, again.schedule_end) == (date(2026, 9, 1), date(2027, 1, 1))
    assert (again.today, again.freeze_days) == (date(2026, 11, 1), 2)
    assert load_problem(again.model_dump_json(by_alias=True).encode()).problem.digest == problem.digest


def test_a_guest_in_house_stays_in_house_in_the_document_of_a_hotel_made_in_python() -> None:
    found = document(stay("in", "2026-04-28", 5, "1"), ScheduleStart="2026-05-01")
    problem = load_problem(json.dumps(found).encode()).problem
    again = from_problem(problem).document
    assert [(entry.arrival, entry.length) for entry in again.reservations] == [(date(2026, 4, 30), 3)]
    assert load_problem(again.model_dump_json(by_alias=True).encode()).problem.digest == problem.digest


def test_a_document_without_a_schedule_has_the_digest_it_always_had() -> None:
    problem = load_problem(json.dumps(document(*LAST_MONTH)).encode()).problem
    assert problem.digest == "85ac914d37152cbc3aef60ea0d74f0a188fc92992b59d0cd2b668fd4056f066c"
