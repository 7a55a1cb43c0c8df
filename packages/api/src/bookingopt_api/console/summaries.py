"""The key figures of a hotel's files, shown before they are submitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bookingopt_api.console.hotel_forms import CheckedHotel


@dataclass(frozen=True, slots=True)
class HotelSummary:
    """What was read from the files.

    Parameters
    ----------
    problem_id
        Name of the plan.
    rooms, room_types, stays, housed, locked
        Counts; `housed` stays have a room, `locked` ones keep it.
    first, last
        First arrival and last departure; None without stays.
    notes
        What was left out, and probable mistakes.
    """

    problem_id: str
    rooms: int
    room_types: int
    stays: int
    housed: int
    locked: int
    first: date | None
    last: date | None
    notes: tuple[str, ...]


def hotel_summary(checked: CheckedHotel) -> HotelSummary:
    """Return the figures of a checked hotel."""
    document = checked.loaded.document
    stays = document.reservations
    return HotelSummary(
        document.problem_id,
        len(document.rooms),
        len({room.room_type for room in document.rooms}),
        len(stays),
        sum(stay.assigned_room is not None for stay in stays),
        sum(bool(stay.is_locked) for stay in stays),
        min((stay.arrival for stay in stays), default=None),
        max((stay.arrival + timedelta(stay.length) for stay in stays), default=None),
        checked.notes,
    )
