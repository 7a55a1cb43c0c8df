"""Blocks: nights on which a room cannot be used, from a list of their own or from rows of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from optimizer_core.errors import Fault
from optimizer_core.wire.exports.cells import Cells
from optimizer_core.wire.exports.options import ExportOptions
from optimizer_core.wire.exports.rooms import RoomList
from optimizer_core.wire.exports.statuses import BlockKind, meaning_of
from optimizer_core.wire.exports.summary import ListSummary
from optimizer_core.wire.exports.table import ExportTable, TableRow
from optimizer_core.wire.exports.values import read_count

_LONG = timedelta(366)
_REASONS = {
    BlockKind.OUT_OF_ORDER: "out of order",
    BlockKind.OUT_OF_SERVICE: "out of service",
    BlockKind.HOUSE_USE: "house use",
    BlockKind.HOLD: "blocked",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A room that cannot be used on the nights ``[start, end)``.

    Parameters
    ----------
    table, row
        Where it stands.
    room
        Number of the room.
    start, end
        First night, and the first night on which it can be used again.
    kind
        Why.
    """

    table: ExportTable
    row: TableRow
    room: str
    start: date
    end: date
    kind: BlockKind

    def entry(self) -> dict[str, Any]:
        """Return the block in the form of the document."""
        return {
            "RoomNumber": self.room,
            "Start": str(self.start),
            "End": str(self.end),
            "Kind": self.kind.value,
        }


def read_blocks(
    table: ExportTable, rooms: RoomList, options: ExportOptions, summary: ListSummary
) -> tuple[list[Block], list[Fault]]:
    """Return the blocks of a list of blocks, and its faults.

    Parameters
    ----------
    table
        The list; a row without a kind is a room out of order.
    rooms
        The rooms of the hotel.
    options
        What the hotel says about its export.
    summary
        Collects what is to be said about the list.
    """
    summary.rows = len(table.rows)
    listed = [row for row in table.rows if not (row.is_footer and not row.cells.get("Start"))]
    summary.left_out["title or total"] += len(table.rows) - len(listed)
    cells = Cells(table, listed, ("Start", "End"), options)
    rooms.accept_loose(row.cells.get("RoomNumber", "") for row in listed)
    blocks = []
    for row in listed:
        start, end = cells.date(row, "Start"), cells.date(row, "End")
        nights = cells.value(row, "Length", read_count, "is not a number of nights; write 1 or more")
        if not row.cells.get("Start"):
            cells.fault(row, "Start", "the first night is missing")
        if start is None:
            continue
        if end is None and nights is not None:
            end = start + timedelta(nights)
        if end is None or end <= start:
            if not row.cells.get("End") or end is not None:
                cells.fault(row, "End", f"the block must end after its first night {start}")
            continue
        kind = meaning_of(row.cells.get("Kind", "")).kind or BlockKind.OUT_OF_ORDER
        for room in rooms.find(row.cells.get("RoomNumber", "")):
            if room in rooms.type_of:
                summary.blocks[_REASONS[kind]] += 1
                blocks.append(Block(table, row, room, start, end, kind))
            else:
                cells.fault(row, "RoomNumber", f"the hotel has no room {room!r}")
    summary.entries = len(blocks)
    return blocks, cells.faults


def blocks_of_rooms(
    table: ExportTable, rooms: RoomList, first: date, last: date, today: date | None
) -> list[Block]:
    """Return the blocks of rooms whose status in the list of rooms is such as out of order.

    Parameters
    ----------
    table, rooms
        The list of rooms.
    first, last
        First arrival and last departure of the hotel.
    today
        Start of the blocks; None for the first arrival.
    """
    start = max(first, today or first)
    return [
        Block(table, row, room, start, last, kind)
        for room, (kind, row) in rooms.blocked.items()
        if start < last
    ]


def within(
    blocks: Iterable[Block], first: date, last: date, summaries: Mapping[int, ListSummary]
) -> list[Block]:
    """Return the blocks without what reaches far beyond the schedule, such as an end in the year 9999.

    Parameters
    ----------
    blocks
        Any blocks.
    first, last
        First arrival and last departure of the hotel.
    summaries
        Collect what was cut, by the identity of the table.
    """
    kept = []
    for block in blocks:
        start = first if block.start < first - _LONG else block.start
        end = last if block.end > last + _LONG else block.end
        if (start, end) != (block.start, block.end):
            summaries[id(block.table)].remark(
                block.row.line, f"the block is cut to the schedule, {first} to {last}"
            )
        if start < end:
            kept.append(replace(block, start=start, end=end))
    return kept
