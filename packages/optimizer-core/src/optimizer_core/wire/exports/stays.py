"""The list of reservations of an export, row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from optimizer_core.wire.exports.blocks import Block
from optimizer_core.wire.exports.cells import Cells
from optimizer_core.wire.exports.folding import folded
from optimizer_core.wire.exports.options import ExportOptions
from optimizer_core.wire.exports.rooms import RoomList
from optimizer_core.wire.exports.statuses import Fate, Meaning, meaning_of
from optimizer_core.wire.exports.summary import ListSummary
from optimizer_core.wire.exports.table import ExportTable, TableRow
from optimizer_core.wire.exports.values import read_count, read_yes_or_no

_LIST_OF_TYPES = re.compile(r"[|,;/]")
_MOST_ROOMS_OF_A_LINE = 100


@dataclass(frozen=True, slots=True)
class StayRow:
    """One reservation of the document.

    Parameters
    ----------
    row
        Its row in the list.
    entry
        It, in the form of the document.
    """

    row: TableRow
    entry: dict[str, Any]


class StayList:
    """Turns the rows of a list into stays and blocks, and collects their faults.

    Parameters
    ----------
    table
        The list of reservations.
    rooms
        The rooms of the hotel.
    options
        What the hotel says about its export.
    summary
        Collects what is to be said about the list.
    """

    def __init__(
        self, table: ExportTable, rooms: RoomList, options: ExportOptions, summary: ListSummary
    ) -> None:
        self.stays: list[StayRow] = []
        self.blocks: list[Block] = []
        self._table = table
        self._rooms = rooms
        self._today = options.today
        self._summary = summary
        self._first_line: dict[tuple[object, ...], int] = {}
        summary.rows = len(table.rows)
        kept = [(row, meaning) for row in table.rows if (meaning := self._kept(row)) is not None]
        self._cells = Cells(table, [row for row, _ in kept], ("Arrival", "Departure"), options)
        self.faults = self._cells.faults
        rooms.accept_loose(cell for row, _ in kept if (cell := row.cells.get("AssignedRoom")))
        for row, meaning in kept:
            self._read_row(row, meaning)
        summary.entries = len(self.stays)
        summary.with_room = sum("AssignedRoom" in stay.entry for stay in self.stays)

    def _kept(self, row: TableRow) -> Meaning | None:
        """Return the meaning of the row's status; None if it leaves the row out, or the row is a total."""
        has_nights = row.cells.get("Departure") or (row.cells.get("Length") and not row.is_total)
        if row.is_footer and not has_nights:
            self._leave_out(row, "title or total", "left out, as a title or a total")
            return None
        status = row.cells.get("Status", "")
        meaning = meaning_of(status)
        if status:
            self._summary.words[status, meaning] += 1
            if not meaning.is_known:
                self._summary.remark(row.line, f"the status {status!r} is not known; read as a stay")
        if meaning.fate is Fate.LEFT_OUT:
            self._summary.left_out[meaning.reason] += 1
            return None
        return meaning

    def _read_row(self, row: TableRow, meaning: Meaning) -> None:
        faults = len(self._cells.faults)
        nights = self._nights(row)
        is_locked = self._cells.value(
            row, "IsLocked", read_yes_or_no, "is neither yes nor no; write yes or no"
        )
        count = self._cells.value(row, "Rooms", read_count, "is not a number of rooms; write 1 or more")
        if len(self._cells.faults) > faults or nights is None:
            return
        arrival, departure = nights
        if arrival == departure:
            self._leave_out(row, "day use", "day use, without a night, is left out")
            return
        cell = row.cells.get("AssignedRoom", "")
        rooms = self._rooms.find(cell) if cell and folded(cell) != "none" else []
        if meaning.fate is Fate.BLOCK:
            self._block(row, meaning, rooms, arrival, departure)
        else:
            self._stays(row, meaning, rooms, nights, is_locked=bool(is_locked), count=count or 1)

    def _nights(self, row: TableRow) -> tuple[date, date] | None:
        cells = row.cells
        arrival, departure = self._cells.date(row, "Arrival"), self._cells.date(row, "Departure")
        nights = self._cells.value(row, "Length", read_count, "is not a number of nights; write 1 or more")
        if not cells.get("Arrival"):
            self._cells.fault(row, "Arrival", "the arrival is missing")
        elif not cells.get("Departure") and not cells.get("Length"):
            self._cells.fault(row, "Departure", "the departure is missing, or the number of nights")
        if arrival is None or (departure is None and nights is None):
            return None
        if departure is None:
            try:
                return arrival, arrival + timedelta(nights or 0)
            except OverflowError:
                self._cells.fault(row, "Length", f"{nights:,} nights reach beyond the calendar")
                return None
        between = (departure - arrival).days
        if between < 0:
            self._cells.fault(row, "Departure", f"{departure} is before the arrival {arrival}; correct one")
        elif nights is not None and nights != between and (nights, between) != (1, 0):
            message = f"{nights:,} nights, but {between:,} from {arrival} to {departure}; correct one"
            self._cells.fault(row, "Length", message)
        return arrival, departure

    def _stays(
        self,
        row: TableRow,
        meaning: Meaning,
        rooms: Sequence[str],
        nights: tuple[date, date],
        *,
        is_locked: bool,
        count: int,
    ) -> None:
        """Add a stay for each room of a row."""
        arrival, departure = nights
        if count > _MOST_ROOMS_OF_A_LINE:
            self._cells.fault(
                row, "Rooms", f"{count:,} rooms on one line; at most {_MOST_ROOMS_OF_A_LINE} are read"
            )
            return
        number = max(count, len(rooms))
        if number > 1:
            self._summary.remark(row.line, "several rooms on one line; each is a stay of its own")
        if meaning.reason == "checked out" and self._today and arrival < self._today < departure:
            self._summary.remark(row.line, "checked out before the departure; the stay ends today")
            departure = self._today
        cell = row.cells.get("RoomType", "")
        types = self._rooms.find_types(cell) if cell else self._types_of(row, rooms)
        for at in range(number):
            room = rooms[at] if at < len(rooms) else None
            if self._is_twin(row, arrival, departure, room):
                continue
            entry: dict[str, Any] = {
                field: row.cells[field] for field in ("Id", "Name") if row.cells.get(field)
            }
            if types:
                entry["RoomType"] = (
                    types[at] if len(types) == number else types[0] if len(types) == 1 else cell
                )
            further = row.cells.get("AllowableRoomTypes", "")
            listed = map(str.strip, _LIST_OF_TYPES.split(further)) if further else ()
            entry["AllowableRoomTypes"] = list(filter(None, listed))
            if room is not None:
                entry["AssignedRoom"] = room
                self._check_room(row, room, at)
            self._lock(row, entry, meaning, is_locked=is_locked)
            if group := row.cells.get("AdjacencyGroup"):
                entry["AdjacencyGroup"] = group
            if not entry["AllowableRoomTypes"]:
                del entry["AllowableRoomTypes"]
            entry |= {"Arrival": str(arrival), "Length": (departure - arrival).days}
            self.stays.append(StayRow(row, entry))

    def _types_of(self, row: TableRow, rooms: Sequence[str]) -> list[str]:
        """Return the types of the rooms of a row without a type, so that it is not moved to any other."""
        known = [self._rooms.type_of[room] for room in rooms if room in self._rooms.type_of]
        if len(set(self._rooms.type_of.values())) == 1 or len(known) != len(rooms):
            return []
        if known:
            self._summary.remark(row.line, "without a type; it takes that of its room")
        return known

    def _lock(self, row: TableRow, entry: dict[str, Any], meaning: Meaning, *, is_locked: bool) -> None:
        """Lock a stay for its status or its column; what is housed in another type keeps its room as well."""
        room = entry.get("AssignedRoom")
        reason = meaning.reason if meaning.fate is Fate.LOCKED else ""
        if reason and room is None:
            self._summary.remark(row.line, f"{reason}, but without a room; it is not locked")
            reason = ""
        if not (reason or is_locked):
            return
        if room is not None and room not in self._rooms.type_of:
            likely = self._rooms.likely(room)
            remedy = "write one of the list of rooms" if likely is None else f"did you mean {likely!r}?"
            message = f"the stay must keep its room, but the hotel has no room {room!r}; {remedy}"
            self._cells.fault(row, "AssignedRoom", message)
        entry["IsLocked"] = True
        self._summary.locked[reason or "by its column"] += 1
        actual, booked = self._rooms.type_of.get(str(room)), entry.get("RoomType")
        if reason and actual and booked not in {None, "Default", actual}:
            entry["AllowableRoomTypes"] = list(dict.fromkeys((*entry["AllowableRoomTypes"], actual)))
            self._summary.remark(row.line, f"{reason} in another type than booked; the stay keeps its room")

    def _check_room(self, row: TableRow, room: str, at: int) -> None:
        if room in self._rooms.type_of:
            written = row.cells["AssignedRoom"]
            if at == 0 and room != written and len(self._rooms.find(written)) == 1:
                self._summary.remark(row.line, f"room {written!r} is read as {room!r}")
        elif (likely := self._rooms.likely(room)) is not None:
            self._summary.remark(row.line, f"the hotel has no room {room!r}; did you mean {likely!r}?")

    def _is_twin(self, row: TableRow, arrival: date, departure: date, room: str | None) -> bool:
        """Return whether the same id, nights and room stand in an earlier line; without a room both count."""
        key = (row.cells.get("Id"), arrival, departure, room)
        first = self._first_line.setdefault(key, row.line)
        if first == row.line or not key[0]:
            return False
        if room is None:
            self._summary.remark(
                row.line, f"the id and the nights of line {first}, both without a room; two stays"
            )
            return False
        self._leave_out(row, "exported twice", f"the same id, nights and room as line {first}; kept once")
        return True

    def _block(self, row: TableRow, meaning: Meaning, rooms: Sequence[str], start: date, end: date) -> None:
        known = [room for room in rooms if room in self._rooms.type_of]
        if meaning.kind is None or not known:
            self._leave_out(row, "block without a room", "a block without a room of the list is left out")
            return
        self._summary.blocks[meaning.reason] += len(known)
        self.blocks += [Block(self._table, row, room, start, end, meaning.kind) for room in known]

    def _leave_out(self, row: TableRow, reason: str, message: str) -> None:
        self._summary.left_out[reason] += 1
        self._summary.remark(row.line, message)
