"""Cells of tables for spreadsheets."""

from __future__ import annotations

import unicodedata
from datetime import date

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""Weekdays in English, whatever the locale; Monday first."""

_STARTS_A_FORMULA = ("=", "+", "-", "@")
_CONTROLS = ("\t", "\r", "\n")


def guarded(text: str) -> str:
    """Return a text, with an apostrophe before it if a spreadsheet would treat it as a formula.

    Spreadsheets skip white space and zero-width characters, and treat full-width signs as the usual ones.
    """
    normal = unicodedata.normalize("NFKC", text)
    visible = "".join(sign for sign in normal if not _is_skipped(sign))
    return f"'{text}" if visible.startswith(_STARTS_A_FORMULA) or text.startswith(_CONTROLS) else text


def _is_skipped(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in {"Cc", "Cf"}


def weekday(day: date) -> str:
    """Return the weekday of a date in three letters."""
    return WEEKDAYS[day.weekday()]
