"""The restrictions of one room type as month calendars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bookingopt_api.console.nights import is_weekend
from optimizer_core.wire import ResultDocument
from optimizer_core.wire.restriction_entries import CalendarEntry, RestrictedDate

HOUSE = "House"
"""Label for stays that accept any room type."""

PROFILES = {
    "full": ("By arrival", "arrival minimum and maximum, closed arrivals and departures"),
    "no-ctd": ("By arrival, no CTD", "arrival minimum and maximum, closed arrivals"),
    "no-maxlos": ("By arrival, no maximum", "arrival minimum, closed arrivals and departures"),
    "arrival-only": ("By arrival alone", "arrival minimum, closed arrivals"),
    "through": ("Stay-through", "minimum and maximum of stays over a night, closed arrivals and departures"),
    "through-only": ("Stay-through alone", "minimum and maximum of stays over a night"),
    "fplos": ("Full pattern", "for each arrival every length that is open"),
}
"""Label of each kind of channel, and which restrictions it accepts."""

_Week = tuple["DayCell | None", ...]


@dataclass(frozen=True, slots=True)
class DayCell:
    """One date of the calendar.

    Parameters
    ----------
    date
        The date.
    entry
        Its restrictions; None if it has none.
    is_weekend, is_today
        As on the chart.
    """

    date: date
    entry: RestrictedDate | None
    is_weekend: bool = False
    is_today: bool = False

    @property
    def lengths(self) -> str:
        """Shortest to longest stay that may arrive; empty if every length may."""
        entry = self.entry
        return "" if entry is None else _range(entry.min_los_arrival, entry.max_los_arrival)

    @property
    def lengths_through(self) -> str:
        """Shortest to longest stay that may occupy the night; empty if every length may."""
        entry = self.entry
        return "" if entry is None else _range(entry.min_los_through, entry.max_los_through)

    @property
    def open_lengths(self) -> str:
        """The lengths that the full pattern leaves open, such as ``1–3, 7``; empty without a pattern."""
        pattern = "" if self.entry is None else self.entry.full_pattern_los or ""
        return ", ".join(_runs([n + 1 for n, letter in enumerate(pattern) if letter == "Y"])) or (
            "none" if pattern else ""
        )


@dataclass(frozen=True, slots=True)
class Month:
    """One month: weeks from Monday to Sunday, None for days of other months or outside the schedule."""

    first: date
    weeks: tuple[_Week, ...]


@dataclass(frozen=True, slots=True)
class RestrictionView:
    """The data that the template shows.

    Parameters
    ----------
    entry
        The calendar chosen.
    types, profiles
        The choices: label and room type (empty for the whole hotel); label, meaning and profile.
    months
        The calendar.
    """

    entry: CalendarEntry
    types: tuple[tuple[str, str], ...]
    profiles: tuple[tuple[str, str, str], ...]
    months: tuple[Month, ...]

    @property
    def losses(self) -> str:
        """Cost of the restrictions, as a sentence."""
        entry = self.entry
        refused, bad = entry.refused_good_stays, entry.admitted_bad_stays
        said = f"Of {entry.good_stays:,} good stays these restrictions refuse {refused:,}"
        if refused and entry.fewest_refused_good_stays == refused:
            said += ", proved the fewest for a channel of this kind"
        return f"{said}; of {entry.bad_stays:,} bad ones they let in {bad:,}."


def restriction_view(
    result: ResultDocument, today: date, room_type: str = "", profile: str = ""
) -> RestrictionView | None:
    """Return the calendar of a type for a kind of channel.

    Parameters
    ----------
    result
        The result document.
    today
        The date to be marked.
    room_type, profile
        As in the result, an empty type for the whole hotel. If the result has no such calendar, the first one
        is taken.

    Returns
    -------
    RestrictionView or None
        None if the result has no restrictions.
    """
    calendars = result.restriction_calendars
    if not calendars:
        return None
    of_type = [entry for entry in calendars if (entry.room_type or "") == room_type] or [
        entry for entry in calendars if entry.room_type == calendars[0].room_type
    ]
    chosen = next((entry for entry in of_type if entry.profile == profile), of_type[0])
    types = dict.fromkeys((entry.room_type or HOUSE, entry.room_type or "") for entry in calendars)
    profiles = tuple((*PROFILES.get(entry.profile, (entry.profile, "")), entry.profile) for entry in of_type)
    return RestrictionView(chosen, tuple(types), profiles, tuple(_months(chosen, today)))


def _months(entry: CalendarEntry, today: date) -> Iterator[Month]:
    by_date = {day.date: day for day in entry.dates}
    first = entry.start.replace(day=1)
    while first < entry.end:
        following = (first + timedelta(31)).replace(day=1)
        days = [first + timedelta(offset) for offset in range((following - first).days)]
        cells = [
            DayCell(day, by_date.get(day), is_weekend(day), day == today)
            if entry.start <= day < entry.end
            else None
            for day in days
        ]
        yield Month(first, tuple(_weeks(first, cells)))
        first = following


def _weeks(first: date, cells: Sequence[DayCell | None]) -> Iterator[_Week]:
    padded = [None] * first.weekday() + list(cells)
    padded += [None] * (-len(padded) % 7)
    for start in range(0, len(padded), 7):
        week = tuple(padded[start : start + 7])
        if any(week):
            yield week


def _range(least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return ""
    if most is None:
        return f"≥ {least}"
    return f"≤ {most}" if least is None else (f"{least}" if least == most else f"{least}–{most}")


def _runs(numbers: Sequence[int]) -> Iterator[str]:
    """Yield runs of consecutive numbers, such as ``1–3`` and ``7``."""
    start = 0
    for index, number in enumerate(numbers):
        if index + 1 == len(numbers) or numbers[index + 1] != number + 1:
            first = numbers[start]
            yield f"{first}" if first == number else f"{first}–{number}"
            start = index + 1
