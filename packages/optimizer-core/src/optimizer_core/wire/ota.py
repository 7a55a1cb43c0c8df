"""Restriction calendars as OTA_HotelAvailNotifRQ, the message that channel managers accept.

Each message holds for the dates from ``Start`` to ``End``, both inclusive, and runs of dates with equal
restrictions are sent as one. A lifted restriction is sent explicitly: a minimum of 1, a maximum of
`NO_MAXIMUM`, a status Open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import TypeVar
from xml.etree import ElementTree as ET

from optimizer_core.domain import DailyRestriction, RestrictionCalendar
from optimizer_core.restrictions import Profile
from optimizer_core.wire.calendars import pattern_text

NAMESPACE = "http://www.opentravel.org/OTA/2003/05"
"""Namespace of the OpenTravel messages."""

NO_MAXIMUM = 999
"""Nights that stand for no maximum stay."""

_NOT_IN_XML = re.compile("[^\t\n\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_Value = TypeVar("_Value")
_Lengths = tuple[tuple[str, int | str], ...]


def ota_xml(
    calendars: Mapping[str | None, RestrictionCalendar], profile: Profile, *, hotel_code: str
) -> bytes:
    """Return the calendars as one OTA_HotelAvailNotifRQ in UTF-8.

    Only the elements of the profile are sent. A calendar of the hotel has no ``InvTypeCode``: it holds for
    every type.

    Parameters
    ----------
    calendars
        By room type; None for the hotel.
    profile
        The profile of the channel.
    hotel_code
        Code of the hotel at the channel.
    """
    root = ET.Element("OTA_HotelAvailNotifRQ", {"xmlns": NAMESPACE, "Version": "1.0"})
    messages = ET.SubElement(root, "AvailStatusMessages", {"HotelCode": xml_text(hotel_code)})
    for room_type, calendar in calendars.items():
        _add_lengths(messages, room_type, calendar, profile)
        if profile.has_cta:
            _add_status(messages, room_type, calendar, "Arrival", lambda day: day.closed_to_arrival)
        if profile.has_ctd:
            _add_status(messages, room_type, calendar, "Departure", lambda day: day.closed_to_departure)
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def xml_text(text: str) -> str:
    """Return a text with U+FFFD in place of each character that XML 1.0 cannot hold.

    References
    ----------
    Extensible Markup Language (XML) 1.0, production 2 (Char).
    """
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _add_lengths(
    messages: ET.Element, room_type: str | None, calendar: RestrictionCalendar, profile: Profile
) -> None:
    arrivals = RestrictionCalendar(calendar.start, calendar.days[:-1])  # no arrivals on the last departure
    for first, last, lengths in _spans(arrivals, lambda day: _lengths(day, profile)):
        message = _message(messages, room_type, first, last)
        by_arrival = "false" if profile.is_through else "true"
        listed = ET.SubElement(message, "LengthsOfStay", {"ArrivalDateBased": by_arrival})
        for kind, value in lengths:
            if isinstance(value, str):
                entry = ET.SubElement(listed, "LengthOfStay", {"MinMaxMessageType": kind})
                ET.SubElement(entry, "LOS_Pattern", {"LOS_Pattern": value})
            else:
                limit = {"MinMaxMessageType": kind, "Time": str(value), "TimeUnit": "Day"}
                ET.SubElement(listed, "LengthOfStay", limit)


def _lengths(day: DailyRestriction, profile: Profile) -> _Lengths:
    """Return the length restrictions to send for a date, lifted ones included."""
    if profile is Profile.FPLOS:
        return (("FullPatternLOS", pattern_text(day.full_pattern_los or ())),)
    if profile.is_through:
        return (
            ("SetForwardMinStay", day.min_los_through_nights or 1),
            ("SetForwardMaxStay", day.max_los_through_nights or NO_MAXIMUM),
        )
    least = ("SetMinLOS", day.min_los_arrival_nights or 1)
    return (
        (least, ("SetMaxLOS", day.max_los_arrival_nights or NO_MAXIMUM)) if profile.has_max_los else (least,)
    )


def _add_status(
    messages: ET.Element,
    room_type: str | None,
    calendar: RestrictionCalendar,
    restriction: str,
    is_closed: Callable[[DailyRestriction], bool],
) -> None:
    for first, last, closed in _spans(calendar, is_closed):
        message = _message(messages, room_type, first, last)
        status = "Close" if closed else "Open"
        ET.SubElement(message, "RestrictionStatus", {"Restriction": restriction, "Status": status})


def _message(messages: ET.Element, room_type: str | None, first: date, last: date) -> ET.Element:
    message = ET.SubElement(messages, "AvailStatusMessage")
    control = {"Start": first.isoformat(), "End": last.isoformat()}
    if room_type is not None:
        control["InvTypeCode"] = xml_text(room_type)
    ET.SubElement(message, "StatusApplicationControl", control)
    return message


def _spans(
    calendar: RestrictionCalendar, value_of: Callable[[DailyRestriction], _Value]
) -> Iterator[tuple[date, date, _Value]]:
    """Yield each run of dates of equal value, first and last both inclusive."""
    position = 0
    for value, days in groupby(calendar.days, value_of):
        count = len(list(days))
        first = calendar.start + timedelta(position)
        yield first, first + timedelta(count - 1), value
        position += count
