"""What is assigned: one party, one room, consecutive nights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from optimizer_core.domain.inventory import natural_key

RUN_OF_HOUSE: None = None
"""Room type of a stay for which any room will do."""


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
        The type that was booked; `RUN_OF_HOUSE` (None) if any type will do.
    further_types
        Types it may be given when it cannot be housed in its own, best first.
    current_room
        Number of the room it has now; None if it has none.
    is_locked
        Whether it must stay in `current_room`.
    group
        Label of the adjacency group whose members want adjacent rooms; None for none.
    """

    stay_id: str
    arrival: date
    departure: date
    room_type: str | None = RUN_OF_HOUSE
    further_types: tuple[str, ...] = ()
    current_room: str | None = None
    is_locked: bool = False
    group: str | None = None

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
        """Return the key of the canonical stay order, which no row order influences."""
        return (
            self.arrival,
            self.departure,
            self.room_type or "",
            self.further_types,
            natural_key(self.current_room or ""),
            not self.is_locked,
            self.group or "",
            natural_key(self.stay_id),
            self.stay_id,
        )
