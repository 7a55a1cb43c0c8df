"""A plan says which stay is in which room, and claims no more."""

from collections.abc import Callable
from typing import Any

import pytest

from optimizer_core.domain import Plan, Problem, Room, Stay, current_plan, stays_by_room

MakeStay = Callable[..., Stay]


@pytest.fixture
def hotel(stay: MakeStay) -> Problem:
    stays = (
        stay("late", 5, 1, "1"),
        stay("early", 0, 2, "1"),
        stay("elsewhere", 0, 1, "404"),
        stay("new", 1, 1),
    )
    return Problem("plan", (Room("1"), Room("2")), stays)


def test_equal_plans_are_equal_however_they_were_written() -> None:
    one, other = Plan({"b": "1", "a": "2"}), Plan({"a": "2", "b": "1"})
    assert one == other
    assert list(one.room_by_stay) == ["a", "b"]


def test_a_plan_cannot_be_changed() -> None:
    rooms = {"a": "1"}
    plan = Plan(rooms)
    rooms["a"] = "2"
    assert plan.room_by_stay["a"] == "1"
    with pytest.raises(TypeError):
        plan.room_by_stay["a"] = "2"  # type: ignore[index]


def test_a_plan_survives_a_process_border(across_a_process_border: Callable[[Any], Any]) -> None:
    assert across_a_process_border(Plan({"a": "1"})) == Plan({"a": "1"})


def test_the_current_plan_leaves_out_stays_without_a_room_of_the_hotel(hotel: Problem) -> None:
    assert current_plan(hotel) == Plan({"early": "1", "late": "1"})


def test_stays_of_a_room_come_in_order_of_arrival(hotel: Problem) -> None:
    by_room = stays_by_room(hotel, Plan({"late": "1", "early": "1", "new": "404"}))
    assert {number: [one.stay_id for one in stays] for number, stays in by_room.items()} == {
        "1": ["early", "late"],
        "2": [],
    }


def test_a_stay_without_a_room_has_none(hotel: Problem) -> None:
    assert current_plan(hotel).room_of(hotel.stays[hotel.stay_index["new"]]) is None
