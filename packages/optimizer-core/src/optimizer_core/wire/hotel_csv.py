"""Rooms and reservations as hotel systems export them: two CSV files to a problem document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from optimizer_core.errors import Fault, InvalidDocument, InvalidInput
from optimizer_core.wire.csv_table import CsvRow, CsvTable, read_csv_table
from optimizer_core.wire.csv_values import (
    DateOrder,
    UnclearDates,
    date_order,
    read_date,
    read_nights,
    read_yes_or_no,
)

_LIST_OF_TYPES = re.compile(r"[|,;/]")
_LIST = re.compile(r"[|,;/\s]+")

ROOM_COLUMNS = {
    "RoomNumber": (
        *("roomnumber", "roomno", "roomnr", "room", "number", "roomname", "roomid"),
        *("unit", "unitname", "resource", "resourcename", "name"),
    ),
    "RoomType": (
        *("roomtype", "roomtypecode", "type", "roomcategory", "category", "roomclass"),
        *("unitgroup", "resourcecategory", "roomtypename", "roomtypeid"),
    ),
    "AdjacentRooms": (
        *("adjacentrooms", "adjacent", "connectingrooms", "connecting", "adjoiningrooms", "nextto"),
    ),
}
"""Headers of the file of rooms, in small letters and digits alone, the usual one first."""

RESERVATION_COLUMNS = {
    "Id": (
        *("id", "reservationid", "reservationnumber", "confirmationnumber", "confirmation", "bookingid"),
        *("bookingnumber", "number", "resid", "reference"),
    ),
    "Name": ("name", "guestname", "guest", "lastname", "surname"),
    "Arrival": (
        *("arrival", "arrivaldate", "checkin", "checkindate", "startdate", "from", "start"),
        *("scheduledstartutc", "scheduledstart", "startutc", "firstnight"),
    ),
    "Departure": (
        *("departure", "departuredate", "checkout", "checkoutdate", "enddate", "to", "end"),
        *("scheduledendutc", "scheduledend", "endutc", "until"),
    ),
    "Length": ("length", "nights", "los", "lengthofstay", "numberofnights", "roomnights"),
    "RoomType": (
        *("roomtype", "roomtypecode", "bookedroomtype", "type", "roomcategory", "category", "roomclass"),
        *("unitgroup", "requestedresourcecategoryid", "resourcecategory", "roomtypename", "roomtypecharged"),
    ),
    "AllowableRoomTypes": ("allowableroomtypes", "furthertypes", "alternativetypes"),
    "AssignedRoom": (
        *("assignedroom", "roomnumber", "roomno", "roomnr", "room", "roomname", "roomid"),
        *("unit", "unitname", "assignedresourceid", "resource", "resourcename", "assignedunit"),
    ),
    "IsLocked": (
        *("islocked", "locked", "lock", "donotmove", "roomlocked", "roomnumberlocked"),
        *("assignedresourcelocked", "fixed", "pinned"),
    ),
    "AdjacencyGroup": ("adjacencygroup", "group", "groupid", "groupcode", "groupname", "block"),
    "Status": ("status", "state", "reservationstatus", "bookingstatus"),
}
"""Headers of the file of reservations, likewise."""

_GONE = frozenset({"cancelled", "canceled", "noshow", "declined", "waitlist", "waitlisted"})
_NO_LETTERS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class HotelFiles:
    """A problem document made of two exports, and where each of its entries came from.

    Parameters
    ----------
    content
        The problem document, JSON in UTF-8.
    notes
        What was left out: columns without a meaning here, reservations that are cancelled.
    rooms, reservations
        The tables.
    reservation_rows
        The row of each entry of ``Reservations``.
    """

    content: bytes
    notes: tuple[str, ...]
    rooms: CsvTable
    reservations: CsvTable
    reservation_rows: tuple[CsvRow, ...]

    def at_lines(self, error: InvalidInput) -> InvalidDocument:
        """Return an error about the document as one about the lines of the files.

        Parameters
        ----------
        error
            What `load_problem` raised for `content`.
        """
        return InvalidDocument([Fault(self._place(fault.place), fault.message) for fault in error.faults])

    def _place(self, place: tuple[str | int, ...]) -> tuple[str | int, ...]:
        match place:
            case ("Rooms", int(row), *rest):
                table, line = self.rooms, self.rooms.rows[row].line
            case ("Reservations", int(row), *rest):
                table, line = self.reservations, self.reservation_rows[row].line
            case _:
                return place
        return table.place(line, str(rest[0]) if rest else None)


def read_hotel_csv(
    rooms: bytes,
    reservations: bytes,
    *,
    problem_id: str,
    minimum_stay: int | None = None,
    order: DateOrder | None = None,
    rooms_name: str = "rooms",
    reservations_name: str = "reservations",
) -> HotelFiles:
    """Return the problem document of a hotel that was exported as two CSV files.

    Columns are found by the usual names of their headers, in any order; others are left out. Cancelled
    reservations and no-shows are left out too.

    Parameters
    ----------
    rooms, reservations
        The files; see `read_csv_table` for separators and encodings.
    problem_id
        Label of the run.
    minimum_stay
        Nights that the hotel wants between stays; None for the default of a document.
    order
        What dates with slashes begin with; None to see it from the file.
    rooms_name, reservations_name
        Names of the files, for messages.

    Raises
    ------
    InvalidDocument
        If a column is missing or a cell cannot be read; lists every fault with its line.
    """
    room_table = read_csv_table(rooms, rooms_name, ROOM_COLUMNS)
    stay_table = read_csv_table(reservations, reservations_name, RESERVATION_COLUMNS)
    faults = [*_missing(room_table, "RoomNumber"), *_missing(stay_table, "Arrival")]
    if not {"Departure", "Length"} & stay_table.columns.keys():
        faults += _missing(stay_table, "Departure")
    if faults:
        raise InvalidDocument(faults)
    kept = tuple(row for row in stay_table.rows if _plain(row.cells.get("Status", "")) not in _GONE)
    reader = _StayReader(stay_table, _order(stay_table, kept, order))
    entries = [reader.entry(row) for row in kept]
    if reader.faults:
        raise InvalidDocument(reader.faults)
    document: dict[str, Any] = {"ProblemId": problem_id}
    if minimum_stay is not None:
        document["MinimumStay"] = minimum_stay
    document |= {"Rooms": [_room(row) for row in room_table.rows], "Reservations": entries}
    notes = [*_unused(room_table), *_unused(stay_table)]
    if gone := len(stay_table.rows) - len(kept):
        notes.append(f"{stay_table.name}: {gone:,} cancelled, declined or no-show reservations are left out")
    content = json.dumps(document, ensure_ascii=False).encode()
    return HotelFiles(content, tuple(notes), room_table, stay_table, kept)


class _StayReader:
    """Turns rows into reservations, and collects what is wrong with them."""

    def __init__(self, table: CsvTable, order: DateOrder | None) -> None:
        self._table = table
        self._order = order
        self.faults: list[Fault] = []

    def entry(self, row: CsvRow) -> dict[str, Any]:
        """Return one reservation as the document has it."""
        cells = row.cells
        arrival = self._read(row, "Arrival", self._date, "is no date; write YYYY-MM-DD")
        departure = self._read(row, "Departure", self._date, "is no date; write YYYY-MM-DD")
        nights = self._read(row, "Length", read_nights, "is no number of nights; write 1 or more")
        if arrival is not None and departure is not None:
            between = (departure - arrival).days
            if between < 1:
                self._add(row, "Departure", f"{departure} is not after the arrival {arrival}")
            elif nights is not None and nights != between:
                self._add(row, "Length", f"{nights} nights, but {between} from {arrival} to {departure}")
            nights = between
        elif not cells.get("Arrival"):
            self._add(row, "Arrival", "the arrival is missing")
        elif not cells.get("Departure") and not cells.get("Length"):
            self._add(row, "Departure", "the departure is missing, or the number of nights")
        found: dict[str, Any] = {
            field: cells[field]
            for field in ("Id", "Name", "RoomType", "AssignedRoom", "AdjacencyGroup")
            if cells.get(field)
        }
        types = map(str.strip, _LIST_OF_TYPES.split(cells.get("AllowableRoomTypes", "")))
        if further := list(filter(None, types)):
            found["AllowableRoomTypes"] = further
        if self._read(row, "IsLocked", read_yes_or_no, "is neither yes nor no"):
            found["IsLocked"] = True
        return found | {"Arrival": str(arrival), "Length": nights}

    def _date(self, text: str) -> Any:
        return read_date(text, self._order)

    def _read(self, row: CsvRow, field: str, read: Callable[[str], Any], message: str) -> Any:
        """Return what a cell says; None, with a fault, if it says nothing; None if it is empty."""
        text = row.cells.get(field, "")
        if not text:
            return None
        value = read(text)
        if value is None:
            # A cell with letters may hold a guest's name that slipped into another column.
            shown = "the cell" if any(map(str.isalpha, text)) else repr(text)
            self._add(row, field, f"{shown} {message}")
        return value

    def _add(self, row: CsvRow, field: str, message: str) -> None:
        self.faults.append(Fault(self._table.place(row.line, field), message))


def _room(row: CsvRow) -> dict[str, Any]:
    cells = row.cells
    entry: dict[str, Any] = {"RoomNumber": cells.get("RoomNumber", "")}
    if cells.get("RoomType"):
        entry["RoomType"] = cells["RoomType"]
    if adjacent := [number for number in _LIST.split(cells.get("AdjacentRooms", "")) if number]:
        entry["AdjacentRooms"] = adjacent
    return entry


def _order(table: CsvTable, rows: Iterable[CsvRow], order: DateOrder | None) -> DateOrder | None:
    if order is not None:
        return order
    texts = [row.cells.get(field, "") for row in rows for field in ("Arrival", "Departure")]
    try:
        return date_order(texts)
    except UnclearDates as error:
        raise InvalidDocument([Fault((table.name,), str(error))]) from None


def _missing(table: CsvTable, field: str) -> list[Fault]:
    if field in table.columns:
        return []
    aliases = (ROOM_COLUMNS | RESERVATION_COLUMNS)[field]
    there = ", ".join(repr(title) for title in (*table.columns.values(), *table.unused)) or "none"
    message = f"no column tells the {_WORDS[field]}; call it {aliases[0]!r}, say (found: {there})"
    return [Fault((table.name,), message)]


_WORDS = {"RoomNumber": "number of the room", "Arrival": "arrival", "Departure": "departure or the nights"}


def _unused(table: CsvTable) -> list[str]:
    if not table.unused:
        return []
    return [f"{table.name}: without a meaning here: {', '.join(map(repr, table.unused))}"]


def _plain(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())
