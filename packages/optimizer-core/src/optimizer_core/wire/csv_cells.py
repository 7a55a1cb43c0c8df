"""Cells of tables for spreadsheets."""

from __future__ import annotations

from datetime import date

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""Weekdays in English, whatever the machine speaks; Monday first."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(text: str) -> str:
    """Return a text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def weekday(day: date) -> str:
    """Return the weekday of a date in three letters."""
    return WEEKDAYS[day.weekday()]
