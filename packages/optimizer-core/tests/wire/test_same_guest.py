"""Rows that look like one guest, or like one row listed twice, are named in a warning."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer_core.wire import Reservation
from optimizer_core.wire.notes import Notes
from optimizer_core.wire.same_guest import note_same_guests


def warnings(*entries: dict[str, Any]) -> list[str]:
    notes = Notes()
    note_same_guests([Reservation.model_validate(entry) for entry in entries], notes)
    return [str(fault) for fault in notes.warnings()]


def stay(identity: object, arrival: str, nights: int, room: str | None = "1", **more: Any) -> dict[str, Any]:
    return {"Id": identity, "Arrival": arrival, "Length": nights, "AssignedRoom": room, **more}


def test_two_bookings_of_one_guest_in_a_row_are_named() -> None:
    later, other, first = stay("g", "2026-09-04", 3), stay("x", "2026-09-01", 3), stay("g", "2026-09-01", 3)
    [warning] = warnings(later, other, first)
    assert warning == (
        "Reservations[0]: has the Id of entry 2 and arrives on 2026-09-04, when that leaves; "
        "the plan may give the guest two rooms"
    )


def test_a_row_listed_twice_is_named_with_the_first() -> None:
    assert warnings(stay(7, "2026-09-01", 3), stay(7, "2026-09-01", 3)) == [
        "Reservations[1]: has the Id, the nights and the room of entry 0; is it listed twice?"
    ]


@pytest.mark.parametrize(
    "pair",
    [
        (stay(None, "2026-09-01", 3), stay(None, "2026-09-04", 3)),
        (stay("", "2026-09-01", 3), stay("", "2026-09-04", 3)),
        (stay(-1, "2026-09-01", 3), stay(-1, "2026-09-04", 3)),
        (stay("g", "2026-09-01", 3), stay("h", "2026-09-04", 3)),
        (stay("1", "2026-09-01", 3), stay(1, "2026-09-04", 3)),
        (stay("g", "2026-09-01", 3), stay("g", "2026-09-05", 3)),
        (stay("g", "2026-09-01", 3), stay("g", "2026-09-01", 3, "2")),
        (stay("g", "2026-09-01", 3, SplitGroup="s"), stay("g", "2026-09-04", 3, SplitGroup="s")),
    ],
    ids=["no id", "empty", "-1", "two guests", "text and number", "apart", "two rooms", "a group"],
)
def test_other_rows_are_not_noted(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert warnings(*pair) == []
