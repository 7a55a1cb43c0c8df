"""The problem document, which a hotel sends."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer_core.wire.kinds import (
    Date,
    Identity,
    Nights,
    RoomChanges,
    RoomLabel,
    RoomNumber,
    RoomOrNone,
    TextOrNone,
)
from optimizer_core.wire.model import Document

MOST_ROOMS = 20_000
"""Limit on rooms, above that of any hotel."""

MOST_RESERVATIONS = 500_000
"""Limit on reservations: six times those of a year of a hotel with 1,000 rooms."""

MOST_BLOCKS = 20_000
"""Limit on blocks of rooms."""


class RoomEntry(Document):
    """One room.

    Parameters
    ----------
    room_number
        Unique in the document.
    room_type
        None for ``"Default"``.
    adjacent_rooms
        Numbers of the rooms next to it.
    """

    room_number: RoomLabel
    room_type: TextOrNone = None
    adjacent_rooms: list[RoomNumber] | None = None


class Reservation(Document):
    """One stay.

    Parameters
    ----------
    name
        Label; it may be a guest's name, so no message shows it.
    id
        Any JSON value; the result returns it.
    arrival, length
        First night, and whole nights.
    room_type
        Type that was booked; None or ``"Default"`` for any.
    allowable_room_types
        Further types that it may be given if no room of its own type is possible.
    type_order
        Types in order of preference.
    assigned_room
        Number of its current room.
    is_locked
        Whether it must keep that room.
    adjacency_group
        Label of the group whose members should have adjacent rooms.
    split_group, locked_for_solver, test
        Accepted for older clients: `split_group` is returned, `test` marks the stay in the result,
        `locked_for_solver` does nothing.
    """

    name: str | None = None
    id: Identity = None
    arrival: Date
    length: Nights
    room_type: TextOrNone = None
    allowable_room_types: list[str] | None = None
    type_order: list[str] | None = None
    assigned_room: RoomOrNone = None
    is_locked: bool | None = None
    adjacency_group: TextOrNone = None
    split_group: Identity = None
    locked_for_solver: bool | None = None
    test: bool | None = None


class RoomBlockEntry(Document):
    """Nights on which a room cannot be used.

    Parameters
    ----------
    room_number
        The room.
    start, end
        First night, and the first night on which it can be used again.
    kind
        Why. ``OutOfService`` is a minor defect: the room can be assigned, and nothing else follows from it.
    note
        Any text.
    """

    room_number: RoomLabel
    start: Date
    end: Date
    kind: Literal["OutOfOrder", "OutOfService", "HouseUse", "Hold"] = "OutOfOrder"
    note: str | None = None


class NewReservation(Reservation):
    """One request for a stay: the fields of a reservation, and how it may be split over several rooms.

    Parameters
    ----------
    most_room_changes
        Changes of room that the guest accepts if no single room fits; 2 by default.
    least_piece_nights
        Least nights in each room; 1 by default.
    """

    most_room_changes: RoomChanges | None = None
    least_piece_nights: Nights | None = None


class MinimumStayByWeekday(Document):
    """Minimum stay by arrival weekday; None where the hotel's minimum stay holds."""

    mon: Nights | None = None
    tue: Nights | None = None
    wed: Nights | None = None
    thu: Nights | None = None
    fri: Nights | None = None
    sat: Nights | None = None
    sun: Nights | None = None


class MinimumStayPeriodEntry(Document):
    """Minimum stay of the nights from `start` to `end`, both inclusive."""

    start: Date
    end: Date
    minimum_stay: Nights


class ProblemDocument(Document):
    """A hotel, its stays and the requests about them.

    Parameters
    ----------
    problem_id
        Label of this run.
    rooms, reservations
        The hotel and its stays.
    room_blocks
        Nights on which a room cannot be used.
    new_reservations
        Requests: do they fit, and where? Checked against the current rooms, or against the plan if those are
        not valid.
    minimum_stay
        Nights the hotel wants between stays; 5 by default.
    minimum_stay_by_day, minimum_stay_by_date
        Exceptions by weekday and by period; a period wins.
    request_start_date, request_end_date
        Only stays inside these nights may move.
    schedule_start, schedule_end
        First night that is planned, and the morning after the last one; by default the first arrival and the
        last departure. What lies outside is left out with a warning; a stay that began before is in house and
        keeps its room.
    today
        Day of the plan: a stay that arrives before it keeps its room, and no restriction is for an earlier
        day.
    freeze_days
        Days of arrivals, from `today` on, whose stays keep their rooms too; 0 by default.
    restrictions_for_initial_plan
        Do not re-assign: every stay keeps its room.
    allowable_types_for_new_reservation
        Types that a request may use if its own entry names none.
    test_new_booking
        Only answer whether the requests fit; valid current rooms are not changed.
    """

    problem_id: str
    # The first wrong entry ends the validation of its list; the faults are then collected entry by entry.
    rooms: list[RoomEntry] = Field(max_length=MOST_ROOMS, fail_fast=True)
    reservations: list[Reservation] = Field(max_length=MOST_RESERVATIONS, fail_fast=True)
    room_blocks: list[RoomBlockEntry] | None = Field(default=None, max_length=MOST_BLOCKS, fail_fast=True)
    new_reservations: list[NewReservation] | None = Field(
        default=None, max_length=MOST_RESERVATIONS, fail_fast=True
    )
    minimum_stay: Nights | None = None
    minimum_stay_by_day: MinimumStayByWeekday | None = None
    minimum_stay_by_date: list[MinimumStayPeriodEntry] | None = None
    request_start_date: Date | None = None
    request_end_date: Date | None = None
    schedule_start: Date | None = None
    schedule_end: Date | None = None
    today: Date | None = None
    freeze_days: Nights | None = None
    restrictions_for_initial_plan: bool | None = None
    allowable_types_for_new_reservation: list[str] | None = None
    test_new_booking: bool | None = None
