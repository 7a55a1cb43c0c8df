"""A stay: one party in one room for consecutive nights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import ClassVar

from optimizer_core.domain.inventory import natural_key
from optimizer_core.domain.wrong_types import check_date, check_flag, check_text, check_texts

RUN_OF_HOUSE: None = None
"""Room type of a stay that accepts any room."""

_room_key = lru_cache(20_000)(natural_key)  # many stays, few rooms
_USUAL_TYPES = (str, date, date, bool)
_TEXT = frozenset({str})
_TEXTS = _TEXT | {type(None)}


@dataclass(frozen=True, slots=True)
class Stay:
    """One party that occupies one room for the nights ``[arrival, departure)``.

    Parameters
    ----------
    stay_id
        Unique in the problem; any text.
    arrival, departure
        First night, and the morning after the last night.
    room_type
        The type that was booked; `RUN_OF_HOUSE` (None) for any type.
    further_types
        Types that it may be given if no room of its own type is possible, best first.
    current_room
        Number of its current room; None without a room.
    is_locked
        Whether it must keep `current_room`.
    group
        Label of the adjacency group whose members should have adjacent rooms; None without a group.

    Raises
    ------
    TypeError
        If a value is of a wrong type, such as a datetime for a date.
    """

    is_block: ClassVar[bool] = False
    is_in_house: ClassVar[bool] = False

    stay_id: str
    arrival: date
    departure: date
    room_type: str | None = RUN_OF_HOUSE
    further_types: tuple[str, ...] = ()
    current_room: str | None = None
    is_locked: bool = False
    group: str | None = None

    def __post_init__(self) -> None:
        """Check the types; the usual ones at once, because a document has many stays."""
        kinds = type(self.stay_id), type(self.arrival), type(self.departure), type(self.is_locked)
        texts = {type(self.room_type), type(self.current_room), type(self.group)}
        further = self.further_types
        if (
            kinds != _USUAL_TYPES
            or not texts <= _TEXTS
            or (further != () and not (type(further) is tuple and {*map(type, further)} <= _TEXT))
        ):
            self._check_types()

    def _check_types(self) -> None:
        check_text("Stay.stay_id", self.stay_id)
        check_date("Stay.arrival", self.arrival)
        check_date("Stay.departure", self.departure)
        check_text("Stay.room_type", self.room_type, or_none=True)
        check_texts("Stay.further_types", self.further_types, tuple)
        check_text("Stay.current_room", self.current_room, or_none=True)
        check_flag("Stay.is_locked", self.is_locked)
        check_text("Stay.group", self.group, or_none=True)

    @property
    def los_nights(self) -> int:
        """Length of stay in nights."""
        return (self.departure - self.arrival).days

    def may_use(self, room_type: str) -> bool:
        """Return whether a room of this type is allowed, as its own or as a further type."""
        own = self.room_type
        return own is RUN_OF_HOUSE or room_type == own or room_type in self.further_types

    def is_upgrade(self, room_type: str) -> bool:
        """Return whether a room of this type would be a further type, not its own."""
        return self.room_type is not RUN_OF_HOUSE and room_type != self.room_type

    def sort_key(self) -> tuple[object, ...]:
        """Return the key of the canonical stay order, which is independent of the input order."""
        return (
            self.arrival.toordinal(),  # numbers are compared faster than dates
            self.departure.toordinal(),
            self.room_type or "",
            self.further_types,
            _room_key(self.current_room or ""),
            not self.is_locked,
            self.group or "",
            natural_key(self.stay_id),
            self.stay_id,
        )


@dataclass(frozen=True, slots=True)
class InHouseStay(Stay):
    """A stay that arrived before the schedule starts and keeps its room.

    Its nights are those within the schedule. Its room is as fixed as that of a locked stay, but it is not a
    lock that could be released.
    """

    is_in_house: ClassVar[bool] = True
