"""The two spellings of field names: as hotels write them, and with underscores."""

from __future__ import annotations

from pydantic import BaseModel

from optimizer_core.wire import NewReservation, ProblemDocument, RoomEntry

_SNAKE = {
    field.alias or name: name
    for model in (ProblemDocument, RoomEntry, NewReservation)
    for name, field in model.model_fields.items()
}


def spellings_of(name: str) -> tuple[str, str]:
    """Return both spellings of a field, given the one that hotels write."""
    return name, _SNAKE[name]


def names_of(model: type[BaseModel]) -> frozenset[str]:
    """Return every spelling of every field of a model."""
    return frozenset(
        spelling for name, field in model.model_fields.items() for spelling in (name, field.alias or name)
    )
