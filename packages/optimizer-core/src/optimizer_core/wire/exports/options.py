"""What an import is asked for besides its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from optimizer_core.errors import Fault, InvalidDocument
from optimizer_core.wire.exports.dates import DateOrder


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file of an export: CSV or xlsx.

    Parameters
    ----------
    content
        The file.
    name
        Its name, for messages.
    """

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What a hotel says about its export.

    Parameters
    ----------
    problem_id
        Label of the run.
    minimum_stay
        Nights that the hotel wants between stays; None for the default of a document.
    order
        The first part of dates such as ``03/04/2026``; None to infer it from the file.
    time_zone
        Time zone of the hotel, for stamps in UTC; None if the file has none.
    columns
        Header by field of the document, for headers that are not known; the case of both is ignored.
    without_rooms
        Whether a list without a column of rooms or of types is accepted.
    today
        First day that a room marked as out of order cannot be used; None for the start of the schedule.
    """

    problem_id: str = "hotel"
    minimum_stay: int | None = None
    order: DateOrder | None = None
    time_zone: ZoneInfo | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    without_rooms: bool = False
    today: date | None = None


def time_zone(name: str) -> ZoneInfo:
    """Return a time zone by its name, such as ``Europe/Berlin``.

    Raises
    ------
    InvalidDocument
        If there is no such time zone.
    """
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # unknown, a folder of zones, or a path out of them
        message = f"there is no time zone {name!r}; write it like Europe/Berlin or America/New_York"
        raise InvalidDocument([Fault(("time zone",), message)]) from None
