"""Exports in the shape of eight hotel systems, with guests who do not exist.

Each folder of `shapes` holds the files, the options, the document and what is printed. The expected files are
written again, to be read before they are kept, by ``WRITE_SHAPES=1``.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.errors import InvalidDocument, InvalidInput
from optimizer_core.wire import load_problem
from optimizer_core.wire.exports import ExportOptions, HotelFiles, TableFile, read_hotel_files, time_zone

SHAPES = sorted(path for path in (Path(__file__).parent / "shapes").iterdir() if path.is_dir())
NAMES = [path.name for path in SHAPES]


def options_of(folder: Path) -> ExportOptions:
    said: dict[str, Any] = json.loads((folder / "options.json").read_text())
    if "time_zone" in said:
        said["time_zone"] = time_zone(said["time_zone"])
    return ExportOptions(**said)


def files_of(folder: Path) -> list[TableFile]:
    paths = [folder / name for name in ("rooms.csv", "stays.csv", "blocks.csv")]
    return [TableFile(path.read_bytes(), path.name) for path in paths if path.exists()]


def printed(files: HotelFiles) -> str:
    return "\n".join((*files.summary, *(f"note: {note}" for note in files.notes))) + "\n"


@pytest.mark.parametrize("folder", SHAPES, ids=NAMES)
def test_each_shape_becomes_its_document_and_says_what_became_of_it(folder: Path) -> None:
    files = read_hotel_files(*files_of(folder), options=options_of(folder))
    load_problem(files.content)
    found = {"expected.json": files.content.decode(), "summary.txt": printed(files)}
    for name, text in found.items():
        if os.environ.get("WRITE_SHAPES"):
            (folder / name).write_text(text)
        assert text == (folder / name).read_text()


@pytest.mark.parametrize("folder", SHAPES, ids=NAMES)
def test_each_shape_reads_the_same_from_a_workbook(folder: Path, workbook: Callable[..., bytes]) -> None:
    books = []
    for file in files_of(folder):
        text = file.content.decode()
        separator = ";" if text.count(";") > text.count(",") else ","
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
        books.append(TableFile(workbook(rows), file.name))
    files = read_hotel_files(*books, options=options_of(folder))
    assert files.content.decode() == (folder / "expected.json").read_text()


@pytest.mark.parametrize("folder", SHAPES, ids=NAMES)
def test_each_shape_with_one_thing_wrong_gets_one_message(folder: Path) -> None:
    wrong = json.loads((folder / "wrong.json").read_text())
    files = files_of(folder)
    text = files[1].content.decode()
    assert text.count(wrong["replace"]) == 1
    files[1] = TableFile(text.replace(wrong["replace"], wrong["by"]).encode(), files[1].name)
    assert messages(files, options_of(folder)) == [wrong["message"]]


def messages(files: list[TableFile], options: ExportOptions) -> list[str]:
    """Return what is said about wrong files."""
    try:
        read = read_hotel_files(*files, options=options)
    except InvalidDocument as error:
        return str(error).splitlines()
    try:
        load_problem(read.content)
    except InvalidInput as error:
        return str(read.at_lines(error)).splitlines()
    return []
