"""Values of a wrong type are refused where an object is made; the message names field, value and remedy.

Documents are checked by `optimizer_core.wire`. What comes here comes from Python code, so the error is a
`TypeError`.
"""

from __future__ import annotations

import reprlib
from collections.abc import Collection
from datetime import date, datetime
from numbers import Rational


def wrong_type(field: str, value: object, wanted: str, remedy: str = "") -> TypeError:
    """Return the error about one value.

    Parameters
    ----------
    field
        Class and field, or the argument: ``Room.number``.
    value
        The value.
    wanted
        What is accepted, with its article.
    remedy
        What to write instead; empty if `wanted` says enough.
    """
    given = f"{reprlib.repr(value)} ({type(value).__name__})"
    return TypeError(f"{field} must be {wanted}, not {given}" + (f"; {remedy}" if remedy else ""))


def check_text(field: str, value: object, *, or_none: bool = False) -> None:
    """Raise a `TypeError` unless the value is text."""
    if isinstance(value, str) or (or_none and value is None):
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    wanted = "text or None" if or_none else "text"
    raise wrong_type(field, value, wanted, f"write {str(value)!r}" if is_number else "")


def check_date(field: str, value: object, *, or_none: bool = False) -> None:
    """Raise a `TypeError` unless the value is a date without a time."""
    if (isinstance(value, date) and not isinstance(value, datetime)) or (or_none and value is None):
        return
    remedy = "write date(2026, 5, 1)"
    if isinstance(value, datetime):
        remedy = "call its .date()"
    elif isinstance(value, str):
        remedy = "convert it with date.fromisoformat(...)"
    raise wrong_type(field, value, "a datetime.date or None" if or_none else "a datetime.date", remedy)


def check_whole(field: str, value: object, *, or_none: bool = False) -> None:
    """Raise a `TypeError` unless the value is a whole number; True and 3.0 are not."""
    if (isinstance(value, int) and not isinstance(value, bool)) or (or_none and value is None):
        return
    is_whole = isinstance(value, float) and value.is_integer()
    remedy = f"write {value:.0f}" if is_whole else "write a number such as 3"
    raise wrong_type(
        field, value, "a whole number (int) or None" if or_none else "a whole number (int)", remedy
    )


def check_number(field: str, value: object, *, or_none: bool = False) -> None:
    """Raise a `TypeError` unless the value is an int, float or Fraction."""
    if isinstance(value, Rational | float) and not isinstance(value, bool):
        return
    if or_none and value is None:
        return
    raise wrong_type(
        field, value, "a number or None" if or_none else "a number", "write a number such as 2.5"
    )


def check_flag(field: str, value: object) -> None:
    """Raise a `TypeError` unless the value is True or False."""
    if not isinstance(value, bool):
        raise wrong_type(field, value, "True or False")


def check_texts(field: str, values: object, kind: type[Collection[object]]) -> None:
    """Raise a `TypeError` unless the value is a tuple or frozenset, and all of it text."""
    example = "('Suite',)" if kind is tuple else "frozenset({'102'})"
    if not isinstance(values, kind):
        raise wrong_type(field, values, f"a {kind.__name__} of texts", f"write {example}")
    for value in values:
        check_text(f"each entry of {field}", value)


def check_all(field: str, values: object, kind: type) -> None:
    """Raise a `TypeError` unless the value is a sequence of objects of one class."""
    name = kind.__name__
    if not isinstance(values, list | tuple):
        raise wrong_type(field, values, f"a tuple of {name}", f"write ({name}(...), {name}(...))")
    for index, value in enumerate(values):
        if not isinstance(value, kind):
            raise wrong_type(f"{field}[{index}]", value, f"a {name}", f"write {name}(...)")


def check_kind(field: str, value: object, kind: type, example: str) -> None:
    """Raise a `TypeError` unless the value is an object of a class."""
    if not isinstance(value, kind):
        raise wrong_type(field, value, f"a {kind.__name__}", f"write {example}")
