"""Enquiries: a few requests about a planned hotel."""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from pydantic import Field

from optimizer_core.wire.kinds import Date, Nights, RoomChanges, TextOrNone
from optimizer_core.wire.model import Document


class RequestedStay(Document):
    """One requested stay.

    Parameters
    ----------
    arrival, length
        First night and nights.
    room_type
        The type; None for any.
    allowable_room_types
        Further types that it may be given, best first.
    most_room_changes
        Changes of room that the guest accepts if no single room fits.
    least_piece_nights
        Least nights in each room.
    """

    arrival: Date
    length: Nights
    room_type: TextOrNone = None
    allowable_room_types: list[str] = []
    most_room_changes: RoomChanges = 0
    least_piece_nights: Nights = 1


class EnquiryDocument(Document):
    """Requests, each answered separately."""

    requests: list[RequestedStay] = Field(min_length=1)
