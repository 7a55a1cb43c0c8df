"""Enquiries: a few requests about a hotel that is planned already."""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from pydantic import Field

from optimizer_core.wire.kinds import Date, Nights, RoomChanges, TextOrNone
from optimizer_core.wire.model import Document


class RequestedStay(Document):
    """One more stay that is asked for.

    Parameters
    ----------
    arrival, length
        First night and nights.
    room_type
        The type; None where any will do.
    allowable_room_types
        Further types it may be given, best first.
    most_room_changes
        Changes of room that the guest accepts where no single room will do.
    least_piece_nights
        Nights that the guest must at least have in each room.
    """

    arrival: Date
    length: Nights
    room_type: TextOrNone = None
    allowable_room_types: list[str] = []
    most_room_changes: RoomChanges = 0
    least_piece_nights: Nights = 1


class EnquiryDocument(Document):
    """Requests, each to be answered for itself."""

    requests: list[RequestedStay] = Field(min_length=1)
