"""Entries of the result document about restrictions."""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from typing import Annotated

from pydantic import Field

from optimizer_core.wire.kinds import Date, Nights
from optimizer_core.wire.model import Document


class RestrictedDate(Document):
    """The restrictions of one date; null means no restriction.

    Parameters
    ----------
    date
        The date.
    min_los_arrival, max_los_arrival
        Least and greatest length of stays that arrive on the date.
    closed_to_arrival, closed_to_departure
        Whether no stay may begin, or end, on the date.
    min_los_through, max_los_through
        Least and greatest length of stays that occupy the night.
    full_pattern_los
        ``Y`` or ``N`` for each length from one night on; longer ones are closed.
    """

    date: Date
    min_los_arrival: Nights | None = None
    max_los_arrival: Nights | None = None
    closed_to_arrival: bool = False
    closed_to_departure: bool = False
    min_los_through: Nights | None = None
    max_los_through: Nights | None = None
    full_pattern_los: Annotated[str, Field(pattern="^[YN]+$")] | None = None


class CalendarEntry(Document):
    """The restrictions of one room type for one kind of channel, and what they lose.

    Parameters
    ----------
    room_type
        The type; null for the hotel, that is, for stays that accept any type.
    profile
        The profile of the channel: ``full``, ``no-ctd``, ``no-maxlos``, ``arrival-only``, ``through``,
        ``through-only``, ``fplos``.
    start, end
        First date, and the date after the last one; that is the last departure of the schedule.
    dates
        The dates with a restriction.
    good_stays, bad_stays
        Stays that fit: with a cost of at most, and of more than, the threshold.
    refused_good_stays, refused_good_nights
        Good stays that the restrictions refuse, and their nights.
    refused_good_stays_by_length, refused_good_stays_by_restriction
        The same by length in nights, and by restriction; each adds up to the whole.
    admitted_bad_stays
        Admitted bad stays.
    fewest_refused_good_stays
        Proved lower bound: a channel of this kind cannot refuse fewer.
    """

    room_type: str | None = None
    profile: str
    start: Date
    end: Date
    dates: list[RestrictedDate] = []
    good_stays: int = 0
    bad_stays: int = 0
    refused_good_stays: int = 0
    refused_good_nights: int = 0
    refused_good_stays_by_length: dict[str, int] = {}
    refused_good_stays_by_restriction: dict[str, int] = {}
    admitted_bad_stays: int = 0
    fewest_refused_good_stays: int = 0
