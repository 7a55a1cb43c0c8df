"""Files as spreadsheets write them."""

import io
import zipfile
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

import pytest

Workbook = Callable[..., bytes]

_TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
_ROOT = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="xl/workbook.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"""
_BOOK = """<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{}</sheets></workbook>"""
_SHEET_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
_STYLES = """<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"""


@pytest.fixture
def workbook() -> Workbook:
    """Return a writer of workbooks: rows of texts, numbers, and dates as ``("date", serial)``; by sheet."""
    return write_workbook


def write_workbook(*sheets: Sequence[Sequence[object]], hidden: Sequence[int] = ()) -> bytes:
    """Return an xlsx file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        names = [
            f'<sheet name="S{at}" sheetId="{at + 1}" r:id="r{at}"'
            + (' state="hidden"/>' if at in hidden else "/>")
            for at in range(len(sheets))
        ]
        relations = [
            f'<Relationship Id="r{at}" Type="{_SHEET_TYPE}" Target="worksheets/s{at}.xml"/>'
            for at in range(len(sheets))
        ]
        relations.append(
            f'<Relationship Id="st" Type="{_SHEET_TYPE.replace("worksheet", "styles")}" Target="styles.xml"/>'
        )
        head = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        book.writestr("[Content_Types].xml", _TYPES)
        book.writestr("_rels/.rels", _ROOT)
        book.writestr("xl/workbook.xml", _BOOK.format("".join(names)))
        book.writestr("xl/_rels/workbook.xml.rels", head + "".join(relations) + "</Relationships>")
        book.writestr("xl/styles.xml", _STYLES)
        for at, rows in enumerate(sheets):
            book.writestr(f"xl/worksheets/s{at}.xml", _sheet(rows))
    return content.getvalue()


def _sheet(rows: Sequence[Sequence[object]]) -> str:
    lines = [
        f'<row r="{line}">' + "".join(_cell(line, at, cell) for at, cell in enumerate(row)) + "</row>"
        for line, row in enumerate(rows, 1)
    ]
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = "".join(lines)
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{body}</sheetData></worksheet>'


def _cell(line: int, at: int, cell: object) -> str:
    place = f'r="{chr(65 + at)}{line}"'
    match cell:
        case ("date", serial):
            return f'<c {place} s="1"><v>{serial}</v></c>'
        case bool():
            return f'<c {place} t="b"><v>{int(cell)}</v></c>'
        case int() | float():
            return f"<c {place}><v>{cell}</v></c>"
        case "":
            return ""
    return f'<c {place} t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>'
