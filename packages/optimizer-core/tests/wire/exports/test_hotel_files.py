from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from optimizer_core.errors import InvalidDocument, InvalidInput
from optimizer_core.wire import load_problem
from optimizer_core.wire.exports import (
    DateOrder,
    ExportOptions,
    HotelFiles,
    TableFile,
    read_hotel_files,
    time_zone,
)

ROOMS = b"Room No;Category;Connecting;Floor\n101;Double;102;1\n102;Double;;1\n"


def converted(reservations: str, rooms: bytes = ROOMS, blocks: str | None = None, **said: Any) -> HotelFiles:
    options = ExportOptions(**{"problem_id": "May", "minimum_stay": 3, "without_rooms": True, **said})
    return read_hotel_files(
        TableFile(rooms, "rooms"),
        TableFile(reservations.encode(), "reservations"),
        None if blocks is None else TableFile(blocks.encode(), "blocks"),
        options=options,
    )


def reservations_of(files: HotelFiles) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(files.content)["Reservations"]
    return found


def faults(reservations: str, **said: Any) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        converted(reservations, **said)
    return str(caught.value).splitlines()


def test_two_exports_become_a_document_that_loads() -> None:
    files = converted(
        "Confirmation Number;Guest Name;Check-in;Check-out;Category;Room No;Locked;Adjacency group;"
        "Further types\n"
        "A1;Ada;14/05/2026;16/05/2026;Double;101;yes;W;Suite, Single\n"
    )
    document: dict[str, Any] = json.loads(files.content)
    assert document["Rooms"][0] == {"RoomNumber": "101", "RoomType": "Double", "AdjacentRooms": ["102"]}
    assert document["Reservations"] == [
        {
            "Id": "A1",
            "Name": "Ada",
            "RoomType": "Double",
            "AllowableRoomTypes": ["Suite", "Single"],
            "AssignedRoom": "101",
            "IsLocked": True,
            "AdjacencyGroup": "W",
            "Arrival": "2026-05-14",
            "Length": 2,
        }
    ]
    assert document["MinimumStay"] == 3
    assert files.summary == (
        "rooms: 2 rows read, 2 rooms",
        "reservations: 1 row read, 1 stay, 1 with a room",
        "reservations: locked: 1 by its column",
        "minimum stay: 3 nights",
    )
    assert files.changes == ("reservations: locked: 1 by its column",)
    assert files.notes == ("rooms: columns without a meaning here: 'Floor'",)


def test_the_default_of_the_minimum_stay_is_said() -> None:
    files = converted("arrival,nights\n2026-05-01,4\n", minimum_stay=None)
    assert "MinimumStay" not in json.loads(files.content)
    assert files.summary[-1] == "minimum stay: 5 nights, the default; --minimum-stay sets another"


def test_without_rooms_and_types_is_refused_unless_it_is_said() -> None:
    [message] = faults("arrival,nights,colour\n2026-05-01,4,red\n", without_rooms=False)
    assert message == (
        "reservations: no column holds rooms or types, so every stay could go anywhere; name one with "
        "--column AssignedRoom=HEADER or --column RoomType=HEADER, or accept it with --without-rooms "
        "(found: 'arrival', 'nights', 'colour')"
    )


def test_missing_columns_are_named_with_those_that_were_found() -> None:
    assert faults("Guest;Room\nAda;101\n") == [
        (
            "reservations: no column holds the arrival; name it with --column Arrival=HEADER "
            "(found: 'Guest', 'Room')"
        ),
        (
            "reservations: no column holds the departure or the nights; name it with "
            "--column Departure=HEADER (found: 'Guest', 'Room')"
        ),
    ]


def test_a_column_can_be_named() -> None:
    files = converted(
        "Von Tag,nights,Zi\n2026-05-01,4,101\n", columns={"arrival": "von tag", "AssignedRoom": "Zi"}
    )
    assert reservations_of(files) == [{"AssignedRoom": "101", "Arrival": "2026-05-01", "Length": 4}]
    [message] = faults("arrival,nights\n2026-05-01,4\n", columns={"AssignedRoom": "Zi"})
    assert message == "column: AssignedRoom: no file has the header 'Zi'"


