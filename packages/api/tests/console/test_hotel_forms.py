from __future__ import annotations

import json
from typing import Any

import pytest

from bookingopt_api.console.hotel_forms import CheckedHotel, GivenFile, HotelForm, check_hotel
from bookingopt_api.documents import DocumentLimits
from bookingopt_api.problems import ApiProblem
from bookingopt_api.settings import ApiSettings
from optimizer_core.errors import InvalidInput

ROOMS = b"\xef\xbb\xbfRoom;Category\r\n101;Lake\r\n102;Lake\r\n"
STAYS = b"Check-in;Check-out;Unit;Guest\r\n14.05.2027;16.05.2027;101;Ada\r\n17.05.2027;18.05.2027;102;Ben\r\n"


def lists(stays: bytes = STAYS, rooms: bytes = ROOMS, **said: Any) -> HotelForm:
    return HotelForm(rooms=GivenFile("rooms.csv", rooms), reservations=GivenFile("may.csv", stays), **said)


def check(given: HotelForm, **limits: Any) -> CheckedHotel:
    return check_hotel(given, DocumentLimits.of(ApiSettings(**limits)))


def test_lists_of_a_hotel_system_become_a_document() -> None:
    checked = check(lists(minimum_stay="3"))
    document = json.loads(checked.content)
    assert [room["RoomNumber"] for room in document["Rooms"]] == ["101", "102"]
    assert document["Reservations"][0]["Arrival"] == "2027-05-14"
    assert document["MinimumStay"] == 3
    assert document["ProblemId"] == "may"


def test_the_hotel_is_called_as_was_said() -> None:
    assert check(lists(hotel="Seaview")).loaded.document.problem_id == "Seaview"


def test_a_document_is_taken_as_it_is(document: bytes) -> None:
    assert check(HotelForm(GivenFile("hotel.json", document))).content == document


def test_faults_of_lists_are_told_with_file_and_line() -> None:
    wrong = STAYS + b"20.05.2027;19.05.2027;101;Cem\r\n21.05.2027;x;101;Dee\r\n"
    with pytest.raises(InvalidInput) as refused:
        check(lists(wrong))
    places = [str(fault.place[0]) for fault in refused.value.faults]
    assert places == ["may.csv, line 4, column 'Check-out'", "may.csv, line 5, column 'Check-out'"]


def test_faults_of_the_hotel_are_told_with_file_and_line() -> None:
    """A room that is listed twice is seen only when the document is checked."""
    with pytest.raises(InvalidInput) as refused:
        check(lists(rooms=ROOMS + b"101;Lake\r\n"))
    assert str(refused.value.faults[0].place[0]).startswith("rooms.csv, line 4")


def test_limits_hold_for_lists() -> None:
    with pytest.raises(ApiProblem) as refused:
        check(lists(), max_rooms=1)
    assert refused.value.kind == "document-limit"


def test_dates_that_can_be_read_two_ways_are_asked_for() -> None:
    unclear = b"Arrival,Nights,Room\n03/04/2027,2,101\n"
    with pytest.raises(InvalidInput, match="day or with the month"):
        check(lists(unclear))
    day_first = check(lists(unclear, dates="day")).loaded.document.reservations[0].arrival
    month_first = check(lists(unclear, dates="month")).loaded.document.reservations[0].arrival
    assert (day_first.month, month_first.month) == (4, 3)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (HotelForm(), "file"),
        (HotelForm(rooms=GivenFile("rooms.csv", ROOMS)), "reservations"),
        (HotelForm(reservations=GivenFile("may.csv", STAYS)), "rooms"),
        (lists(minimum_stay="0"), "minimum stay"),
        (lists(minimum_stay="many"), "minimum stay"),
    ],
)
def test_what_the_form_lacks_is_named(given: HotelForm, field: str) -> None:
    with pytest.raises(ApiProblem) as refused:
        check(given)
    assert [fault.place for fault in refused.value.faults] == [(field,)]


def test_times_in_utc_need_the_time_zone_of_the_form() -> None:
    stays = b"Start UTC;End UTC;Unit\n2027-05-14T22:30Z;2027-05-16T08:00Z;101\n"
    with pytest.raises(InvalidInput, match="the times are in UTC"):
        check(lists(stays))
    document = json.loads(check(lists(stays, time_zone="Europe/Berlin")).content)
    assert document["Reservations"][0]["Arrival"] == "2027-05-15"
    with pytest.raises(InvalidInput, match="there is no time zone 'Mars'"):
        check(lists(stays, time_zone="Mars"))


def test_reservations_without_rooms_need_the_tick_of_the_form() -> None:
    stays = b"Check-in;Check-out\n14.05.2027;16.05.2027\n"
    with pytest.raises(InvalidInput, match="no column holds rooms or types"):
        check(lists(stays))
    assert len(check(lists(stays, without_rooms=True)).loaded.problem.stays) == 1


def test_a_list_of_blocks_is_read_and_every_row_is_accounted_for() -> None:
    blocks = GivenFile("blocks.csv", b"Room;From;To\n102;14.05.2027;16.05.2027\n")
    checked = check(lists(blocks=blocks))
    assert [block["RoomNumber"] for block in json.loads(checked.content)["RoomBlocks"]] == ["102"]
    assert "may.csv: 2 rows read, 2 stays, 2 with a room" in checked.notes
    assert "blocks.csv: 1 row read, 1 block" in checked.notes
