from __future__ import annotations

import json
from typing import Any

import pytest

from optimizer_core.errors import InvalidDocument, InvalidInput
from optimizer_core.wire import load_problem
from optimizer_core.wire.csv_values import DateOrder
from optimizer_core.wire.hotel_csv import HotelFiles, read_hotel_csv

ROOMS = b"Room No;Category;Connecting;Floor\n101;Double;102;1\n102;Double;;1\n"


def converted(reservations: str, rooms: bytes = ROOMS, order: DateOrder | None = None) -> HotelFiles:
    return read_hotel_csv(rooms, reservations.encode(), problem_id="May", minimum_stay=3, order=order)


def faults(reservations: str) -> list[str]:
    with pytest.raises(InvalidDocument) as caught:
        converted(reservations)
    return str(caught.value).splitlines()


def test_two_exports_become_a_document_that_loads() -> None:
    files = converted(
        "Confirmation Number;Guest Name;Check-in;Check-out;Category;Room No;Locked;Group;Further types\n"
        "A1;Ada;14/05/2026;16/05/2026;Double;101;yes;W;Suite, Single\n"
    )
    document: dict[str, Any] = json.loads(files.content)
    assert document["Rooms"][0] == {"RoomNumber": "101", "RoomType": "Double", "AdjacentRooms": ["102"]}
    assert document["Reservations"] == [
        {
            "Id": "A1",
            "Name": "Ada",
            "RoomType": "Double",
            "AssignedRoom": "101",
            "AdjacencyGroup": "W",
            "AllowableRoomTypes": ["Suite", "Single"],
            "IsLocked": True,
            "Arrival": "2026-05-14",
            "Length": 2,
        }
    ]
    assert document["MinimumStay"] == 3
    assert files.notes == ("rooms: without a meaning here: 'Floor'",)


def test_cancelled_reservations_are_left_out_and_counted() -> None:
    files = converted("from,to,state\n2026-05-01,2026-05-02,No-Show\n2026-05-01,2026-05-03,Confirmed\n")
    assert [entry["Length"] for entry in json.loads(files.content)["Reservations"]] == [2]
    assert files.notes[-1] == "reservations: 1 cancelled, declined or no-show reservations are left out"


def test_nights_serve_in_place_of_the_departure() -> None:
    files = converted("arrival,nights\n2026-05-01,4\n")
    assert json.loads(files.content)["Reservations"] == [{"Arrival": "2026-05-01", "Length": 4}]


def test_every_wrong_cell_is_told_with_its_line_and_column() -> None:
    assert faults(
        "Check-in,Check-out,Nights,Locked\n"
        "2026-05-01,2026-05-01,,\n"
        "2026-05-01,2026-05-03,3,\n"
        ",2026-05-03,,\n"
        "2026-05-01,,,\n"
        "2026-13-01,2026-05-03,0,perhaps\n"
    ) == [
        "reservations, line 2, column 'Check-out': 2026-05-01 is not after the arrival 2026-05-01",
        "reservations, line 3, column 'Nights': 3 nights, but 2 from 2026-05-01 to 2026-05-03",
        "reservations, line 4, column 'Check-in': the arrival is missing",
        "reservations, line 5, column 'Check-out': the departure is missing, or the number of nights",
        "reservations, line 6, column 'Check-in': '2026-13-01' is no date; write YYYY-MM-DD",
        "reservations, line 6, column 'Nights': '0' is no number of nights; write 1 or more",
        "reservations, line 6, column 'Locked': the cell is neither yes nor no",
    ]


def test_a_name_that_slipped_into_another_column_is_not_repeated() -> None:
    assert "Lovelace" not in "".join(faults("arrival,nights\nLovelace,2\n"))


def test_dates_that_may_be_read_in_two_ways_are_asked_about() -> None:
    text = "arrival,nights\n04/05/2026,1\n"
    assert "say which comes first" in faults(text)[0]
    document = json.loads(converted(text, order=DateOrder.MONTH_FIRST).content)
    assert document["Reservations"][0]["Arrival"] == "2026-04-05"


def test_missing_columns_are_told_with_those_that_were_found() -> None:
    assert faults("Guest;Room\nAda;101\n") == [
        "reservations: no column tells the arrival; call it 'arrival', say (found: 'Guest', 'Room')",
        (
            "reservations: no column tells the departure or the nights; call it 'departure', say "
            "(found: 'Guest', 'Room')"
        ),
    ]


def test_contradictions_of_the_hotel_are_told_by_the_lines_of_the_files() -> None:
    files = converted(
        "arrival,nights,room,locked,status\n2026-05-01,1,101,,cancelled\n"
        "2026-05-01,1,101,,\n2026-05-01,1,999,yes,\n"
    )
    with pytest.raises(InvalidInput) as caught:
        load_problem(files.content)
    assert str(files.at_lines(caught.value)).startswith("reservations, line 4, column 'room': ")
