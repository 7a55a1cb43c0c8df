from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from optimizer_core.wire.exports.headers import RESERVATION_COLUMNS, ROOM_COLUMNS
from optimizer_core.wire.exports.options import ExportOptions, TableFile
from optimizer_core.wire.exports.rooms import RoomList
from optimizer_core.wire.exports.stays import StayList
from optimizer_core.wire.exports.summary import ListSummary
from optimizer_core.wire.exports.table import read_table

ROOMS = b"Room,Type\n0101,Double\n0102,Double\n0201,Suite\n"


def read(text: str, rooms: bytes = ROOMS, **said: Any) -> tuple[StayList, ListSummary]:
    table = read_table(TableFile(text.encode(), "r"), RESERVATION_COLUMNS)
    room_table = read_table(TableFile(rooms, "rooms"), ROOM_COLUMNS)
    summary = ListSummary("r", "stay")
    listed = RoomList(room_table, ListSummary("rooms", "room"))
    return StayList(table, listed, ExportOptions(**said), summary), summary


def entries(text: str, **said: Any) -> list[dict[str, Any]]:
    return [stay.entry for stay in read(text, **said)[0].stays]


def test_nights_serve_in_place_of_the_departure() -> None:
    assert entries("arrival,nights\n2026-05-01,4\n") == [{"Arrival": "2026-05-01", "Length": 4}]


def test_every_wrong_cell_is_reported_with_its_line_and_column() -> None:
    found, _ = read(
        "Check-in,Check-out,Nights,Locked,Rooms\n"
        "2026-05-02,2026-05-01,,,\n"
        "2026-05-01,2026-05-03,3,,\n"
        ",2026-05-03,,,\n"
        "2026-05-01,,,yes,\n"
        "2026-13-01,2026-05-03,-1,perhaps,two\n"
        "2026-05-01,,999999,,\n"
        "2026-05-01,2026-05-03,,,101\n"
    )
    assert list(map(str, found.faults)) == [
        "r, line 2, column 'Check-out': 2026-05-01 is before the arrival 2026-05-02; correct one",
        "r, line 3, column 'Nights': 3 nights, but 2 from 2026-05-01 to 2026-05-03; correct one",
        "r, line 4, column 'Check-in': the arrival is missing",
        "r, line 5, column 'Check-out': the departure is missing, or the number of nights",
        "r, line 6, column 'Check-in': '2026-13-01' is not a date; write YYYY-MM-DD",
        "r, line 6, column 'Nights': '-1' is not a number of nights; write 1 or more",
        "r, line 6, column 'Locked': the cell is neither yes nor no; write yes or no",
        "r, line 6, column 'Rooms': the cell is not a number of rooms; write 1 or more",
        "r, line 8, column 'Rooms': 101 rooms on one line; at most 100 are read",
    ]


def test_a_name_that_slipped_into_another_column_is_not_repeated() -> None:
    found, _ = read("arrival,nights\nLovelace,2\n")
    assert found.faults
    assert "Lovelace" not in "".join(map(str, found.faults))


def test_the_status_leaves_out_and_locks() -> None:
    found, summary = read(
        "arrival,nights,room,status\n2026-05-01,1,0101,Storniert\n2026-05-01,2,0102,In house\n"
        "2026-05-01,3,,Checked in\n2026-05-04,1,0102,Prospect\nwhenever,1,0102,No show\n"
    )
    assert [stay.entry.get("IsLocked", False) for stay in found.stays] == [True, False, False]
    assert not found.faults
    assert summary.left_out == {"cancelled": 1, "no-show": 1}
    assert summary.locked == {"in house": 1}
    assert summary.notes()[:1] == ["r: the status 'Prospect' is not known; read as a stay (line 5)"]
    assert "r: in house, but without a room; it is not locked (line 4)" in summary.notes()