def test_dates_that_may_be_read_in_two_ways_are_asked_about() -> None:
    text = "arrival,nights\n04/05/2026,1\n"
    assert "choose --day-first or --month-first" in faults(text)[0]
    assert reservations_of(converted(text, order=DateOrder.MONTH_FIRST))[0]["Arrival"] == "2026-04-05"


def test_times_in_utc_need_the_time_zone_of_the_hotel() -> None:
    text = "StartUtc,EndUtc,Room\n2026-01-10T02:00:00Z,2026-01-12T21:00:00Z,101\n"
    assert faults(text) == [
        (
            "reservations, line 2, column 'StartUtc': the times are in UTC; name the time zone of the hotel, "
            "such as --time-zone Europe/Berlin"
        )
    ]
    [entry] = reservations_of(converted(text, time_zone=time_zone("Pacific/Auckland")))
    assert (entry["Arrival"], entry["Length"]) == ("2026-01-10", 3)


def test_contradictions_of_the_hotel_are_reported_by_the_lines_of_the_files() -> None:
    files = converted(
        "arrival,nights,type,status\n2026-05-01,1,Double,cancelled\n2026-05-01,1,Suite,\n",
        ROOMS + b"101;Double;;\n",
    )
    with pytest.raises(InvalidInput) as caught:
        load_problem(files.content)
    assert str(files.at_lines(caught.value)).splitlines() == [
        "rooms, line 4, column 'Room No': line 2 is room '101' too; room numbers must be unique",
        "reservations, line 3, column 'type': no room has the type 'Suite'; the hotel has 'Double'",
    ]


def test_a_locked_stay_needs_a_room_of_the_list() -> None:
    text = "arrival,nights,room,status\n2026-05-01,1,{},in house\n2026-05-01,1,999,\n"
    place = "reservations, line 2, column 'room': the stay must keep its room, but the hotel has no room "
    assert faults(text.format("998")) == [place + "'998'; write one of the list of rooms"]
    assert faults(text.format("0101")) == [place + "'0101'; did you mean '101'?"]


def test_two_guests_in_house_in_one_room_are_named_by_their_lines() -> None:
    files = converted(
        "arrival,nights,room,status\n2026-05-09,1,102,cancelled\n"
        "2026-05-01,2,101,In house\n2026-05-02,2,101,In house\n"
    )
    with pytest.raises(InvalidInput) as caught:
        load_problem(files.content)
    message = str(files.at_lines(caught.value))
    assert message.startswith(
        "reservations, line 4, column 'room': must keep room '101', and so must line 3, "
    )


def test_blocks_come_from_all_three_lists() -> None:
    rooms = b"Room,Status\n101,Clean\n102,OOO\n103,\n104,\n"
    files = converted(
        "arrival,nights,room,status\n2026-05-01,6,101,\n2026-05-03,2,103,Owner\n",
        rooms,
        "Room,From,To,Reason\n104,2026-05-02,9999-12-31,broken\n",
        today=date(2026, 5, 4),
    )
    assert [block.entry() for block in files.blocks] == [
        {"RoomNumber": "102", "Start": "2026-05-04", "End": "2026-05-07", "Kind": "OutOfOrder"},
        {"RoomNumber": "103", "Start": "2026-05-03", "End": "2026-05-05", "Kind": "HouseUse"},
        {"RoomNumber": "104", "Start": "2026-05-02", "End": "2026-05-07", "Kind": "OutOfOrder"},
    ]
    assert "rooms: blocks: 1 out of order" in files.changes
    assert "blocks: the block is cut to the schedule, 2026-05-01 to 2026-05-07 (line 2)" in files.notes


def test_every_fault_of_every_list_is_reported_at_once() -> None:
    assert (
        len(
            faults(
                "arrival,nights\nsoon,1\n2026-05-01,x\n", blocks="Room,From,To\n999,2026-05-02,2026-05-03\n"
            )
        )
        == 3
    )
