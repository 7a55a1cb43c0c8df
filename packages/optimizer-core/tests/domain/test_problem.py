"""A problem checks itself, has one order and one digest, and knows its nights."""

import random
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date
from typing import Any

import pytest

from optimizer_core.domain import MinimumStay, Policy, Problem, Room, Stay
from optimizer_core.errors import InvalidProblem

MakeStay = Callable[..., Stay]


@pytest.fixture
def hotel(stay: MakeStay) -> Problem:
    """Return two types, a group of two, one of one, a lock and a stay with further types."""
    rooms = (Room("10", "B"), Room("2", "A", frozenset({"10", "404", "2"})), Room("1", "A"))
    stays = (
        stay("z", 0, 3, "1", is_locked=True),
        stay("y", 4, 2, room_type="A", group="g"),
        stay("x", 2, 2, room_type="A", further_types=("B", "C"), group="g"),
        stay("w", 2, 1, group="alone"),
    )
    return Problem("hotel", rooms, stays, MinimumStay(2, {0: 5}))


def test_contradictions_are_refused_all_at_once(stay: MakeStay) -> None:
    with pytest.raises(InvalidProblem) as caught:
        Problem("x", (Room("1"), Room("1")), (stay("a", 0, 0),))
    assert len(caught.value.faults) == 2


def test_rooms_and_stays_have_a_canonical_order(hotel: Problem) -> None:
    assert [room.number for room in hotel.rooms] == ["1", "2", "10"]
    assert [stay.stay_id for stay in hotel.stays] == ["z", "w", "x", "y"]


def test_the_digest_does_not_see_the_order_of_rows(hotel: Problem) -> None:
    order = random.Random(1)
    for _ in range(5):
        rooms, stays = list(hotel.rooms), list(hotel.stays)
        order.shuffle(rooms)
        order.shuffle(stays)
        same = Problem("hotel", tuple(rooms), tuple(stays), hotel.minimum_stay)
        assert same == hotel
        assert same.digest == hotel.digest


@pytest.mark.parametrize(
    "changes",
    [
        {"problem_id": "other"},
        {"minimum_stay": MinimumStay(2)},
        {"movable_last": date(2027, 1, 1)},
        {"policy": Policy(max_moves=1)},
        {"rooms": (Room("1", "A"), Room("2", "A"), Room("10", "B"))},
    ],
)
def test_the_digest_sees_everything_else(hotel: Problem, changes: dict[str, object]) -> None:
    assert hotel.replace(**changes).digest != hotel.digest


def test_adjacency_goes_both_ways_and_knows_only_other_rooms(hotel: Problem) -> None:
    assert {room.number: set(room.adjacent) for room in hotel.rooms} == {"1": set(), "2": {"10"}, "10": {"2"}}


def test_the_horizon_is_that_of_the_stays(hotel: Problem) -> None:
    assert (hotel.start, hotel.end, hotel.num_nights) == (date(2026, 5, 1), date(2026, 5, 7), 6)
    assert [hotel.night(hotel.date(night)) for night in range(6)] == list(range(6))


def test_a_hotel_without_stays_has_no_nights() -> None:
    empty = Problem("empty", (Room("1"),), ())
    assert (empty.start, empty.num_nights, empty.minimum_stays) == (empty.end, 0, ())
    assert empty.cost_scale == 32


def test_costs_are_whole_on_the_scale_of_the_longest_minimum_stay(hotel: Problem) -> None:
    assert hotel.minimum_stays == (2, 2, 2, 5, 2, 2)  # the fourth night is a Monday
    assert hotel.cost_scale == 2**5


def test_groups_have_at_least_two_members(hotel: Problem) -> None:
    assert {label: [stay.stay_id for stay in members] for label, members in hotel.groups.items()} == {
        "g": ["x", "y"]
    }


def test_allowed_types_are_those_of_the_hotel(hotel: Problem) -> None:
    by_id = {stay.stay_id: hotel.allowed_types(stay) for stay in hotel.stays}
    assert by_id == {"z": ("A", "B"), "w": ("A", "B"), "x": ("A", "B"), "y": ("A",)}


def test_fixed_are_locks_and_stays_that_are_not_wholly_inside(stay: MakeStay) -> None:
    stays = (
        stay("before", 0, 2, "1"),
        stay("in", 2, 2),
        stay("after", 3, 2, "2"),
        stay("lock", 2, 1, "1", is_locked=True),
    )
    window = Problem(
        "w",
        (Room("1"), Room("2"), Room("3")),
        stays,
        movable_first=date(2026, 5, 2),
        movable_last=date(2026, 5, 4),
    )
    assert [one.stay_id for one in window.stays if window.is_fixed(one)] == ["before", "lock", "after"]


def test_indices_point_to_the_canonical_order(hotel: Problem) -> None:
    assert [hotel.rooms[hotel.room_index[room.number]] for room in hotel.rooms] == list(hotel.rooms)
    assert [hotel.stays[hotel.stay_index[stay.stay_id]] for stay in hotel.stays] == list(hotel.stays)


def test_a_problem_is_frozen_and_survives_a_process_border(
    hotel: Problem, across_a_process_border: Callable[[Any], Any]
) -> None:
    with pytest.raises(FrozenInstanceError):
        hotel.problem_id = "other"  # type: ignore[misc]
    again = across_a_process_border(hotel)
    assert (again, again.digest) == (hotel, hotel.digest)
