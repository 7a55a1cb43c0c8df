from __future__ import annotations

from optimizer_core.wire.exports.headers import ROOM_COLUMNS
from optimizer_core.wire.exports.options import TableFile
from optimizer_core.wire.exports.rooms import RoomList
from optimizer_core.wire.exports.summary import ListSummary
from optimizer_core.wire.exports.table import read_table


def rooms(text: str) -> tuple[RoomList, ListSummary]:
    summary = ListSummary("rooms", "room")
    return RoomList(read_table(TableFile(text.encode(), "rooms"), ROOM_COLUMNS), summary), summary


def test_totals_and_footers_are_no_rooms() -> None:
    found, summary = rooms("Room,Type\nSummer,Suite\n2,Double\nTotal 2,\nPrinted by Ada,\n")
    assert [entry["RoomNumber"] for entry in found.entries] == ["Summer", "2"]
    assert summary.notes() == ["rooms: left out, as a title or a total (lines 4 and 5)"]


def test_rooms_without_types_are_rooms() -> None:
    found, _ = rooms("Room,Type\n1,\n2,\n")
    assert found.entries == [{"RoomNumber": "1"}, {"RoomNumber": "2"}]


def test_a_status_of_housekeeping_is_no_block() -> None:
    found, summary = rooms("Room,Status\n1,Clean\n2,Out of order\n3,OOS\n")
    assert {room: kind.value for room, (kind, _) in found.blocked.items()} == {
        "2": "OutOfOrder",
        "3": "OutOfService",
    }
    assert summary.blocks == {"out of order": 1, "out of service": 1}


def test_a_cell_names_one_room_or_several() -> None:
    found, _ = rooms("Room\n101\n102\nA, B\n")
    assert found.find("101") == ["101"]
    assert found.find("101 / 102") == ["101", "102"]
    assert found.find("A, B") == ["A, B"]
    assert found.find("101, attic") == ["101, attic"]


def test_two_rooms_that_differ_in_zeros_alone_are_never_mixed_up() -> None:
    found, _ = rooms("Room\n01\n001\n")
    found.accept_loose(["1"])
    assert found.likely("1") is None
    assert found.find("1") == ["1"]


def test_types_are_found_in_any_case() -> None:
    found, _ = rooms("Room,Type\n1,Double Room\n2,Suite\n")
    assert found.find_types("double-room") == ["Double Room"]
    assert found.find_types("Suite, DOUBLE ROOM") == ["Suite", "Double Room"]
    assert found.find_types("Attic") == ["Attic"]
