"""The kinds of values in documents, and the description of a value of a wrong kind.

JSON numbers such as ``9.0`` count as whole. Text is never accepted as a number, nor a number as text.
"""

from __future__ import annotations

import math
import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_NIGHTS = 1_000_000
_SHOWN_CHARACTERS = 40
_HIGHEST_ROOM = 10**15


def number(value: Fraction | None) -> float | None:
    """Return a number of points in the form of documents; None stays None."""
    return None if value is None else float(value)


def described(value: object) -> str:
    """Return a value for messages; text with letters is not shown, as it may be a guest's name."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if isinstance(value, int | float):
        return _shortened(str(value))
    if isinstance(value, str):
        return "text" if any(character.isalpha() for character in value) else _shortened(repr(value))
    return "a list" if isinstance(value, list) else "an object"


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def _fault(message: str, value: object) -> PydanticCustomError:
    # The message is passed as a value: braces in it must not be treated as a template.
    return PydanticCustomError("kind", "{message}", {"message": f"{described(value)} {message}"})


def _date(value: object) -> object:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise _fault("is a date that does not exist", value) from None
    if type(value) is date:
        return value
    raise _fault("is not a date; write YYYY-MM-DD", value)


def _nights(value: object) -> object:
    if type(value) is int and -_LONGEST_NIGHTS <= value <= _LONGEST_NIGHTS:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) <= _LONGEST_NIGHTS:
        return int(value)
    if isinstance(value, float) and math.isfinite(value) and not value.is_integer():
        raise _fault("is not a whole number of nights", value)
    if type(value) in (int, float):
        raise _fault("is not a number of nights", value)
    raise _fault("where a whole number of nights is expected", value)


def _text_or_none(value: object) -> object:
    return None if value is None or value in ("", "None") else value


def _room(value: object) -> object:
    """Return the text of a room number that is written as a JSON number."""
    if type(value) is str:
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if type(value) is int and 0 <= value < _HIGHEST_ROOM else value


def _room_or_none(value: object) -> object:
    return _text_or_none(_room(value))


def _identity(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        raise _fault("is not a JSON value", value)
    return value


Date = Annotated[date, BeforeValidator(_date)]
"""A day as ``YYYY-MM-DD``."""

Nights = Annotated[int, BeforeValidator(_nights)]
"""A whole number of nights; ``9.0`` is one, ``9.5`` and ``"9"`` are not."""

Number = Annotated[float, Field(allow_inf_nan=False)]
"""A number; gap costs are dyadic and therefore written exactly."""

RoomChanges = Annotated[int, Field(le=1000)]
"""Changes of room during one stay, at most 1,000."""

Label = Annotated[str, Field(min_length=1)]
"""Text that is not empty."""

RoomNumber = Annotated[str, BeforeValidator(_room, json_schema_input_type=str | int)]
"""Number of a room: text, or a JSON number that is whole: ``101`` and ``101.0`` mean ``"101"``."""

RoomLabel = Annotated[str, Field(min_length=1), BeforeValidator(_room, json_schema_input_type=str | int)]
"""Number of a room that is not empty."""

RoomOrNone = Annotated[str | None, BeforeValidator(_room_or_none, json_schema_input_type=str | int | None)]
"""Number of a room; ``""``, ``"None"`` and null all mean no room."""

TextOrNone = Annotated[str | None, BeforeValidator(_text_or_none)]
"""Text; ``""``, ``"None"`` and null all mean no value."""

Identity = Annotated[Any, BeforeValidator(_identity)]
"""Any JSON value, returned unchanged."""
