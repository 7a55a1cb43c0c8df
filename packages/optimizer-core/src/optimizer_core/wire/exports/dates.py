"""Dates as hotel systems and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from optimizer_core.wire.exports.folding import folded

# Month names in English, German, French, Spanish, Italian, Portuguese and Dutch, without accents. A prefix of
# at least three letters is enough. Seven names a month are no reason for a library of 10 MB.
_MONTHS = (
    ("january", "januar", "janvier", "enero", "gennaio", "janeiro", "januari", "janner", "jaenner"),
    ("february", "februar", "fevrier", "febrero", "febbraio", "fevereiro", "februari"),
    ("march", "marz", "maerz", "mrz", "mars", "marzo", "marco", "maart", "mrt"),
    ("april", "avril", "abril", "aprile"),
    ("may", "mai", "mayo", "maggio", "maio", "mei"),
    ("june", "juni", "juin", "junio", "giugno", "junho"),
    ("july", "juli", "juillet", "julio", "luglio", "julho"),
    ("august", "aout", "agosto", "augustus"),
    ("september", "septembre", "septiembre", "settembre", "setembro", "setiembre"),
    ("october", "oktober", "octobre", "octubre", "ottobre", "outubro"),
    ("november", "novembre", "noviembre", "novembro"),
    ("december", "dezember", "decembre", "diciembre", "dicembre", "dezembro"),
)
_SHORTEST_PREFIX = 3

_TIME = re.compile(
    r"(?P<day>.*?)(?:T|,? +|, *)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2}(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_DAY_ZONE = re.compile(r"(?P<day>\d[\d./-]*\d)\s*(?P<zone>Z)", re.IGNORECASE)
_WEEKDAY = re.compile(r"[^\W\d_]{2,10}[.,]{0,2}\s+(?=\d)")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_POINTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})")
_SLASHES = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})")
_SERIAL = re.compile(r"([2-6]\d{4})(?:[.,]\d+)?")
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_FIRST_SERIAL = date(1899, 12, 30)
_UTC_NAMES = frozenset({"z", "utc", "gmt"})
_NOON = 12
_CENTURY = 2000
_YEAR_DIGITS = 4


class DateOrder(Enum):
    """Meaning of dates such as ``03/04/2026``."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class UnclearDates(ValueError):
    """Dates of a column are ambiguous or inconsistent; the message explains it and names the remedy.

    Parameters
    ----------
    message
        What is unclear.
    text
        The first cell that is.
    """

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


class UtcWithoutZone(ValueError):
    """A stamp is in UTC, and the time zone of the hotel is not known."""


@dataclass(frozen=True, slots=True)
class DateReader:
    """Reads the dates of one file.

    Parameters
    ----------
    order
        Which number of a date with slashes is the day; None if no date needs it.
    zone
        Time zone of the hotel, for stamps in UTC; None if not known.
    """

    order: DateOrder | None = None
    zone: ZoneInfo | None = None

    def read(self, text: str, *, is_utc: bool = False) -> date | None:
        """Return the date at the hotel; None if the text is not a date.

        Parameters
        ----------
        text
            Such as ``2026-05-14``, ``14.05.26``, ``May 14, 2026``, ``14-MAY-26``, ``46156`` (a spreadsheet's
            number of the day) or, with an order, ``14/05/2026``; a weekday before it and a time of day after
            it are accepted. An offset from UTC says that the time is the local one.
        is_utc
            Whether the column is in UTC even if the stamp does not say so.

        Raises
        ------
        UtcWithoutZone
            If the stamp is in UTC and the time zone is not known.
        """
        found = _TIME.fullmatch(text) or _DAY_ZONE.fullmatch(text)
        day = self._day(found["day"] if found else text)
        zone = (found["zone"] or "").casefold() if found else ""
        if day is None or not (zone in _UTC_NAMES or (is_utc and not zone)):
            return day
        if self.zone is None:
            raise UtcWithoutZone
        clock = _clock(found) if found and "hour" in found.groupdict() else None
        if clock is None:
            return day  # a day without a time cannot be shifted
        return datetime.combine(day, clock, UTC).astimezone(self.zone).date()

    def _day(self, text: str) -> date | None:
        text = text.strip()
        try:
            return self._numeric(_WEEKDAY.sub("", text, count=1)) or _named(text)
        except ValueError:
            return None

    def _numeric(self, text: str) -> date | None:
        if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
            year, month, day = map(int, match.groups())
            return date(year, month, day)
        if match := _POINTS.fullmatch(text):
            return date(_year(match[3]), int(match[2]), int(match[1]))
        if match := _SLASHES.fullmatch(text):
            if self.order is None:
                return None
            first, second = int(match[1]), int(match[2])
            day, month = (first, second) if self.order is DateOrder.DAY_FIRST else (second, first)
            return date(_year(match[3]), month, day)
        if match := _SERIAL.fullmatch(text):
            return _FIRST_SERIAL + timedelta(int(match[1]))
        return None


def date_order(texts: Iterable[str]) -> DateOrder | None:
    """Return which number of dates with slashes is the day; None without such dates.

    Parameters
    ----------
    texts
        Every date of a file.

    Raises
    ------
    UnclearDates
        If no date decides it, or the dates contradict each other.
    """
    found: dict[str, re.Match[str]] = {}
    for text in dict.fromkeys(texts):
        timed = _TIME.fullmatch(text)
        day = _WEEKDAY.sub("", (timed["day"] if timed else text).strip(), count=1)
        if match := _SLASHES.fullmatch(day):
            found[text] = match
    if not found:
        return None
    has_day_first = any(int(match[1]) > _NOON for match in found.values())
    has_month_first = any(int(match[2]) > _NOON for match in found.values())
    if has_day_first != has_month_first:
        return DateOrder.DAY_FIRST if has_day_first else DateOrder.MONTH_FIRST
    text, example = next((text, match[0]) for text, match in found.items())
    if has_day_first:
        message = f"some dates like {example!r} begin with the day, others with the month; write YYYY-MM-DD"
        raise UnclearDates(message, text)
    raise UnclearDates(
        f"{example!r} may begin with the day or with the month, and no other date shows which; "
        "choose --day-first or --month-first, or write YYYY-MM-DD",
        text,
    )


def _named(text: str) -> date | None:
    """Return a date with the name of its month: ``14 May 2026``, ``May 14, 2026``, ``14-MAY-26``."""
    parts = _PARTS.findall(text)
    numbers = [part for part in parts if part.isascii() and part.isdecimal()]
    months = [month for part in parts if part not in numbers and (month := _month(part))]
    if len(numbers) != 2 or not months or len(parts) > _YEAR_DIGITS + 2:
        return None
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    if len(year) not in {2, _YEAR_DIGITS} or len(day) > 2:
        return None
    return date(_year(year), months[-1], int(day))  # the word before it may be a weekday: "mar. 12 mai"


def _month(word: str) -> int | None:
    plain = folded(word)
    if len(plain) < _SHORTEST_PREFIX:
        return None
    found = [at for at, names in enumerate(_MONTHS, 1) if any(name.startswith(plain) for name in names)]
    return found[0] if len(found) == 1 else None


def _year(text: str) -> int:
    return int(text) if len(text) == _YEAR_DIGITS else _CENTURY + int(text)


def _clock(found: re.Match[str]) -> time | None:
    hour, half = int(found["hour"]), (found["half"] or "").casefold()
    if half:
        hour = hour % _NOON + (_NOON if half.startswith("p") else 0)
    try:
        return time(hour, int(found["minute"]))
    except ValueError:
        return None
