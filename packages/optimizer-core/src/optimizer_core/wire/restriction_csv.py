"""Restriction calendars as a table for spreadsheets: one line for each date and room type."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import timedelta

from optimizer_core.domain import RestrictionCalendar
from optimizer_core.wire.calendars import pattern_text
from optimizer_core.wire.csv_cells import guarded, weekday

HOUSE = "(house)"
"""Room type of the lines for stays that accept any type."""

_HEADER = (
    "date",
    "weekday",
    "room_type",
    "min_los_arrival",
    "max_los_arrival",
    "closed_to_arrival",
    "closed_to_departure",
    "min_los_through",
    "max_los_through",
    "full_pattern_los",
)


def restrictions_csv(calendars: Mapping[str | None, RestrictionCalendar]) -> bytes:
    """Return the calendars as CSV in UTF-8 with a header; an empty cell means no restriction.

    A room type that a spreadsheet would treat as a formula gets an apostrophe before it.

    Parameters
    ----------
    calendars
        By room type; None for the hotel.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(_HEADER)
    for room_type, calendar in calendars.items():
        label = HOUSE if room_type is None else guarded(room_type)
        for position, day in enumerate(calendar.days):
            date = calendar.start + timedelta(position)
            pattern = day.full_pattern_los
            writer.writerow(
                (
                    date.isoformat(),
                    weekday(date),
                    label,
                    day.min_los_arrival_nights,
                    day.max_los_arrival_nights,
                    _mark(day.closed_to_arrival),
                    _mark(day.closed_to_departure),
                    day.min_los_through_nights,
                    day.max_los_through_nights,
                    None if pattern is None else pattern_text(pattern),
                )
            )
    return text.getvalue().encode()


def _mark(is_closed: bool) -> str | None:
    return "x" if is_closed else None
