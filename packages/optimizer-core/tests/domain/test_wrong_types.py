"""Values of a wrong type are refused at construction, by field, value and remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

import pytest

from optimizer_core import domain

# Type checkers find these mistakes too, and are not asked here.
MinimumStay: Any = domain.MinimumStay
MinimumStayPeriod: Any = domain.MinimumStayPeriod
Policy: Any = domain.Policy
Problem: Any = domain.Problem
Room: Any = domain.Room
Stay: Any = domain.Stay

MAY_1, MAY_3 = date(2026, 5, 1), date(2026, 5, 3)
ROOM, STAY = Room("101"), Stay("Ada", MAY_1, MAY_3)
NOON = datetime(2026, 5, 1, 12)  # noqa: DTZ001 - without a zone, as people write it


class Kind(StrEnum):
    DOUBLE = "Double"


class Day(date):
    """As libraries that stop the clock have it."""


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Room(101), "Room.number must be text, not 101 (int); write '101'"),
        (lambda: Room(number=True), "Room.number must be text, not True (bool)"),
        (lambda: Room("101", None), "Room.room_type must be text, not None (NoneType)"),
        (
            lambda: Room("101", adjacent="102"),
            "Room.adjacent must be a frozenset of texts, not '102' (str); write frozenset({'102'})",
        ),
        (
            lambda: Room("101", adjacent=frozenset({102})),
            "each entry of Room.adjacent must be text, not 102 (int); write '102'",
        ),
        (lambda: Stay(7, MAY_1, MAY_3), "Stay.stay_id must be text, not 7 (int); write '7'"),
        (
            lambda: Stay("Ada", "2026-05-01", MAY_3),
            "a datetime.date, not '2026-05-01' (str); convert it with date.fromisoformat(...)",
        ),
        (lambda: Stay("Ada", MAY_1, NOON), "(datetime); call its .date()"),
        (lambda: Stay("Ada", MAY_1, 3), "Stay.departure must be a datetime.date, not 3 (int)"),
        (lambda: Stay("Ada", MAY_1, MAY_3, 1), "Stay.room_type must be text or None, not 1 (int)"),
        (
            lambda: Stay("Ada", MAY_1, MAY_3, further_types=["Suite"]),
            "Stay.further_types must be a tuple of texts, not ['Suite'] (list); write ('Suite',)",
        ),
        (lambda: Stay("Ada", MAY_1, MAY_3, current_room=101), "Stay.current_room must be text or None"),
        (lambda: Stay("Ada", MAY_1, MAY_3, is_locked=1), "Stay.is_locked must be True or False, not 1 (int)"),
        (lambda: Stay("Ada", MAY_1, MAY_3, group=1), "Stay.group must be text or None, not 1 (int)"),
        (
            lambda: MinimumStay(default_nights=True),
            "MinimumStay.default_nights must be a whole number (int), not True",
        ),
        (lambda: MinimumStay(3.0), "not 3.0 (float); write 3"),
        (lambda: MinimumStay("3"), "not '3' (str); write a number such as 3"),
        (lambda: MinimumStay(3, [2]), "MinimumStay.by_weekday must be a Mapping, not [2] (list)"),
        (lambda: MinimumStay(3, {"Sat": 2}), "each weekday of MinimumStay.by_weekday must be a whole number"),
        (lambda: MinimumStay(3, {5: 2.5}), "MinimumStay.by_weekday[5] must be a whole number (int), not 2.5"),
        (lambda: MinimumStay(3, {}, (3,)), "MinimumStay.by_period[0] must be a MinimumStayPeriod, not 3"),
        (lambda: MinimumStayPeriod(MAY_1, NOON, 3), "MinimumStayPeriod.last must be a datetime.date"),
        (lambda: MinimumStayPeriod(MAY_1, MAY_3, 2.5), "MinimumStayPeriod.nights must be a whole number"),
        (lambda: Policy(max_moves=1.5), "Policy.max_moves must be a whole number (int) or None, not 1.5"),
        (lambda: Policy(move_price="2"), "Policy.move_price must be a number or None, not '2' (str)"),
        (lambda: Policy(upgrade_price=True), "Policy.upgrade_price must be a number or None, not True"),
        (lambda: Policy(move_price=Decimal(2)), "(Decimal); write a number such as 2.5"),
        (lambda: Problem(5, (ROOM,), (STAY,)), "Problem.problem_id must be text, not 5 (int); write '5'"),
        (lambda: Problem("May", ROOM, ()), "Problem.rooms must be a tuple of Room, not Room("),
        (
            lambda: Problem("May", ("101",), ()),
            "Problem.rooms[0] must be a Room, not '101' (str); write Room",
        ),
        (lambda: Problem("May", (ROOM,), (STAY, "Ben")), "Problem.stays[1] must be a Stay, not 'Ben' (str)"),
        (
            lambda: Problem("May", (ROOM,), (STAY,), 3),
            "Problem.minimum_stay must be a MinimumStay, not 3 (int); write MinimumStay(3)",
        ),
        (lambda: Problem("May", (ROOM,), (), movable_first=NOON), "Problem.movable_first must be a datetime"),
        (lambda: Problem("May", (ROOM,), (), movable_last="x"), "Problem.movable_last must be a datetime"),
        (lambda: Problem("May", (ROOM,), (), policy={}), "Problem.policy must be a Policy, not {} (dict)"),
    ],
)
def test_the_message_names_field_value_and_remedy(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(TypeError, match=re.escape(message)):
        make()


def test_a_long_value_is_shortened() -> None:
    with pytest.raises(TypeError) as caught:
        Room("101", adjacent=["102"] * 1000)
    assert len(str(caught.value)) < 200


def test_kinds_of_the_right_type_pass() -> None:
    stay = Stay("Ada", Day(2026, 5, 1), MAY_3, Kind.DOUBLE, (Kind.DOUBLE,), group=Kind.DOUBLE)
    assert stay.los_nights == 2
    assert Room(Kind.DOUBLE).number == "Double"
    assert Policy(3, Fraction(1, 2), Fraction(2)).max_moves == 3
    assert Policy(move_price=0.5).move_price == Fraction(1, 2)
    assert Problem("May", [ROOM], [STAY]).stays == (STAY,)
