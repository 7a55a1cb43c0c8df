"""Reads the cells of one list, and collects their faults."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from optimizer_core.errors import Fault, InvalidDocument
from optimizer_core.wire.exports.dates import DateReader, UnclearDates, UtcWithoutZone, date_order
from optimizer_core.wire.exports.folding import folded
from optimizer_core.wire.exports.options import ExportOptions
from optimizer_core.wire.exports.table import ExportTable, TableRow


class Cells:
    """The cells of a list.

    Parameters
    ----------
    table
        The list.
    rows
        The rows that count.
    date_fields
        Fields that hold dates.
    options
        What the hotel says about its export.

    Raises
    ------
    InvalidDocument
        If dates can be read in two ways.
    """

    def __init__(
        self, table: ExportTable, rows: Sequence[TableRow], date_fields: Sequence[str], options: ExportOptions
    ) -> None:
        order = options.order
        if order is None:
            try:
                order = date_order(row.cells.get(field, "") for row in rows for field in date_fields)
            except UnclearDates as error:
                place = next(
                    table.place(row.line, field)
                    for row in rows
                    for field in date_fields
                    if row.cells.get(field) == error.text
                )
                raise InvalidDocument([Fault(place, str(error))]) from None
        self.faults: list[Fault] = []
        self._table = table
        self._dates = DateReader(order, options.time_zone)
        self._read: dict[tuple[str, str], date] = {}  # a list has few dates, each of them many times
        self._in_utc = {
            field for field in date_fields if folded(table.columns.get(field, "")).endswith("utc")
        }

    def date(self, row: TableRow, field: str) -> date | None:
        """Return the date in a cell; None if it is empty, or, with a fault, no date.

        Raises
        ------
        InvalidDocument
            If it is a stamp in UTC, and the time zone of the hotel is not known.
        """
        text = row.cells.get(field, "")
        if known := self._read.get((field, text)):
            return known

        def read(text: str) -> date | None:
            return self._dates.read(text, is_utc=field in self._in_utc)

        try:
            found: date | None = self.value(row, field, read, "is not a date; write YYYY-MM-DD")
        except UtcWithoutZone:
            message = (
                "the times are in UTC; name the time zone of the hotel, such as --time-zone Europe/Berlin"
            )
            raise InvalidDocument([Fault(self._table.place(row.line, field), message)]) from None
        if found is not None:
            self._read[field, text] = found
        return found

    def value(self, row: TableRow, field: str, read: Callable[[str], Any], message: str) -> Any:
        """Return the value of a cell; None if it is empty, or, with a fault, if it cannot be read."""
        text = row.cells.get(field, "")
        if not text:
            return None
        value = read(text)
        if value is None:
            # A cell of mostly letters may hold a guest's name that slipped into another column.
            is_name = sum(map(str.isalpha, text)) > sum(map(str.isdigit, text))
            shown = "the cell" if is_name else repr(text)
            self.fault(row, field, f"{shown} {message}")
        return value

    def fault(self, row: TableRow, field: str, message: str) -> None:
        """Add a fault of a cell."""
        self.faults.append(Fault(self._table.place(row.line, field), message))
