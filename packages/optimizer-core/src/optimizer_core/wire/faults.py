"""Converts errors of pydantic and the domain to plain faults with places of the document."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from optimizer_core.errors import MORE_FAULTS, MOST_FAULTS, Fault
from optimizer_core.wire.kinds import described

_BELONGS = {
    "bool_type": "where true or false is expected",
    "string_type": "where text is expected",
    "list_type": "where a list is expected",
    "dict_type": "where an object is expected",
    "model_type": "where an object is expected",
    "int_type": "where a whole number is expected",
    "float_type": "where a number is expected",
    "literal_error": "is not one of the values allowed here",
}

_PLACES: dict[str, str] = {
    "stays": "Reservations",
    "requests": "NewReservations",
    "rooms": "Rooms",
    "number": "RoomNumber",
    "los_nights": "Length",
    "departure": "Length",
    "arrival": "Arrival",
    "room_type": "RoomType",
    "further_types": "AllowableRoomTypes",
    "most_changes": "MostRoomChanges",
    "least_piece_nights": "LeastPieceNights",
    "current_room": "AssignedRoom",
    "stay_id": "Id",
    "movable_first": "RequestStartDate",
    "movable_last": "RequestEndDate",
    "schedule_start": "ScheduleStart",
    "schedule_end": "ScheduleEnd",
    "today": "Today",
    "freeze_days": "FreezeDays",
    "nights": "MinimumStay",
    "first": "Start",
    "last": "End",
}
_MINIMUM_STAY_PLACES = {
    "default_nights": "MinimumStay",
    "by_weekday": "MinimumStayByDay",
    "by_period": "MinimumStayByDate",
}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""Weekdays as the documents name them; Monday is 0 in the domain."""


def of_validation(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """Return the faults of a pydantic error, at most ``MOST_FAULTS + 1``.

    Parameters
    ----------
    error
        The error of validating a document against `model`.
    model
        The model of the document; its field names are used for places and spelling suggestions.
    """
    return [_of_line(line, model) for line in error.errors(include_url=False)[: MOST_FAULTS + 1]]


def of_domain(faults: Iterable[Fault]) -> list[Fault]:
    """Return the domain's faults with the places of the document."""
    return [Fault(_document_place(fault.place), fault.message) for fault in faults]


def in_order(faults: Sequence[Fault], model: type[BaseModel]) -> list[Fault]:
    """Return the faults in the order of the model's fields.

    Parameters
    ----------
    faults
        Any faults of one document.
    model
        The model of the document.
    """
    position = {field.alias: index for index, field in enumerate(model.model_fields.values())}

    def key(fault: Fault) -> tuple[float, int]:
        if fault == MORE_FAULTS:
            return math.inf, 1
        field = position.get(str(fault.place[0]), math.inf) if fault.place else -1
        row = fault.place[1] if len(fault.place) > 1 else 0
        return field, row if isinstance(row, int) else 0

    return sorted(faults, key=key)


def _of_line(line: Any, model: type[BaseModel]) -> Fault:
    place, owner = _spelled(line["loc"], model)
    kind, value, context = line["type"], line["input"], line.get("ctx", {})
    match kind:
        case "kind":
            message = context["message"]
        case "missing":
            message = "is missing; it is required"
        case "extra_forbidden":
            message = _unknown(str(place[-1]), owner)
        case "too_long":
            message = (
                f"has {context['actual_length']:,} entries; at most {context['max_length']:,} are accepted"
            )
        case "string_too_short":
            message = "is empty; text is required"
        case _ if kind in _BELONGS:
            message = f"{described(value)} {_BELONGS[kind]}"
        case _:
            message = f"{described(value)} is not accepted here: {line['msg']}"
    return Fault(place, message)


def _spelled(
    location: tuple[int | str, ...], model: type[BaseModel]
) -> tuple[tuple[int | str, ...], type[BaseModel] | None]:
    """Return a place in the document's own spelling, and the model of the object at its end."""
    place: list[int | str] = []
    owner: type[BaseModel] | None = model
    current: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, int) or current is None:
            place.append(part)
            continue
        owner = current
        fields = _fields(current)
        name = fields.get(part, part)
        place.append(name if name.isprintable() else repr(name))
        current = _inner_model(current, name)
    return tuple(place), owner


def _fields(model: type[BaseModel]) -> dict[str, str]:
    """Return the document's spelling of each accepted spelling of a field."""
    spellings: dict[str, str] = {}
    for name, field in model.model_fields.items():
        alias = field.alias or name
        spellings |= {name: alias, alias: alias}
    return spellings


def _inner_model(model: type[BaseModel], alias: str) -> type[BaseModel] | None:
    for name, field in model.model_fields.items():
        if alias in {name, field.alias}:
            return next(_models_in(field.annotation), None)
    return None


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _unknown(name: str, owner: type[BaseModel] | None) -> str:
    fields = _fields(owner) if owner is not None else {}
    if name in fields:
        return "the field is given twice, in two spellings; keep one"
    known = sorted(set(fields.values()))
    by_lower = {alias.lower(): alias for alias in known}
    close = difflib.get_close_matches(name.replace("_", "").lower(), by_lower, n=1)
    if close:
        return f"unknown field; did you mean {by_lower[close[0]]}?"
    return f"unknown field; known are {', '.join(known)}" if known else "unknown field"


def _document_place(place: tuple[str | int, ...]) -> tuple[str | int, ...]:
    if place[:1] == ("minimum_stay",):
        field, *rest = place[1:]
        return (_MINIMUM_STAY_PLACES[str(field)], *map(_minimum_stay_part(str(field)), rest))
    return tuple(_PLACES.get(part, part) if isinstance(part, str) else part for part in place)


def _minimum_stay_part(field: str) -> Callable[[str | int], str | int]:
    if field == "by_weekday":
        return lambda part: WEEKDAYS[int(part)]
    return lambda part: _PLACES.get(part, part) if isinstance(part, str) else part
