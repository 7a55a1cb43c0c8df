"""`bookingopt validate` says what a document holds, or everything that is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.cli import main

Printed = pytest.CaptureFixture[str]


def test_a_right_document_is_summed_up(problem_file: Path, capsys: Printed) -> None:
    assert main(["validate", str(problem_file)]) == 0
    output = capsys.readouterr()
    assert output.out == "no fault: 2 rooms of 1 type, 3 stays, 1 of them locked, 2026-05-01 to 2026-05-06\n"
    assert output.err == ""


def test_a_hotel_without_stays_has_no_dates(
    document: dict[str, Any], tmp_path: Path, capsys: Printed
) -> None:
    path = tmp_path / "empty.json"
    path.write_text(json.dumps({**document, "Reservations": []}))
    assert main(["validate", str(path)]) == 0
    assert capsys.readouterr().out == "no fault: 2 rooms of 1 type, 0 stays, 0 of them locked\n"


def test_warnings_do_not_make_it_wrong(document: dict[str, Any], tmp_path: Path, capsys: Printed) -> None:
    document["Rooms"][0]["AdjacentRooms"] = ["404"]
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(document))
    assert main(["validate", str(path)]) == 0
    assert (
        capsys.readouterr().err
        == "warning: Rooms[0].AdjacentRooms: the hotel has no room '404'; it is ignored\n"
    )


def test_a_wrong_document_ends_with_2(document: dict[str, Any], tmp_path: Path, capsys: Printed) -> None:
    document["Reservations"][0]["Length"] = None
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(document))
    assert main(["validate", str(path)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert (
        output.err == "bookingopt: Reservations[0].Length: null where a whole number of nights is expected\n"
    )
