"""The restrictions of a result as a file: JSON, CSV, or the message that channel managers accept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.restrictions import Profile
from optimizer_core.wire.calendars import calendar_of
from optimizer_core.wire.ota import ota_xml
from optimizer_core.wire.restriction_csv import HOUSE, restrictions_csv
from optimizer_core.wire.restriction_entries import CalendarEntry
from optimizer_core.wire.result import ResultDocument

Format = Literal["json", "csv", "ota"]
"""File formats of restrictions."""


def calendars_in(result: ResultDocument, profile: str, room_types: Sequence[str] = ()) -> list[CalendarEntry]:
    """Return the calendars of a result for a kind of channel, that of the hotel first.

    Parameters
    ----------
    result
        The result.
    profile
        Name of the `Profile` of the channel.
    room_types
        Only these types, `HOUSE` for the hotel; empty for all.

    Raises
    ------
    InvalidInput
        If the result has no restrictions for the profile or a type; names the available ones.
    """
    calendars = [entry for entry in result.restriction_calendars if entry.profile == profile]
    if result.threshold is None or not calendars:
        there = ", ".join(dict.fromkeys(entry.profile for entry in result.restriction_calendars)) or "none"
        message = f"the result has no restrictions for {profile!r} (it has: {there})"
        raise InvalidInput([Fault(("profile",), message)])
    by_type = {HOUSE if entry.room_type is None else entry.room_type: entry for entry in calendars}
    unknown = [name for name in room_types if name not in by_type]
    if unknown:
        there = ", ".join(map(repr, by_type))
        message = f"there are no restrictions of {unknown[0]!r}; the result has those of {there}"
        raise InvalidInput([Fault(("room_type",), message)])
    return [by_type[name] for name in room_types] if room_types else calendars


def write_restrictions(
    calendars: Sequence[CalendarEntry],
    kind: Format,
    *,
    profile: str,
    threshold: float,
    hotel_code: str,
) -> bytes:
    """Return calendars of one profile as a file.

    Parameters
    ----------
    calendars
        The calendars.
    kind
        How to write them; ``ota`` is OTA_HotelAvailNotifRQ.
    profile
        What the channel can take.
    threshold
        Most points that a good stay may cost.
    hotel_code
        Code of the hotel at the channel.
    """
    if kind == "json":
        entries = [entry.model_dump(mode="json", by_alias=True) for entry in calendars]
        document = {"Threshold": threshold, "RestrictionCalendars": entries}
        return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()
    by_type = {entry.room_type: calendar_of(entry) for entry in calendars}
    if kind == "ota":
        return ota_xml(by_type, Profile(profile), hotel_code=hotel_code)
    return restrictions_csv(by_type)
