"""An export of a year as a workbook: how long it takes to become a document, and to be checked."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date, timedelta

from benchmarks.table import Row, stopwatch
from optimizer_core.wire import load_problem
from optimizer_core.wire.exports import TableFile, read_hotel_files

NUM_ROOMS, NUM_ROWS = 500, 20_000
FIRST = date(2026, 1, 1)
_SPACE = "http://schemas.openxmlformats.org/"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_SPACE}package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_SPACE}package/2006/relationships">'
        '<Relationship Id="r1" Target="xl/workbook.xml" '
        f'Type="{_SPACE}officeDocument/2006/relationships/officeDocument"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_SPACE}spreadsheetml/2006/main" '
        f'xmlns:r="{_SPACE}officeDocument/2006/relationships">'
        '<sheets><sheet name="Stays" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_SPACE}package/2006/relationships">'
        '<Relationship Id="r1" Target="worksheets/sheet1.xml" '
        f'Type="{_SPACE}officeDocument/2006/relationships/worksheet"/></Relationships>'
    ),
}


def imports() -> list[Row]:
    """Return the times of an import of a year of a hotel with 500 rooms."""
    rooms = "Room,Type\n" + "".join(f"{room:04},{_type(room)}\n" for room in range(1, NUM_ROOMS + 1))
    files = [TableFile(rooms.encode(), "rooms.csv"), TableFile(_workbook(_rows()), "stays.xlsx")]
    seconds, read = stopwatch(lambda: read_hotel_files(*files))
    loading, loaded = stopwatch(lambda: load_problem(read.content))
    note = f"{NUM_ROWS:,} rows of xlsx, {len(loaded.problem.stays):,} stays"
    return [Row("import of a year", seconds, "loading its document", loading, note=note)]


def _type(room: int) -> str:
    return "ABC"[room % 3]


def _rows() -> list[list[str]]:
    """Return rows whose stays in a room follow each other, a fifth of them cancelled."""
    rng = random.Random(1)
    free = [FIRST] * (NUM_ROOMS + 1)
    rows = [["Id", "Name", "Check-in", "Check-out", "Nights", "Type", "Room", "Status", "Notes"]]
    for number in range(NUM_ROWS):
        room = 1 + number % NUM_ROOMS
        arrival = free[room] + timedelta(rng.randrange(3))
        departure = free[room] = arrival + timedelta(rng.randrange(1, 8))
        status = rng.choice(["Confirmed", "Cancelled", "Checked out", "Option", "Guaranteed"])
        dates = [f"{arrival:%d.%m.%Y}", f"{departure:%d.%m.%Y}", str((departure - arrival).days)]
        rows.append(
            [f"{100_000 + number}", f"Guest {number}", *dates, _type(room), f"{room}", status, "late"]
        )
    return rows


def _workbook(rows: list[list[str]]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in _PARTS.items():
            book.writestr(name, text)
        lines = "".join(
            "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>"
            for row in rows
        )
        sheet = (
            f'<worksheet xmlns="{_SPACE}spreadsheetml/2006/main"><sheetData>{lines}</sheetData></worksheet>'
        )
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return content.getvalue()
