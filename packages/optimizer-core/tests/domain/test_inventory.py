"""Rooms have one canonical order that people expect."""

import pytest

from optimizer_core.domain import DEFAULT_ROOM_TYPE, Room, natural_key


@pytest.mark.parametrize(
    "in_order",
    [["9", "10", "101"], ["A2", "A10", "B1"], ["1a", "1b", "2"], ["", "1", "A"], ["7", "007x"]],
)
def test_numbers_in_names_are_ordered_as_numbers(in_order: list[str]) -> None:
    assert sorted(in_order, key=natural_key) == in_order


def test_rooms_are_ordered_by_type_then_number() -> None:
    rooms = [Room("10", "B"), Room("9", "B"), Room("11", "A"), Room("2", "Type 10"), Room("1", "Type 9")]
    assert [room.number for room in sorted(rooms, key=Room.sort_key)] == ["11", "9", "10", "1", "2"]


def test_rooms_that_read_alike_still_have_an_order() -> None:
    rooms = [Room("7"), Room("07"), Room("007")]
    assert sorted(rooms, key=Room.sort_key) == sorted(rooms, key=Room.sort_key)


def test_a_room_of_no_given_type_has_the_default_type() -> None:
    assert Room("1").room_type == DEFAULT_ROOM_TYPE
