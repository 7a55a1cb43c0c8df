from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from optimizer_core.domain import LONGEST_HORIZON_NIGHTS, Problem, Room, Stay
from optimizer_core.domain.request import LONGEST_REQUEST_NIGHTS, Request, request_faults, widened

MakeStay = Callable[..., Stay]


@pytest.fixture
def problem(stay: MakeStay) -> Problem:
    """Return two types and a schedule of ten nights."""
    rooms = (Room("1", "A"), Room("2", "B"), Room("3", "C"))
    return Problem("request", rooms, (stay("a", 0, 10, "1", room_type="A"),))


def messages(problem: Problem, request: Request) -> list[str]:
    return [str(fault) for fault in request_faults(problem, request)]


def test_a_request_within_the_schedule_is_right(problem: Problem, stay: MakeStay) -> None:
    assert request_faults(problem, Request(stay("new", 0, 10, room_type="B"))) == []


@pytest.mark.parametrize(
    ("first", "nights", "told"),
    [
        (-1, 2, "arrival: 2026-04-30 is in the past of the schedule; the schedule starts on 2026-05-01"),
        (10, 1, "arrival: 2026-05-11 is beyond the schedule; the schedule ends on the morning of 2026-05-11"),
        (8, 3, "los_nights: 3 nights reach beyond the schedule; the schedule ends on the morning of "),
        (3, 0, "los_nights: 0 nights; a request has at least one night"),
        (3, LONGEST_REQUEST_NIGHTS + 1, "los_nights: 366 nights; a request has at most 365"),
    ],
)
def test_one_clear_message_for_nights_that_cannot_be_asked_for(
    problem: Problem, stay: MakeStay, first: int, nights: int, told: str
) -> None:
    problem = problem.replace(schedule_start=problem.start, schedule_end=problem.end)
    found = messages(problem, Request(stay("new", first, nights, room_type="A")))
    assert len(found) == 1
    assert found[0].startswith(told)


def test_an_unknown_type_is_told_with_those_there_are(problem: Problem, stay: MakeStay) -> None:
    request = Request(stay("new", 1, 2, room_type="Z", further_types=("A", "Y")))
    assert messages(problem, request) == [
        "room_type: no room has the type 'Z'; the hotel has 'A', 'B', 'C'",
        "further_types: no room has the type 'Y'; the hotel has 'A', 'B', 'C'",
    ]


def test_terms_of_a_split_are_checked(problem: Problem, stay: MakeStay) -> None:
    request = Request(stay("new", 1, 2), (), -1, 0)
    assert [fault.place for fault in request_faults(problem, request)] == [
        ("most_changes",),
        ("least_piece_nights",),
    ]


@pytest.mark.parametrize(("first", "nights"), [(-40, 2), (-1, 20), (8, 3), (500, 365)])
def test_without_a_stated_schedule_any_nights_near_it_can_be_asked_for(
    problem: Problem, stay: MakeStay, first: int, nights: int
) -> None:
    request = Request(stay("new", first, nights, room_type="A"))
    assert messages(problem, request) == messages(problem.replace(stays=()), request) == []
    wider = widened(problem, [request.stay])
    assert wider is not None
    assert wider.start == min(problem.start, request.stay.arrival)
    assert wider.end == max(problem.end, request.stay.departure)


def test_nights_of_another_decade_are_too_far_away(problem: Problem, stay: MakeStay) -> None:
    request = Request(stay("new", LONGEST_HORIZON_NIGHTS, 1, room_type="A"))
    [told] = messages(problem, request)
    assert told == (
        "arrival: 2031-05-05 is too far away: the schedule is from 2026-05-01 to 2026-05-11, and at most "
        "1,830 nights can be planned at once"
    )
    assert widened(problem, [request.stay]) is None


def test_the_own_type_comes_first_and_each_further_type_once(problem: Problem, stay: MakeStay) -> None:
    asked = stay("new", 1, 2, "1", room_type="B", further_types=("C", "B", "A", "C"), is_locked=True)
    options = Request(asked).options(problem)
    assert [option.room_type for option in options] == ["B", "C", "A"]
    assert all(option.current_room is None and not option.is_locked for option in options)


def test_any_type_is_one_option(problem: Problem, stay: MakeStay) -> None:
    assert [option.room_type for option in Request(stay("new", 1, 2)).options(problem)] == [None]


def test_types_rank_by_the_order_given_else_as_listed(stay: MakeStay) -> None:
    request = Request(stay("new", 1, 2, room_type="B", further_types=("A",)))
    assert [request.rank(name) for name in "BAC"] == [0, 1, 2]
    assert [replace(request, type_order=("C", "A", "B")).rank(name) for name in "BAC"] == [2, 1, 0]
    assert request.stay.departure - request.stay.arrival == timedelta(2)
