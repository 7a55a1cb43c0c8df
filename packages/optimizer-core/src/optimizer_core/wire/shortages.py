"""Shortages of rooms as entries of the result document."""

# ruff: noqa: RUF012 - pydantic gives each document its own copy of a default
from __future__ import annotations

from collections.abc import Iterable

from optimizer_core.domain import Shortage
from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.kinds import Date
from optimizer_core.wire.model import Document


class ShortageEntry(Document):
    """Nights on which stays outnumber the rooms that they may use.

    Parameters
    ----------
    room_types
        The types concerned.
    first, last
        First and last night, both inclusive.
    rooms_short
        Number of rooms missing on the worst night.
    reservations, locks
        Positions in the document's ``Reservations`` of the stays that compete and of the locks in
        their way.
    """

    room_types: list[str]
    first: Date
    last: Date
    rooms_short: int
    reservations: list[int] = []
    locks: list[int] = []


def shortage_entries(loaded: LoadedProblem, shortages: Iterable[Shortage]) -> list[ShortageEntry]:
    """Return shortages with the positions of the stays concerned, without requests."""
    rows = loaded.row_by_stay
    return [
        ShortageEntry(
            room_types=list(shortage.room_types),
            first=shortage.first,
            last=shortage.last,
            rooms_short=shortage.rooms_short,
            reservations=[rows[stay_id] for stay_id in shortage.stay_ids if stay_id in rows],
            locks=[rows[stay_id] for stay_id in shortage.lock_ids if stay_id in rows],
        )
        for shortage in shortages
    ]
