"""Rooms and reservations as hotel systems export them, read as one problem document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from optimizer_core.errors import Fault, InvalidDocument, InvalidInput
from optimizer_core.wire.convert import DEFAULT_MINIMUM_STAY_NIGHTS
from optimizer_core.wire.exports.blocks import Block, blocks_of_rooms, read_blocks, within
from optimizer_core.wire.exports.document_text import document_text
from optimizer_core.wire.exports.headers import (
    BLOCK_COLUMNS,
    RESERVATION_COLUMNS,
    ROOM_COLUMNS,
    check_named,
    with_named,
)
from optimizer_core.wire.exports.options import ExportOptions, TableFile
from optimizer_core.wire.exports.rooms import RoomList
from optimizer_core.wire.exports.stays import StayList, StayRow
from optimizer_core.wire.exports.summary import ListSummary, counted
from optimizer_core.wire.exports.table import ExportTable, read_table

_WORDS = {
    "RoomNumber": "the number of the room",
    "Arrival": "the arrival",
    "Departure": "the departure or the nights",
    "Start": "the first night",
    "End": "the end or the nights",
}
_ENTRY = re.compile(r"\bentry (\d+)\b")


@dataclass(frozen=True, slots=True)
class HotelFiles:
    """A problem document made from the exports of a hotel system, and the source of each of its entries.

    Parameters
    ----------
    content
        The problem document, JSON in UTF-8.
    summary
        What was read and what became of it, line by line.
    changes
        The lines of the summary about rows that are no usual entries: left out, locked, blocks.
    notes
        What may be a mistake, with the lines of the files.
    rooms, reservations
        The tables.
    room_list
        The rooms.
    stays
        Row and entry of each of ``Reservations``.
    blocks
        The blocks of ``RoomBlocks``.
    """

    content: bytes
    summary: tuple[str, ...]
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    rooms: ExportTable
    reservations: ExportTable
    room_list: RoomList
    stays: tuple[StayRow, ...]
    blocks: tuple[Block, ...]

    def at_lines(self, error: InvalidInput) -> InvalidDocument:
        """Return an error about the document as an error about the lines of the files.

        Parameters
        ----------
        error
            The error of `load_problem` for `content`.
        """
        return InvalidDocument([self._at_line(fault) for fault in error.faults])

    def _at_line(self, fault: Fault) -> Fault:
        match fault.place:
            case ("Rooms", int(row), *rest):
                lines = [row.line for row in self.room_list.rows]
                table, line = self.rooms, lines[row]
            case ("Reservations", int(row), *rest):
                lines = [stay.row.line for stay in self.stays]
                table, line = self.reservations, lines[row]
            case ("RoomBlocks", int(row), *rest):
                block = self.blocks[row]
                return Fault(block.table.place(block.row.line), fault.message)
            case _:
                return fault
        message = _ENTRY.sub(lambda found: f"line {lines[int(found[1])]}", fault.message)
        return Fault(table.place(line, str(rest[0]) if rest else None), message)


def read_hotel_files(
    rooms: TableFile,
    reservations: TableFile,
    blocks: TableFile | None = None,
    *,
    options: ExportOptions | None = None,
) -> HotelFiles:
    """Return the problem document of a hotel that was exported as tables, CSV or xlsx.

    Columns are found by the usual names of their headers in seven languages, in any order; others are left
    out. The status of a row decides whether it is a stay, a stay that keeps its room, a block, or left out.

    Parameters
    ----------
    rooms, reservations, blocks
        The files; see `read_table`. Blocks may also be rows of the reservations.
    options
        What the hotel says about its export; None for nothing.

    Raises
    ------
    InvalidDocument
        If a column is missing or a cell cannot be read; lists every fault with its line.
    """
    said = options or ExportOptions()
    check_named(said.columns)
    room_table = read_table(rooms, with_named(ROOM_COLUMNS, said.columns))
    stay_table = read_table(reservations, with_named(RESERVATION_COLUMNS, said.columns))
    block_table = None if blocks is None else read_table(blocks, with_named(BLOCK_COLUMNS, said.columns))
    _check_columns(room_table, stay_table, block_table, said)
    summaries = [ListSummary(rooms.name, "room"), ListSummary(reservations.name, "stay")]
    room_list = RoomList(room_table, summaries[0])
    stay_list = StayList(stay_table, room_list, said, summaries[1])
    found, faults = list(stay_list.blocks), list(stay_list.faults)
    if block_table is not None:
        summaries.append(ListSummary(block_table.name, "block"))
        listed, wrong = read_blocks(block_table, room_list, said, summaries[2])
        found, faults = found + listed, faults + wrong
    if faults:
        raise InvalidDocument(faults)
    tables = [table for table in (room_table, stay_table, block_table) if table is not None]
    by_table = {id(table): summary for table, summary in zip(tables, summaries, strict=True)}
    if hull := _hull(stay_list.stays):
        found = blocks_of_rooms(room_table, room_list, *hull, said.today) + found
        found = within(found, *hull, by_table)
    document: dict[str, Any] = {"ProblemId": said.problem_id}
    if said.minimum_stay is not None:
        document["MinimumStay"] = said.minimum_stay
    document |= {"Rooms": room_list.entries, "Reservations": [stay.entry for stay in stay_list.stays]}
    if found:
        document["RoomBlocks"] = [block.entry() for block in found]
    lines = [line for summary in summaries for line in summary.lines()]
    nights = DEFAULT_MINIMUM_STAY_NIGHTS if said.minimum_stay is None else said.minimum_stay
    by_default = ", the default; --minimum-stay sets another" if said.minimum_stay is None else ""
    lines.append(f"minimum stay: {counted(nights, 'night')}{by_default}")
    notes = [note for table in tables for note in _unused(table)]
    notes += [note for summary in summaries for note in summary.notes()]
    return HotelFiles(
        document_text(document).encode(),
        tuple(lines),
        tuple(line for summary in summaries for line in summary.changes()),
        tuple(notes),
        room_table,
        stay_table,
        room_list,
        tuple(stay_list.stays),
        tuple(found),
    )


def _hull(stays: list[StayRow]) -> tuple[date, date] | None:
    if not stays:
        return None
    first = [date.fromisoformat(stay.entry["Arrival"]) for stay in stays]
    last = [day + timedelta(stay.entry["Length"]) for day, stay in zip(first, stays, strict=True)]
    return min(first), max(last)


def _check_columns(
    rooms: ExportTable, stays: ExportTable, blocks: ExportTable | None, options: ExportOptions
) -> None:
    tables = [table for table in (rooms, stays, blocks) if table is not None]
    faults = [*_missing(rooms, "RoomNumber"), *_missing(stays, "Arrival")]
    if "Length" not in stays.columns:
        faults += _missing(stays, "Departure")
    if blocks is not None:
        faults += [*_missing(blocks, "RoomNumber"), *_missing(blocks, "Start")]
        faults += [] if "Length" in blocks.columns else _missing(blocks, "End")
    if not ({"AssignedRoom", "RoomType"} & stays.columns.keys() or options.without_rooms):
        message = (
            "no column holds rooms or types, so every stay could go anywhere; name one with "
            "--column AssignedRoom=HEADER or --column RoomType=HEADER, or accept it with --without-rooms "
            f"(found: {_headers(stays)})"
        )
        faults.append(Fault((stays.name,), message))
    for field, header in options.columns.items():
        if not any(header.strip() in table.columns.values() or _is_in(table, header) for table in tables):
            faults.append(Fault(("column",), f"{field}: no file has the header {header!r}"))
    if faults:
        raise InvalidDocument(faults)


def _is_in(table: ExportTable, header: str) -> bool:
    titles = (*table.columns.values(), *table.unused)
    return header.strip().casefold() in {title.casefold() for title in titles}


def _missing(table: ExportTable, field: str) -> list[Fault]:
    if field in table.columns:
        return []
    message = (
        f"no column holds {_WORDS[field]}; name it with --column {field}=HEADER (found: {_headers(table)})"
    )
    return [Fault((table.name,), message)]


def _headers(table: ExportTable) -> str:
    return ", ".join(map(repr, (*table.columns.values(), *table.unused))) or "none"


def _unused(table: ExportTable) -> list[str]:
    if not table.unused:
        return []
    return [f"{table.name}: columns without a meaning here: {', '.join(map(repr, table.unused))}"]
