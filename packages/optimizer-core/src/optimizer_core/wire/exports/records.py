"""Files of spreadsheets as rows of text: CSV in the encodings in use, and xlsx."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TypeAlias

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from optimizer_core.errors import Fault, InvalidDocument
from optimizer_core.wire.exports.unpacking import check_unpacked

SEPARATORS = (";", "\t", ",", "|")
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_LARGEST_CELLS = 20_000_000

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta
"""What a cell of a workbook holds."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a file that is not empty.

    Parameters
    ----------
    line
        Number of its first line in the file, from 1.
    cells
        Stripped text.
    """

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class CsvText:
    """The text of a CSV file.

    Parameters
    ----------
    name
        Name of the file, for messages.
    lines
        Its lines, without the declaration of the separator.
    declared
        Separator declared by a first line ``sep=;``; None without one.
    """

    name: str
    lines: list[str]
    declared: str | None

    def records(self, separator: str) -> Iterator[Record]:
        """Yield the records.

        Raises
        ------
        InvalidDocument
            If a quote never ends.
        """
        skipped = 0 if self.declared is None else 1
        reader = csv.reader(self.lines, delimiter=separator, strict=True)
        line = 1
        try:
            for cells in reader:
                stripped = [cell.strip() for cell in cells]
                if any(stripped):
                    yield Record(line + skipped, stripped)
                line = reader.line_num + 1
        except csv.Error as error:
            raise InvalidDocument(
                [Fault((f"{self.name}, line {line + skipped}",), f"is not CSV: {error}")]
            ) from None

    def first(self, separator: str, count: int) -> list[list[str]]:
        """Return the cells of the first records, read leniently: the separator may be the wrong one."""
        reader = csv.reader(self.lines[: 4 * count], delimiter=separator)
        try:
            return [[cell.strip() for cell in cells] for cells in islice(reader, count)]
        except csv.Error:
            return []  # reported when the file is read with the separator that was chosen


def is_workbook(content: bytes) -> bool:
    """Return whether a file is a workbook, by its first bytes."""
    return content.startswith((_ZIP, _OLD_WORKBOOK))


def csv_text(content: bytes, name: str) -> CsvText:
    """Return the text of a CSV file: UTF-8, UTF-16 with a byte order mark, or else Windows-1252.

    Raises
    ------
    InvalidDocument
        If the file is empty or no text.
    """
    text = _decoded(content)
    declared = _DECLARED.match(text)
    lines = list(io.StringIO(text[declared.end() :] if declared else text, newline=""))
    if "\0" in text or not any(line.strip() for line in lines):
        what = "is not text" if "\0" in text else "is empty"
        message = f"the file {what}; export it as CSV or xlsx, with a header line"
        raise InvalidDocument([Fault((name,), message)])
    return CsvText(name, lines, declared.group(1) if declared else None)


def workbook_records(content: bytes, name: str) -> list[Record]:
    """Return the rows of the first visible sheet of a workbook that has any.

    Raises
    ------
    InvalidDocument
        If the workbook cannot be read, is too large, or is empty.
    """
    check_unpacked(content, name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in workbook.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                continue
            table = workbook.get_sheet_by_name(sheet.name)
            if table.total_height * table.total_width > _LARGEST_CELLS:
                message = f"the sheet {sheet.name!r} has too many cells; delete the empty rows below the list"
                raise InvalidDocument([Fault((name,), message)])
            rows = table.to_python(skip_empty_area=False)
            if found := [
                Record(line, cells)
                for line, row in enumerate(rows, 1)
                if any(cells := [_text(cell) for cell in row])
            ]:
                return found
    except (CalamineError, OSError, ValueError):
        message = "the workbook cannot be read; save it as xlsx without a password, or as CSV"
        raise InvalidDocument([Fault((name,), message)]) from None
    raise InvalidDocument([Fault((name,), "the file is empty; export it as CSV or xlsx, with a header line")])


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell.strip()
    match cell:
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
    return str(cell)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
