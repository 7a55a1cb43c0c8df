"""What is written in a cell: dates, numbers of nights, yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import Enum

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_POINTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: .*)?")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?: .*)?")
_NAMED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*\.?[- ](\d{4})(?: .*)?")
_WHOLE = re.compile(r"(\d{1,6})(?:[.,]0*)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TRUE = frozenset({"1", "true", "t", "yes", "y", "x", "locked"})
_FALSE = frozenset({"", "0", "false", "f", "no", "n", "-", "none", "null", "unlocked"})


class DateOrder(Enum):
    """What ``03/04/2026`` means."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class UnclearDates(ValueError):
    """Dates of a column can be read in two ways, or in none; the message says so and tells the remedy."""


def date_order(texts: Iterable[str]) -> DateOrder | None:
    """Return which number is the day where dates are written with slashes; None if none are.

    Parameters
    ----------
    texts
        Every date of a file.

    Raises
    ------
    UnclearDates
        If nothing tells, or the dates contradict each other.
    """
    found = [match for text in texts if (match := _SLASHES.fullmatch(text))]
    if not found:
        return None
    has_day_first = any(int(match[1]) > 12 for match in found)
    has_month_first = any(int(match[2]) > 12 for match in found)
    if has_day_first != has_month_first:
        return DateOrder.DAY_FIRST if has_day_first else DateOrder.MONTH_FIRST
    example = found[0][0]
    if has_day_first:
        raise UnclearDates(f"some dates like {example!r} begin with the day, others with the month")
    raise UnclearDates(
        f"{example!r} may begin with the day or with the month, and no other date tells; "
        "write YYYY-MM-DD, or say which comes first"
    )


def read_date(text: str, order: DateOrder | None) -> date | None:
    """Return a date; None if the text is none.

    Parameters
    ----------
    text
        ``2026-05-14``, ``14.05.2026``, ``14 May 2026`` or, with an order, ``14/05/2026``; a time of day
        behind it is left out.
    order
        Which number of a date with slashes is the day.
    """
    if match := _ISO.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _POINTS.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := _NAMED.fullmatch(text):
        if match[2].casefold() not in _MONTHS:
            return None
        day, month, year = int(match[1]), 1 + _MONTHS.index(match[2].casefold()), int(match[3])
    elif order is not None and (match := _SLASHES.fullmatch(text)):
        first, second, year = map(int, match.groups())
        day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_nights(text: str) -> int | None:
    """Return a number of nights, at least 1; None if the text is none."""
    match = _WHOLE.fullmatch(text)
    return int(match[1]) or None if match else None


def read_yes_or_no(text: str) -> bool | None:
    """Return what a cell answers; None if it is neither yes nor no."""
    plain = text.casefold()
    return True if plain in _TRUE else False if plain in _FALSE else None