def test_a_guest_in_house_in_another_type_keeps_the_room() -> None:
    [entry] = entries("arrival,nights,room,type,status\n2026-05-01,2,0201,double,Started\n")
    assert (entry["RoomType"], entry["AllowableRoomTypes"], entry["IsLocked"]) == ("Double", ["Suite"], True)


def test_a_guest_who_left_early_frees_the_room_today() -> None:
    text = "arrival,nights,room,status\n2026-05-01,5,0101,Checked out\n"
    assert entries(text)[0]["Length"] == 5
    assert entries(text, today=date(2026, 5, 3))[0]["Length"] == 2


def test_a_stay_without_a_type_takes_that_of_its_room() -> None:
    first, second = entries("arrival,nights,room\n2026-05-01,2,0201\n2026-05-01,2,\n")
    assert first["RoomType"] == "Suite"
    assert "RoomType" not in second


@pytest.mark.parametrize("cells", ["2026-05-01,2026-05-01,", "2026-05-01,2026-05-01,1", "2026-05-01,,0"])
def test_day_use_is_left_out_with_its_line(cells: str) -> None:
    found, summary = read(f"arrival,departure,nights,room\n{cells},0101\n")
    assert (found.stays, found.faults) == ([], [])
    assert summary.notes() == ["r: day use, without a night, is left out (line 2)"]


def test_several_rooms_on_a_line_are_several_stays() -> None:
    found = entries(
        "id,arrival,nights,room,type,rooms\n"
        'A,2026-05-01,2,"0101, 0201","Double, Suite",2\n'
        'B,2026-05-05,2,"0101, 0102",Double,\n'
        "C,2026-05-09,2,0101,Double,2\n"
    )
    assert [(entry["Id"], entry.get("AssignedRoom"), entry["RoomType"]) for entry in found] == [
        ("A", "0101", "Double"),
        ("A", "0201", "Suite"),
        ("B", "0101", "Double"),
        ("B", "0102", "Double"),
        ("C", "0101", "Double"),
        ("C", None, "Double"),
    ]


def test_a_row_that_was_exported_twice_counts_once() -> None:
    found, summary = read(
        "id,arrival,nights,room\nA,2026-05-01,2,1\nA,2026-05-01,2,1\nA,2026-05-01,2,2\n"
        "B,2026-05-01,2,\nB,2026-05-01,2,\n",
        b"Room\n1\n2\n",
    )
    assert len(found.stays) == 4
    assert summary.notes() == [
        "r: the same id, nights and room as line 2; kept once (line 3)",
        "r: the id and the nights of line 5, both without a room; two stays (line 6)",
    ]


def test_a_room_without_its_zeros_is_accepted_if_all_rooms_are_found_so() -> None:
    text = "arrival,nights,room\n2026-05-01,1,101\n2026-05-01,1,102.0\n"
    found, summary = read(text)
    assert [stay.entry["AssignedRoom"] for stay in found.stays] == ["0101", "0102"]
    assert "r: room '101' is read as '0101' (line 2)" in summary.notes()
    found, summary = read(text + "2026-05-01,1,999\n")
    assert [stay.entry["AssignedRoom"] for stay in found.stays] == ["101", "102.0", "999"]
    assert "r: the hotel has no room '101'; did you mean '0101'? (line 2)" in summary.notes()


def test_a_total_is_left_out_and_a_guest_of_that_name_is_not() -> None:
    found, summary = read("name,arrival,nights\nSumma,2026-05-01,2\nTotal,,2\nPrinted on Monday,,\n")
    assert [stay.entry["Name"] for stay in found.stays] == ["Summa"]
    assert summary.notes() == ["r: left out, as a title or a total (lines 3 and 4)"]


def test_a_block_needs_a_room_of_the_list() -> None:
    found, summary = read(
        "arrival,nights,room,status\n2026-05-01,1,,Out of order\n2026-05-01,2,0101,Gesperrt\n"
    )
    assert [(block.room, str(block.end)) for block in found.blocks] == [("0101", "2026-05-03")]
    assert summary.notes() == ["r: a block without a room of the list is left out (line 2)"]
