"""The list of rooms of an export, and the rooms and types that other lists mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from optimizer_core.wire.exports.folding import folded, loose_number
from optimizer_core.wire.exports.statuses import BlockKind, Fate, meaning_of
from optimizer_core.wire.exports.summary import ListSummary
from optimizer_core.wire.exports.table import ExportTable, TableRow

_LIST = re.compile(r"[|,;/\s]+")
_PARTS = re.compile(r"[|,;/+&\n]+")


class RoomList:
    """The rooms of a hotel.

    Parameters
    ----------
    table
        The list of rooms.
    summary
        Collects what is to be said about it.
    """

    def __init__(self, table: ExportTable, summary: ListSummary) -> None:
        self.rows = _rooms(table, summary)
        self.entries = [_entry(row) for row in self.rows]
        self.type_of: Mapping[str, str] = {
            entry["RoomNumber"]: entry.get("RoomType", "Default") for entry in self.entries
        }
        self.blocked: dict[str, tuple[BlockKind, TableRow]] = {}
        for row in self.rows:
            status = row.cells.get("Status", "")
            meaning = meaning_of(status)
            if meaning.fate is Fate.BLOCK and meaning.kind is not None:
                summary.words[status, meaning] += 1
                summary.blocks[meaning.reason] += 1
                self.blocked[row.cells["RoomNumber"]] = (meaning.kind, row)
        summary.entries = len(self.entries)
        self._loose: dict[str, list[str]] = {}
        for number in self.type_of:
            self._loose.setdefault(loose_number(number), []).append(number)
        self._types: dict[str, list[str]] = {}
        for room_type in dict.fromkeys(self.type_of.values()):
            self._types.setdefault(folded(room_type), []).append(room_type)
        self._accepts_loose = False
        self._found: dict[str, list[str]] = {}
        self._found_types: dict[str, list[str]] = {}

    def accept_loose(self, cells: Iterable[str]) -> None:
        """Accept ``101`` for ``0101`` from now on, if every cell of a list means exactly one room so."""
        self._found.clear()
        unknown = [part for cell in set(cells) if cell not in self.type_of for part in self._split(cell)]
        unknown = [part for part in unknown if part not in self.type_of]
        self._accepts_loose = bool(unknown) and all(self.likely(part) is not None for part in unknown)

    def find(self, cell: str) -> list[str]:
        """Return the rooms that a cell means: one, or those that it lists; another text as it is."""
        if cell in self._found:
            return self._found[cell]
        found = self._found[cell] = []
        for part in [cell] if cell in self.type_of else self._split(cell):
            likely = self.likely(part) if self._accepts_loose and part not in self.type_of else None
            found.append(likely or part)
        return found

    def likely(self, number: str) -> str | None:
        """Return the only room whose number differs in blanks, case or leading zeros alone; None if none."""
        found = self._loose.get(loose_number(number), [])
        return found[0] if len(found) == 1 else None

    def find_types(self, cell: str) -> list[str]:
        """Return the types that a cell means: usually one, or those that it lists."""
        if cell not in self._found_types:
            self._found_types[cell] = self._listed_types(cell)
        return self._found_types[cell]

    def _listed_types(self, cell: str) -> list[str]:
        whole = self._type(cell)
        if whole is not None:
            return [whole]
        parts = [self._type(part.strip()) for part in _PARTS.split(cell)]
        known = [part for part in parts if part is not None]
        return known if len(known) == len(parts) > 1 else [cell]

    def _type(self, text: str) -> str | None:
        found = self._types.get(folded(text), [])
        return text if text in found else found[0] if len(found) == 1 else None

    def _split(self, cell: str) -> list[str]:
        """Return the rooms of a cell that lists several; the cell itself if it does not."""
        parts = [part.strip() for part in _PARTS.split(cell) if part.strip()]
        known = all(part in self.type_of or self.likely(part) is not None for part in parts)
        return parts if len(parts) > 1 and known else [cell]


def _rooms(table: ExportTable, summary: ListSummary) -> list[TableRow]:
    """Return the rows of rooms, without totals and titles."""
    summary.rows = len(table.rows)
    certain = [row for row in table.rows if not row.is_footer]
    need_type = bool(certain) and all(row.cells.get("RoomType") for row in certain)
    rows = []
    for row in table.rows:
        number = row.cells.get("RoomNumber", "")
        if row.is_footer and (not number or row.is_total or (need_type and not row.cells.get("RoomType"))):
            summary.left_out["title or total"] += 1
            summary.remark(row.line, "left out, as a title or a total")
        else:
            rows.append(row)
    return rows


def _entry(row: TableRow) -> dict[str, Any]:
    cells = row.cells
    entry: dict[str, Any] = {"RoomNumber": cells.get("RoomNumber", "")}
    if cells.get("RoomType"):
        entry["RoomType"] = cells["RoomType"]
    if adjacent := [number for number in _LIST.split(cells.get("AdjacentRooms", "")) if number]:
        entry["AdjacentRooms"] = adjacent
    return entry
