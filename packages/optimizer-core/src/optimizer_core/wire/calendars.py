"""Converts restriction calendars to entries of the result document, and back."""

from __future__ import annotations

from datetime import timedelta

from optimizer_core.domain import DailyRestriction, RestrictionCalendar
from optimizer_core.restrictions import Restrictions
from optimizer_core.wire.restriction_entries import CalendarEntry, RestrictedDate


def calendar_entry(restrictions: Restrictions, room_type: str | None) -> CalendarEntry:
    """Return restrictions as an entry.

    Parameters
    ----------
    restrictions
        The restrictions and what they lose.
    room_type
        The type; None for the hotel.
    """
    calendar, tally = restrictions.calendar, restrictions.tally
    return CalendarEntry(
        room_type=room_type,
        profile=restrictions.profile.value,
        start=calendar.start,
        end=calendar.end,
        dates=[
            _entry(calendar, position, day) for position, day in enumerate(calendar.days) if not day.is_open
        ],
        good_stays=tally.good,
        bad_stays=tally.bad,
        refused_good_stays=tally.refused_good,
        refused_good_nights=tally.refused_good_nights,
        refused_good_stays_by_length={str(los): count for los, count in tally.refused_good_by_los.items()},
        refused_good_stays_by_restriction=dict(tally.refused_good_by_kind),
        admitted_bad_stays=tally.admitted_bad,
        fewest_refused_good_stays=restrictions.fewest_refused,
    )


def _entry(calendar: RestrictionCalendar, position: int, day: DailyRestriction) -> RestrictedDate:
    pattern = day.full_pattern_los
    return RestrictedDate(
        date=calendar.start + timedelta(position),
        min_los_arrival=day.min_los_arrival_nights,
        max_los_arrival=day.max_los_arrival_nights,
        closed_to_arrival=day.closed_to_arrival,
        closed_to_departure=day.closed_to_departure,
        min_los_through=day.min_los_through_nights,
        max_los_through=day.max_los_through_nights,
        full_pattern_los=None if pattern is None else pattern_text(pattern),
    )


def calendar_of(entry: CalendarEntry) -> RestrictionCalendar:
    """Return the calendar of an entry."""
    days = [DailyRestriction()] * (entry.end - entry.start).days
    for date in entry.dates:
        pattern = date.full_pattern_los
        days[(date.date - entry.start).days] = DailyRestriction(
            date.min_los_arrival,
            date.max_los_arrival,
            date.closed_to_arrival,
            date.closed_to_departure,
            date.min_los_through,
            date.max_los_through,
            None if pattern is None else pattern_of(pattern),
        )
    return RestrictionCalendar(entry.start, tuple(days))


def pattern_text(pattern: tuple[bool, ...]) -> str:
    """Return a full pattern as ``Y`` and ``N``, from one night on."""
    return "".join("Y" if is_open else "N" for is_open in pattern)


def pattern_of(text: str) -> tuple[bool, ...]:
    """Return the full pattern of ``Y`` and ``N``."""
    return tuple(letter == "Y" for letter in text)
