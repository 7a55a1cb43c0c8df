from __future__ import annotations

from collections.abc import Callable

import pytest

from optimizer_core.errors import InvalidDocument
from optimizer_core.wire.exports.records import csv_text, is_workbook, workbook_records

Workbook = Callable[..., bytes]


def test_cells_of_a_workbook_are_text_as_csv_has_it(workbook: Workbook) -> None:
    content = workbook([["Room", "Day", "Nights", "Yes"], [], [101, ("date", 46146), 2.5, True]])
    assert is_workbook(content)
    first, second = workbook_records(content, "x")
    assert (first.line, second.line) == (1, 3)
    assert second.cells == ["101", "2026-05-04", "2.5", "yes"]


def test_a_time_of_day_is_kept(workbook: Workbook) -> None:
    assert workbook_records(workbook([[("date", 46146.625)]]), "x")[0].cells == ["2026-05-04T15:00:00"]


def test_the_first_visible_sheet_with_a_list_is_read(workbook: Workbook) -> None:
    content = workbook([["secret"]], [], [["Room"]], [["Other"]], hidden=[0])
    assert workbook_records(content, "x")[0].cells == ["Room"]


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 no workbook"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidDocument, match="x: the workbook cannot be read; save it as xlsx"):
        workbook_records(content, "x")


def test_an_empty_workbook_is_refused(workbook: Workbook) -> None:
    with pytest.raises(InvalidDocument, match="the file is empty"):
        workbook_records(workbook([]), "x")


def test_a_quote_that_never_ends_is_reported_with_its_line() -> None:
    with pytest.raises(InvalidDocument, match=r"^r, line 2: is not CSV"):
        list(csv_text(b'room\n"1\n', "r").records(","))


@pytest.mark.parametrize(("content", "what"), [(b"", "is empty"), (b"a\0b", "is not text")])
def test_what_is_no_text_is_refused(content: bytes, what: str) -> None:
    with pytest.raises(InvalidDocument, match=f"the file {what}; export it as CSV or xlsx"):
        csv_text(content, "r")
