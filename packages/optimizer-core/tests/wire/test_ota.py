"""The OTA message says what the calendar says: it is read back by a reader that knows the message alone."""

from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from optimizer_core.acceptance import BAD, CLOSED, GOOD
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import DailyRestriction, RestrictionCalendar
from optimizer_core.restrictions import Profile, derive
from optimizer_core.wire.ota import NAMESPACE, NO_MAXIMUM, ota_xml

FIRST = date(2026, 5, 1)
FIELD = {
    "SetMinLOS": "min_los_arrival_nights",
    "SetMaxLOS": "max_los_arrival_nights",
    "SetForwardMinStay": "min_los_through_nights",
    "SetForwardMaxStay": "max_los_through_nights",
    "Arrival": "closed_to_arrival",
    "Departure": "closed_to_departure",
}
LIFTED = {"SetMinLOS": "1", "SetForwardMinStay": "1", "SetMaxLOS": str(NO_MAXIMUM)}
LIFTED["SetForwardMaxStay"] = str(NO_MAXIMUM)


def tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def values_in(message: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in message.iter(tag("LengthOfStay")):
        kind = entry.attrib["MinMaxMessageType"]
        if kind == "FullPatternLOS":
            text = entry[0].attrib["LOS_Pattern"]
            found["full_pattern_los"] = tuple(letter == "Y" for letter in text)
        elif entry.attrib["Time"] != LIFTED[kind]:
            found[FIELD[kind]] = int(entry.attrib["Time"])
    for status in message.iter(tag("RestrictionStatus")):
        found[FIELD[status.attrib["Restriction"]]] = status.attrib["Status"] == "Close"
    return found


def read_back(content: bytes, num_days: int) -> dict[str | None, RestrictionCalendar]:
    days: dict[str | None, list[dict[str, Any]]] = {}
    for message in ET.fromstring(content).iter(tag("AvailStatusMessage")):  # noqa: S314 - our own bytes
        control = message[0].attrib
        first, last = (date.fromisoformat(control[name]) for name in ("Start", "End"))
        listed = days.setdefault(control.get("InvTypeCode"), [{} for _ in range(num_days)])
        for position in range((first - FIRST).days, (last - FIRST).days + 1):
            listed[position].update(values_in(message))
    return {
        name: RestrictionCalendar(FIRST, tuple(DailyRestriction(**values) for values in listed))
        for name, listed in days.items()
    }


def classes_of(seed: int, nights: int = 12, longest: int = 4) -> np.ndarray[Any, np.dtype[np.int8]]:
    drawn = np.random.default_rng(seed).choice([CLOSED, BAD, GOOD], size=(nights, longest))
    return np.asarray(drawn, dtype=np.int8)


@pytest.mark.parametrize("profile", list(Profile))
def test_what_is_written_is_read_back_as_the_same_calendars(profile: Profile) -> None:
    calendars = {
        name: derive(classes_of(seed), FIRST, profile, run_highs).calendar
        for seed, name in enumerate([None, "A", "Double <view> & more"])
    }
    assert read_back(ota_xml(calendars, profile, hotel_code="H"), 13) == calendars


def test_equal_dates_are_one_message_with_inclusive_ends() -> None:
    day = DailyRestriction(min_los_arrival_nights=2, max_los_arrival_nights=5)
    calendar = RestrictionCalendar(FIRST, (day, day, day, DailyRestriction()))
    root = ET.fromstring(ota_xml({"A": calendar}, Profile.ARRIVAL_ONLY, hotel_code="H"))  # noqa: S314
    (control,) = root.iter(tag("StatusApplicationControl"))
    assert control.attrib == {
        "Start": FIRST.isoformat(),
        "End": (FIRST + timedelta(2)).isoformat(),
        "InvTypeCode": "A",
    }


def test_what_is_lifted_is_sent_as_lifted() -> None:
    calendar = RestrictionCalendar(FIRST, (DailyRestriction(), DailyRestriction()))
    text = ota_xml({None: calendar}, Profile.FULL, hotel_code="H").decode()
    assert 'MinMaxMessageType="SetMinLOS" Time="1"' in text
    assert f'MinMaxMessageType="SetMaxLOS" Time="{NO_MAXIMUM}"' in text
    assert text.count('Status="Open"') == 2
    assert "SetForward" not in text


def test_a_channel_is_sent_only_what_it_can_take() -> None:
    calendar = RestrictionCalendar(FIRST, (DailyRestriction(min_los_through_nights=2), DailyRestriction()))
    text = ota_xml({None: calendar}, Profile.THROUGH_ONLY, hotel_code="H").decode()
    assert 'MinMaxMessageType="SetForwardMinStay" Time="2"' in text
    assert "RestrictionStatus" not in text


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ufffe", "\uffff", "\x0b", "\x7f", "\U0001f600", "\x85"])
def test_a_message_can_be_read_whatever_a_name_has_in_it(sign: str) -> None:
    """What XML cannot hold at all is replaced, everything else comes back."""
    calendar = RestrictionCalendar(FIRST, (DailyRestriction(), DailyRestriction()))
    name = f"Lake{sign}view"
    content = ota_xml({name: calendar}, Profile.ARRIVAL_ONLY, hotel_code=name)
    root = ET.fromstring(content)  # noqa: S314 - our own bytes
    (messages,) = root
    is_held = sign in {"\x7f", "\U0001f600", "\x85"}
    expected = name if is_held else "Lake\N{REPLACEMENT CHARACTER}view"
    assert messages.attrib["HotelCode"] == expected
    assert {control.attrib["InvTypeCode"] for control in root.iter(tag("StatusApplicationControl"))} == {
        expected
    }
