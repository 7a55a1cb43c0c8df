"""A table as hotel systems and spreadsheets export it: bytes to rows of named cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from optimizer_core.errors import Fault, InvalidDocument
from optimizer_core.wire.exports.folding import folded
from optimizer_core.wire.exports.options import TableFile
from optimizer_core.wire.exports.records import (
    SEPARATORS,
    CsvText,
    Record,
    csv_text,
    is_workbook,
    workbook_records,
)

_LONGEST_TITLE = 40
_TOTAL = re.compile(
    r"\W*(grand[ -]?|sub[ -]?|zwischen|gesamt)?(totals?|totale|totaal|summe|gesamt|somme|suma|somma|soma)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line below the header that is not empty.

    Parameters
    ----------
    line
        Number of its first line in the file, from 1.
    cells
        Stripped text by field; only columns with a known meaning.
    is_footer
        Whether it may be no entry of the list: a total, a footer, a title between two pages.
    is_total
        Whether it begins with a word for a total, or is the header once more.
    """

    line: int
    cells: Mapping[str, str]
    is_footer: bool = False
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class ExportTable:
    """The columns of an export with a known meaning.

    Parameters
    ----------
    name
        Name of the file, for messages.
    columns
        Header as written, by field.
    unused
        Headers without a known meaning.
    rows
        The lines below the header.
    header_line
        Line of the header.
    """

    name: str
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    rows: tuple[TableRow, ...]
    header_line: int = 1

    def place(self, line: int, field: str | None = None) -> tuple[str]:
        """Return the place of a fault: file, line and, if known, column."""
        header = self.columns.get(field or "")
        return (f"{self.name}, line {line}" + (f", column {header!r}" if header is not None else ""),)


def read_table(file: TableFile, aliases: Mapping[str, tuple[str, ...]]) -> ExportTable:
    """Return the rows of an export, CSV or xlsx.

    The header is the line, among the first, with the most known headers; what stands above it is a title.
    The separator of a CSV file is a semicolon, a tab, a comma or a bar, whichever gives the most known
    headers, or the one declared by a first line ``sep=;``.

    Parameters
    ----------
    file
        The file.
    aliases
        Headers, folded, by field, the usual one first.

    Raises
    ------
    InvalidDocument
        If the file is empty or not a table, has two columns of one name, or a line has more cells than the
        header.
    """
    names = {alias for group in aliases.values() for alias in group}
    separator = ""
    if is_workbook(file.content):
        records = workbook_records(file.content, file.name)
    else:
        text = csv_text(file.content, file.name)
        separator = text.declared or _separator(text, names)
        records = list(text.records(separator))
    start = _header(records[:_LONGEST_TITLE], names)
    header = records[start]
    columns = _columns(header.cells, aliases, file.name, header.line)
    rows, faults = [], []
    for record in records[start + 1 :]:
        cells = record.cells
        is_total = _is_total(cells, header.cells)
        is_footer = is_total or (sum(map(bool, cells)) == 1 < len(header.cells))
        if not is_footer and len(cells) > len(header.cells) and any(cells[len(header.cells) :]):
            unquoted = (
                f"is a cell with {separator!r} not quoted?" if separator else "give each column a header"
            )
            message = f"{len(cells)} cells, but the header has {len(header.cells)}; {unquoted}"
            faults.append(Fault((f"{file.name}, line {record.line}",), message))
        else:
            found = {field: cells[at] for field, at in columns.items() if at < len(cells)}
            rows.append(TableRow(record.line, found, is_footer, is_total))
    if faults:
        raise InvalidDocument(faults)
    used = set(columns.values())
    unused = tuple(title for at, title in enumerate(header.cells) if title and at not in used)
    titles = {field: header.cells[at] for field, at in columns.items()}
    return ExportTable(file.name, titles, unused, tuple(rows), header.line)


def _separator(text: CsvText, names: set[str]) -> str:
    def known(separator: str) -> tuple[int, int]:
        found = text.first(separator, _LONGEST_TITLE)
        return max((_known(cells, names) for cells in found), default=0), text.lines[0].count(separator)

    return max(SEPARATORS, key=known)


def _header(records: list[Record], names: set[str]) -> int:
    """Return the position of the header; the first line if no line has a known one."""
    return max(range(len(records)), key=lambda at: (_known(records[at].cells, names), -at))


def _known(cells: list[str], names: set[str]) -> int:
    return len(names.intersection(map(folded, cells)))


def _is_total(cells: list[str], header: list[str]) -> bool:
    return cells == header or bool(_TOTAL.match(next(filter(None, cells))))


def _columns(
    header: list[str], aliases: Mapping[str, tuple[str, ...]], name: str, line: int
) -> dict[str, int]:
    """Return the column of each field; of several names of a field, the most usual one is taken."""
    plain = [folded(title) for title in header]
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
