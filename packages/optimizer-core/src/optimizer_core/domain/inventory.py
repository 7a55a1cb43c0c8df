"""Rooms, their types, and which of them are next to each other."""

from __future__ import annotations

import re
from dataclasses import dataclass

from optimizer_core.domain.wrong_types import check_text, check_texts

DEFAULT_ROOM_TYPE = "Default"
"""Type of a room without a type in the document."""

_DIGITS = re.compile(r"(\d+)")


def natural_key(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key that puts ``"9"`` before ``"10"`` and ``"A2"`` before ``"A10"``."""
    if text.isdecimal():
        return ((0, int(text)),)
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in _DIGITS.split(text) if part)


@dataclass(frozen=True, slots=True)
class Room:
    """One physical room.

    Parameters
    ----------
    number
        Room number, unique in the hotel; any text.
    room_type
        Type under which it is sold.
    adjacent
        Numbers of the rooms next to it. `Problem` makes the relation symmetric.

    Raises
    ------
    TypeError
        If a value is of a wrong type.
    """

    number: str
    room_type: str = DEFAULT_ROOM_TYPE
    adjacent: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check the types."""
        check_text("Room.number", self.number)
        check_text("Room.room_type", self.room_type)
        check_texts("Room.adjacent", self.adjacent, frozenset)

    def sort_key(self) -> tuple[object, ...]:
        """Return the key of the canonical room order: by type, then by number."""
        return natural_key(self.room_type), natural_key(self.number), self.number
