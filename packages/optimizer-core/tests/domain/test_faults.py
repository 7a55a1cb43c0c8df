"""Every contradiction of a hotel is found, with its place and a remedy."""

from collections.abc import Callable
from datetime import date

import pytest

from optimizer_core.domain import MinimumStay, MinimumStayPeriod, Room, Stay, find_faults

MakeStay = Callable[..., Stay]
ROOMS = (Room("1", "A"), Room("2", "A"), Room("9", "B"))


def told(*stays: Stay, rooms: tuple[Room, ...] = ROOMS, rule: MinimumStay | None = None) -> list[str]:
    return [str(fault) for fault in find_faults(rooms, stays, rule or MinimumStay())]


def test_a_sound_hotel_has_no_fault(stay: MakeStay) -> None:
    assert told(stay("a", 0, 3, "1", is_locked=True), stay("b", 3, 2, "1", is_locked=True)) == []


def test_a_hotel_needs_rooms(stay: MakeStay) -> None:
    assert told(stay("a", 0, 1), rooms=()) == ["rooms: the hotel has no rooms; give at least one"]


def test_room_numbers_are_unique() -> None:
    assert told(rooms=(Room("1"), Room("2"), Room("1"))) == [
        "rooms[2].number: entry 0 is room '1' too; room numbers must be unique"
    ]


def test_ids_are_unique_and_not_repeated_in_the_message(stay: MakeStay) -> None:
    assert told(stay("Ann", 0, 1), stay("Ann", 5, 1)) == [
        "stays[1].stay_id: another stay has the same id; ids must be unique"
    ]


@pytest.mark.parametrize("nights", [0, -3])
def test_a_stay_has_a_night(stay: MakeStay, nights: int) -> None:
    assert told(stay("a", 5, nights)) == [
        f"stays[0].los_nights: {nights} nights; a stay has at least one night"
    ]


def test_a_type_must_have_a_room(stay: MakeStay) -> None:
    assert told(stay("a", 0, 1, room_type="C")) == [
        "stays[0].room_type: no room has the type 'C'; the hotel has 'A', 'B'"
    ]
    assert told(stay("a", 0, 1, room_type="C", further_types=("B",))) == []


def test_many_types_are_listed_in_part(stay: MakeStay) -> None:
    rooms = tuple(Room(str(number), f"T{number:02d}") for number in range(13))
    (message,) = told(stay("a", 0, 1, room_type="C"), rooms=rooms)
    assert message.endswith("'T08', 'T09' and 3 more")


def test_a_horizon_has_an_end(stay: MakeStay) -> None:
    assert told(stay("a", 0, 1), stay("b", 1829, 1)) == []
    (message,) = told(stay("late", 1830, 1), stay("first", 0, 1))
    assert message.startswith("stays[0].departure: leaves 1,831 nights after the first arrival")
    assert "entry 1" in message


@pytest.mark.parametrize(
    ("room", "message"),
    [
        (None, "the stay is locked but has no room; name its room"),
        ("7", "the stay is locked, but the hotel has no room '7'"),
        ("9", "the stay is locked in room '9' of type 'B', which it may not use"),
    ],
)
def test_a_lock_needs_a_room_that_the_stay_may_use(stay: MakeStay, room: str | None, message: str) -> None:
    lock = stay("a", 0, 1, room, room_type="A", is_locked=True)
    assert told(lock) == [f"stays[0].current_room: {message}"]


def test_locks_that_overlap_name_each_other_and_the_nights(stay: MakeStay) -> None:
    locks = [
        stay("long", 0, 9, "1", is_locked=True),
        stay("inside", 1, 1, "1", is_locked=True),
        stay("later", 5, 9, "1", is_locked=True),
        stay("touching", 14, 2, "1", is_locked=True),
    ]
    assert told(*locks) == [
        "stays[1].current_room: must keep room '1', and so must entry 0, on 2026-05-02; release one of them",
        (
            "stays[2].current_room: must keep room '1', and so must entry 0, "
            "on the nights from 2026-05-06 to 2026-05-09; release one of them"
        ),
    ]


def test_stays_outside_the_movable_nights_are_held_like_locks(stay: MakeStay) -> None:
    stays = [stay("before", 0, 3), stay("inside", 2, 2), stay("after", 3, 2, "1", room_type="B")]
    found = find_faults(ROOMS, stays, MinimumStay(), date(2026, 5, 3), date(2026, 5, 4))
    why = "the stay lies outside the nights in which stays may move"
    assert [str(fault) for fault in found] == [
        f"stays[0].current_room: {why} but has no room; name its room",
        f"stays[2].current_room: {why} in room '1' of type 'A', which it may not use",
    ]


def test_the_ends_of_the_calendar_are_no_trap(stay: MakeStay) -> None:
    assert find_faults(ROOMS, [stay("a", 0, 1)], MinimumStay(), date.min, date.max) == []


def test_movable_nights_are_in_order() -> None:
    found = find_faults(ROOMS, [], MinimumStay(), date(2026, 5, 3), date(2026, 5, 2))
    assert [str(fault) for fault in found] == ["movable_last: 2026-05-02 is before 2026-05-03"]


def test_minimum_stays_have_bounds_and_periods_an_order() -> None:
    rule = MinimumStay(366, {0: -1, 1: 0}, (MinimumStayPeriod(date(2026, 5, 2), date(2026, 5, 1), 999),))
    assert told(rule=rule) == [
        "minimum_stay.by_period[0].last: 2026-05-01 is before 2026-05-02",
        "minimum_stay.default_nights: 366 nights; a minimum stay is 0 to 365 nights",
        "minimum_stay.by_weekday.0: -1 nights; a minimum stay is 0 to 365 nights",
        "minimum_stay.by_period[0].nights: 999 nights; a minimum stay is 0 to 365 nights",
    ]
