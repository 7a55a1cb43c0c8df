"""Size limits of a document."""

from __future__ import annotations

from dataclasses import dataclass

from bookingopt_api.settings import ApiSettings
from optimizer_core.errors import Fault

_VALUES_OF_STAY = 24
"""Values, and commas in texts, per stay on average; a stay has 14 fields, two of them lists."""
_VALUES_OF_OBJECT = 64
"""The same for any object: an object with a million fields is not a valid document."""
_CONTAINERS_OF_STAY = 5


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """Size limits of a document.

    Parameters
    ----------
    document_bytes, depth
        Size, and nesting of lists and objects.
    rooms, reservations, new_reservations, room_blocks
        Entries of these lists.
    horizon_nights
        Nights of the schedule: from the first arrival to the last departure, blocks and requests included, or
        between the limits that the document sets. No stay may have more of them.
    minimum_stay_nights
        Longest minimum stay.
    groups
        Different groups that want adjacent rooms.
    adjacencies
        Entries of all lists of adjacent rooms together.
    """

    document_bytes: int
    depth: int
    rooms: int
    reservations: int
    new_reservations: int
    room_blocks: int
    horizon_nights: int
    minimum_stay_nights: int
    groups: int
    adjacencies: int

    @classmethod
    def of(cls, settings: ApiSettings) -> DocumentLimits:
        """Return the limits in the settings."""
        return cls(
            document_bytes=settings.max_document_bytes,
            depth=settings.max_document_depth,
            rooms=settings.max_rooms,
            reservations=settings.max_reservations,
            new_reservations=settings.max_new_reservations,
            room_blocks=settings.max_room_blocks,
            horizon_nights=settings.max_horizon_nights,
            minimum_stay_nights=settings.max_minimum_stay_nights,
            groups=settings.max_groups,
            adjacencies=settings.max_adjacencies,
        )

    @property
    def stays(self) -> int:
        """Reservations and new reservations together."""
        return self.reservations + self.new_reservations

    @property
    def values(self) -> int:
        """Values, and commas in texts, of the largest document within the other limits."""
        entries = 8 * (self.rooms + self.room_blocks)
        return _VALUES_OF_STAY * self.stays + entries + self.adjacencies + 10_000

    def values_of(self, objects: int) -> int:
        """Return the values, and commas in texts, that a document with this number of objects may have."""
        return _VALUES_OF_OBJECT * objects + self.adjacencies + 10_000

    @property
    def containers(self) -> int:
        """Lists and objects of the largest document within the other limits."""
        return _CONTAINERS_OF_STAY * self.stays + 2 * self.rooms + self.room_blocks + 10_000


def too_many(place: tuple[str | int, ...], count: int, what: str, most: int) -> Fault:
    """Return the fault of exceeding a limit.

    Parameters
    ----------
    place
        Where in the document.
    count, what
        How many there are, and of what.
    most
        How many are accepted.
    """
    return Fault(place, f"{count:,} {what}; at most {most:,} are accepted")
