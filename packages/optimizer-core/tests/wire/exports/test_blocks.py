from __future__ import annotations

from datetime import date

from optimizer_core.wire.exports.blocks import Block, blocks_of_rooms, read_blocks, within
from optimizer_core.wire.exports.headers import BLOCK_COLUMNS, ROOM_COLUMNS
from optimizer_core.wire.exports.options import ExportOptions, TableFile
from optimizer_core.wire.exports.rooms import RoomList
from optimizer_core.wire.exports.summary import ListSummary
from optimizer_core.wire.exports.table import read_table

FIRST, LAST = date(2026, 5, 1), date(2026, 5, 20)
ROOM_TABLE = read_table(TableFile(b"Room,Status\n01,\n02,Out of order\n", "rooms"), ROOM_COLUMNS)


def listed(text: str) -> tuple[list[Block], list[str], ListSummary]:
    table = read_table(TableFile(text.encode(), "b"), BLOCK_COLUMNS)
    summary = ListSummary("b", "block")
    rooms = RoomList(ROOM_TABLE, ListSummary("rooms", "room"))
    blocks, faults = read_blocks(table, rooms, ExportOptions(), summary)
    return blocks, list(map(str, faults)), summary


def test_a_list_of_blocks_is_read_with_its_kinds() -> None:
    blocks, faults, summary = listed(
        "Room,From,To,Nights,Reason\n1,4.5.2026,6.5.2026,,Owner\n02,5.5.2026,,2,Painter\nTotal,,,2,\n"
    )
    assert faults == []
    assert [block.entry() for block in blocks] == [
        {"RoomNumber": "01", "Start": "2026-05-04", "End": "2026-05-06", "Kind": "HouseUse"},
        {"RoomNumber": "02", "Start": "2026-05-05", "End": "2026-05-07", "Kind": "OutOfOrder"},
    ]
    assert summary.entries == 2


def test_a_wrong_block_is_reported_with_its_line() -> None:
    _, faults, _ = listed(
        "Room,From,To\n09,2026-05-04,2026-05-06\n01,2026-05-04,2026-05-04\n01,,2026-05-04\n02,2026-05-04,\n"
    )
    assert faults == [
        "b, line 2, column 'Room': the hotel has no room '09'",
        "b, line 3, column 'To': the block must end after its first night 2026-05-04",
        "b, line 4, column 'From': the first night is missing",
        "b, line 5, column 'To': the block must end after its first night 2026-05-04",
    ]


def test_a_room_out_of_order_is_blocked_from_today() -> None:
    rooms = RoomList(ROOM_TABLE, ListSummary("rooms", "room"))
    [block] = blocks_of_rooms(ROOM_TABLE, rooms, FIRST, LAST, date(2026, 5, 9))
    assert (block.room, block.start, block.end) == ("02", date(2026, 5, 9), LAST)
    [block] = blocks_of_rooms(ROOM_TABLE, rooms, FIRST, LAST, None)
    assert block.start == FIRST
    assert blocks_of_rooms(ROOM_TABLE, rooms, FIRST, LAST, LAST) == []


def test_what_is_closed_for_good_is_cut_to_the_schedule() -> None:
    blocks, _, summary = listed("Room,From,To\n01,2019-01-01,9999-12-31\n02,2026-05-19,2026-05-25\n")
    cut = within(blocks, FIRST, LAST, {id(blocks[0].table): summary})
    assert [(block.start, block.end) for block in cut] == [
        (FIRST, LAST),
        (date(2026, 5, 19), date(2026, 5, 25)),
    ]
    assert summary.notes() == ["b: the block is cut to the schedule, 2026-05-01 to 2026-05-20 (line 2)"]
