"""The judge of plans finds every broken rule, and no other."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer_core.domain import Plan, Problem, Room, Stay
from optimizer_core.verification import Rule, verify

MakeStay = Callable[..., Stay]
RIGHT = {"a": "1", "b": "1", "lock": "2", "outside": "3"}


@pytest.fixture
def hotel(stay: MakeStay) -> Problem:
    stays = (
        stay("a", 0, 3, room_type="A", further_types=("B",)),
        stay("b", 3, 2, room_type="A"),
        stay("lock", 0, 5, "2", room_type="A", is_locked=True),
        stay("outside", 4, 4, "3"),
    )
    rooms = (Room("1", "A"), Room("2", "A"), Room("3", "B"))
    return Problem("judge", rooms, stays, movable_last=date(2026, 5, 6))


def test_a_right_plan_breaks_nothing(hotel: Problem) -> None:
    assert verify(hotel, Plan(RIGHT)) == []


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"a": None}, [(Rule.EVERY_STAY_HOUSED, ("a",), None)]),
        ({"ghost": "1"}, [(Rule.KNOWN_STAY, ("ghost",), "1")]),
        ({"a": "404"}, [(Rule.KNOWN_ROOM, ("a",), "404")]),
        ({"a": "3"}, []),
        ({"b": "3"}, [(Rule.ALLOWED_TYPE, ("b",), "3"), (Rule.ONE_STAY_A_NIGHT, ("b", "outside"), "3")]),
        ({"a": "2"}, [(Rule.ONE_STAY_A_NIGHT, ("a", "lock"), "2")]),
        (
            {"outside": "1"},
            [(Rule.FIXED_STAY_KEPT, ("outside",), "1"), (Rule.ONE_STAY_A_NIGHT, ("b", "outside"), "1")],
        ),
        (
            {"lock": "3"},
            [
                (Rule.ALLOWED_TYPE, ("lock",), "3"),
                (Rule.FIXED_STAY_KEPT, ("lock",), "3"),
                (Rule.ONE_STAY_A_NIGHT, ("lock", "outside"), "3"),
            ],
        ),
    ],
)
def test_every_broken_rule_is_found(
    hotel: Problem, changes: dict[str, str | None], broken: list[tuple[Rule, tuple[str, ...], str | None]]
) -> None:
    rooms = {stay_id: room for stay_id, room in {**RIGHT, **changes}.items() if room is not None}
    found = [
        (violation.rule, violation.stay_ids, violation.room_number)
        for violation in verify(hotel, Plan(rooms))
    ]
    assert found == broken


def test_a_long_stay_overlaps_with_all_that_begin_in_it(stay: MakeStay) -> None:
    stays = (stay("long", 0, 9), stay("x", 1, 1), stay("y", 5, 1), stay("z", 9, 1))
    problem = Problem("long", (Room("1"),), stays)
    found = verify(problem, Plan(dict.fromkeys(("long", "x", "y", "z"), "1")))
    assert [violation.stay_ids for violation in found] == [("long", "x"), ("long", "y")]


def test_a_violation_is_one_sentence(hotel: Problem) -> None:
    (violation,) = verify(hotel, Plan({**RIGHT, "a": "2"}))
    assert (
        str(violation) == "no room holds two stays on one night: not so for stay 'a' and 'lock' in room '2'"
    )


@pytest.mark.property
@settings(max_examples=200)
@given(st.randoms(use_true_random=False))
def test_overlaps_are_found_exactly_where_a_calendar_shows_two_stays_on_one_night(
    order: random.Random,
) -> None:
    stays, rooms = [], {}
    for number in range(order.randrange(12)):
        arrival = date(2026, 5, 1) + timedelta(order.randrange(15))
        stays.append(Stay(str(number), arrival, arrival + timedelta(order.randint(1, 5))))
        rooms[str(number)] = order.choice("12")
    problem = Problem("random", (Room("1"), Room("2")), tuple(stays))
    nights = [
        (rooms[stay.stay_id], stay.arrival + timedelta(night))
        for stay in stays
        for night in range(stay.los_nights)
    ]
    overlaps = [v for v in verify(problem, Plan(rooms)) if v.rule is Rule.ONE_STAY_A_NIGHT]
    assert bool(overlaps) == (len(set(nights)) < len(nights))
