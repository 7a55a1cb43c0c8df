"""A table as hotel systems and spreadsheets export it: bytes to rows of named cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from optimizer_core.errors import Fault, InvalidDocument

_SEPARATORS = (";", "\t", ",", "|")
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LETTERS = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One line below the header that is not empty.

    Parameters
    ----------
    line
        Number of its first line in the file, from 1.
    cells
        Text by field, stripped; only the columns whose meaning is known.
    """

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """Part of an export that has a meaning here.

    Parameters
    ----------
    name
        Name of the file, for messages.
    columns
        Header as written, by field.
    unused
        Headers without a meaning here.
    rows
        The lines below the header.
    """

    name: str
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    rows: tuple[CsvRow, ...]

    def place(self, line: int, field: str | None = None) -> tuple[str]:
        """Return where a fault is: file, line and, if it is known, column."""
        header = self.columns.get(field or "")
        return (f"{self.name}, line {line}" + (f", column {header!r}" if header is not None else ""),)


def read_csv_table(content: bytes, name: str, aliases: Mapping[str, tuple[str, ...]]) -> CsvTable:
    """Return the rows of an export.

    The separator is a semicolon, a tab, a comma or a bar, whichever the header has most often, or what a
    first line ``sep=;`` declares. The text is UTF-8, UTF-16 with a byte order mark, or else Windows-1252.

    Parameters
    ----------
    content
        The file.
    name
        Its name, for messages.
    aliases
        Headers in small letters and digits alone, by field, the usual one first.

    Raises
    ------
    InvalidDocument
        If it is empty, is no table, two columns of the same name, or a line has more cells than the header.
    """
    text = _decoded(content)
    declared = _DECLARED.match(text)
    lines = list(io.StringIO(text[declared.end() :] if declared else text, newline=""))
    skipped = 1 if declared else 0
    if "\0" in text or not any(line.strip() for line in lines):
        what = "is no text" if "\0" in text else "is empty"
        raise InvalidDocument([Fault((name,), f"the file {what}; export it as CSV, with a header line")])
    separator = declared.group(1) if declared else _most_frequent(next(filter(str.strip, lines)))
    records = _records(lines, separator, name, skipped)
    header_line, header = next(records)
    columns = _columns(header, aliases, name, header_line)
    faults: list[Fault] = []
    rows: list[CsvRow] = []
    for line, cells in records:
        if len(cells) > len(header) and any(cells[len(header) :]):
            unquoted = f"is a cell with {separator!r} not quoted?"
            message = f"{len(cells)} cells, but the header has {len(header)}; {unquoted}"
            faults.append(Fault((f"{name}, line {line}",), message))
        else:
            rows.append(CsvRow(line, {field: cells[at] for field, at in columns.items() if at < len(cells)}))
    if faults:
        raise InvalidDocument(faults)
    used = set(columns.values())
    unused = tuple(title for at, title in enumerate(header) if title and at not in used)
    return CsvTable(name, {field: header[at] for field, at in columns.items()}, unused, tuple(rows))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _most_frequent(header: str) -> str:
    outside_quotes = "".join(header.split('"')[::2])
    return max(_SEPARATORS, key=outside_quotes.count)


def _records(lines: list[str], separator: str, name: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield number of the first line and stripped cells of every record that is not empty."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield line + skipped, stripped
            line = reader.line_num + 1
    except csv.Error as error:
        raise InvalidDocument([Fault((f"{name}, line {line + skipped}",), f"is no CSV: {error}")]) from None


def _columns(
    header: list[str], aliases: Mapping[str, tuple[str, ...]], name: str, line: int
) -> dict[str, int]:
    """Return the column of each field; among several names of a field the most usual one wins."""
    plain = [_LETTERS.sub("", title.casefold()) for title in header]
    found: dict[str, int] = {}
    for field, names in aliases.items():
        for alias in names:
            places = [at for at, title in enumerate(plain) if title == alias and at not in found.values()]
            if len(places) > 1:
                message = f"{len(places)} columns are called {header[places[0]]!r}; keep one of them"
                raise InvalidDocument([Fault((f"{name}, line {line}",), message)])
            if places:
                found[field] = places[0]
                break
    return found
