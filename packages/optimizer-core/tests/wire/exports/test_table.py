from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from optimizer_core.errors import InvalidDocument
from optimizer_core.wire.exports.options import TableFile
from optimizer_core.wire.exports.table import ExportTable, read_table

ALIASES = {"Room": ("room", "roomno"), "Kind": ("kind", "type")}


def read_csv_table(content: bytes, name: str, aliases: Mapping[str, tuple[str, ...]]) -> ExportTable:
    return read_table(TableFile(content, name), aliases)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_the_one_of_the_header(separator: str) -> None:
    table = read_csv_table(f"Room No{separator}Type\n101{separator}A".encode(), "r", ALIASES)
    assert dict(table.rows[0].cells) == {"Room": "101", "Kind": "A"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_of_spreadsheets_are_read(encoding: str) -> None:
    table = read_csv_table("room;type\n1;Süd\n".encode(encoding), "r", ALIASES)
    assert table.rows[0].cells["Kind"] == "Süd"


def test_a_declared_separator_wins_and_lines_count_from_the_first_of_the_file() -> None:
    table = read_csv_table(b"sep=,\r\nroom,type;old\r\n1,A\r\n", "r", ALIASES)
    assert table.rows[0].line == 3
    assert table.unused == ("type;old",)


def test_a_row_begins_where_its_first_line_is_even_after_a_cell_of_two_lines() -> None:
    table = read_csv_table(b'room,type\n1,"A\nB"\n\n2,C\n', "r", ALIASES)
    assert [row.line for row in table.rows] == [2, 5]


def test_the_more_usual_header_wins_and_the_other_is_unused() -> None:
    table = read_csv_table(b"Room No,Room\n7,8\n", "r", ALIASES)
    assert table.rows[0].cells["Room"] == "8"
    assert table.unused == ("Room No",)


def test_a_place_names_file_line_and_column() -> None:
    table = read_csv_table(b"Room No\n7\n", "rooms.csv", ALIASES)
    assert table.place(2, "Room") == ("rooms.csv, line 2, column 'Room No'",)
    assert table.place(2) == ("rooms.csv, line 2",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "r: the file is empty; export it as CSV or xlsx, with a header line"),
        (b"room,room\n1,2\n", "r, line 1: 2 columns are called 'room'; keep one of them"),
        (b"room;a\n1;2;3\n", "r, line 2: 3 cells, but the header has 2; is a cell with ';' not quoted?"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_csv_table(content, "r", ALIASES)
    assert str(caught.value) == message


def test_titles_above_the_header_are_skipped_and_its_separator_counts() -> None:
    table = read_csv_table(
        b"Rooms of the house\nPrinted, on Monday, at 9, by me\n\nRoom;Type\n1;A\n", "r", ALIASES
    )
    assert (table.header_line, table.rows[0].line) == (4, 5)
    assert dict(table.rows[0].cells) == {"Room": "1", "Kind": "A"}


def test_totals_titles_and_headers_between_the_rows_are_marked() -> None:
    table = read_csv_table(
        b"Room;Type\n1;A\nTotal: 1;\nRoom;Type\nPage 2;\nSummer Suite;A\nGesamt;7;8\n", "r", ALIASES
    )
    assert [row.is_total for row in table.rows] == [False, True, True, False, False, True]
    assert [row.is_footer for row in table.rows] == [False, True, True, True, False, True]


def test_a_workbook_is_read_like_a_csv_file(workbook: Callable[..., bytes]) -> None:
    table = read_csv_table(workbook([["List"], ["Room No", "Type"], [101, "A"]]), "r", ALIASES)
    assert dict(table.rows[0].cells) == {"Room": "101", "Kind": "A"}
    assert table.place(3, "Room") == ("r, line 3, column 'Room No'",)
