from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from optimizer_core.domain import Problem, Room, Stay, room_block
from optimizer_core.errors import InvalidProblem

FIRST, LATER, LAST = date(2026, 5, 1), date(2026, 5, 3), date(2026, 5, 6)
BLOCK = room_block("b", "1", FIRST, LATER)


def hotel(*stays: Stay) -> Problem:
    return Problem("p", (Room("1", "A"), Room("2", "A")), stays)


def test_a_block_is_no_stay_of_a_guest() -> None:
    guest = Stay("a", LATER, LAST, current_room="1")
    problem = hotel(guest, BLOCK)
    assert problem.guest_stays == (guest,)
    assert (problem.start, problem.end) == (FIRST, LAST)


def test_a_block_keeps_its_room_even_without_its_lock() -> None:
    assert hotel(BLOCK).is_fixed(replace(BLOCK, is_locked=False))


def test_a_block_is_another_hotel_than_a_locked_stay() -> None:
    stay = Stay("b", FIRST, LATER, current_room="1", is_locked=True)
    assert stay != BLOCK
    assert hotel(stay).digest != hotel(BLOCK).digest


@pytest.mark.parametrize("arrival", [date(2026, 4, 30), FIRST, date(2026, 5, 2)])
def test_a_block_over_a_locked_stay_is_an_error_that_names_both(arrival: date) -> None:
    with pytest.raises(InvalidProblem) as refused:
        hotel(BLOCK, Stay("a", arrival, LAST, current_room="1", is_locked=True))
    assert str(refused.value) == (
        "stays[1].current_room: must keep room '1', which is blocked from 2026-05-01 to 2026-05-03; "
        "release the stay, or change the block"
    )


def test_a_block_may_lie_over_a_stay_that_can_move() -> None:
    assert len(hotel(BLOCK, Stay("a", FIRST, LAST, current_room="1")).stays) == 2
