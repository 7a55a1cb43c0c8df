from __future__ import annotations

import pytest

from optimizer_core.errors import InvalidDocument
from optimizer_core.wire.exports.cells import Cells
from optimizer_core.wire.exports.options import ExportOptions, TableFile
from optimizer_core.wire.exports.table import ExportTable, read_table


def table(text: str) -> ExportTable:
    return read_table(TableFile(text.encode(), "t"), {"Day": ("day", "dayutc"), "Kind": ("kind",)})


def test_a_cell_that_cannot_be_read_is_a_fault_and_none() -> None:
    read = table("day,kind\n2026-05-44,x\n,\n2026-05-04,x\n")
    cells = Cells(read, read.rows, ["Day"], ExportOptions())
    assert [str(cells.date(row, "Day")) for row in read.rows] == ["None", "2026-05-04"]
    assert list(map(str, cells.faults)) == [
        "t, line 2, column 'day': '2026-05-44' is not a date; write YYYY-MM-DD"
    ]


def test_dates_without_an_order_and_times_without_a_zone_stop_the_import() -> None:
    read = table("day\n04/05/2026\n")
    with pytest.raises(InvalidDocument, match="--day-first or --month-first"):
        Cells(read, read.rows, ["Day"], ExportOptions())
    read = table("Day UTC\n2026-05-04 20:00\n")
    with pytest.raises(InvalidDocument, match=r"t, line 2, column 'Day UTC': the times are in UTC"):
        Cells(read, read.rows, ["Day"], ExportOptions()).date(read.rows[0], "Day")
