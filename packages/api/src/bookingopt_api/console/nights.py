"""The columns of a chart: one night each, grouped by month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
"""Short names from Monday on; the script of the page writes them in the reader's locale."""


@dataclass(frozen=True, slots=True)
class Night:
    """One column.

    Parameters
    ----------
    date
        The night.
    is_today
        Whether it is tonight.
    """

    date: date
    is_today: bool = False

    @property
    def weekday(self) -> str:
        """Two letters."""
        return WEEKDAYS[self.date.weekday()]

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or a Sunday."""
        return is_weekend(self.date)

    @property
    def classes(self) -> str:
        """CSS classes: ``we`` for a weekend, ``to`` for tonight, ``mo`` for the first of a month."""
        marks = (("we", self.is_weekend), ("to", self.is_today), ("mo", self.date.day == 1))
        return " ".join(name for name, holds in marks if holds)


def is_weekend(day: date) -> bool:
    """Return whether a date is marked as a weekend: a Saturday or a Sunday."""
    return day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Columns:
    """A run of equal columns."""

    span: int
    classes: str


def nights_of(start: date, end: date, today: date) -> tuple[Night, ...]:
    """Return the nights ``[start, end)``."""
    dates = (start + timedelta(offset) for offset in range((end - start).days))
    return tuple(Night(day, day == today) for day in dates)


def columns_of(nights: Iterable[Night]) -> tuple[Columns, ...]:
    """Return the columns, with equal neighbors merged."""
    groups = groupby(nights, key=lambda night: night.classes)
    return tuple(Columns(len(list(equal)), classes) for classes, equal in groups)
