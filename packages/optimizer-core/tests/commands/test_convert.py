from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimizer_core.cli import main
from optimizer_core.commands.exit_code import ExitCode

ROOMS = "Room,Type\n101,A\n102,A\n"


@pytest.fixture
def hotel(tmp_path: Path) -> list[str]:
    (tmp_path / "rooms.csv").write_text(ROOMS)
    (tmp_path / "stays.csv").write_text("arrival,nights,room\n04/05/2026,2,101\n")
    return [str(tmp_path / "rooms.csv"), str(tmp_path / "stays.csv")]


def test_the_document_is_written_and_can_be_optimized(hotel: list[str], tmp_path: Path) -> None:
    target = tmp_path / "hotel.json"
    arguments = ["--day-first", "--id", "May", "--minimum-stay", "2", "--output", str(target)]
    assert main(["convert", *hotel, *arguments]) is ExitCode.DONE
    document = json.loads(target.read_text())
    assert (document["ProblemId"], document["MinimumStay"]) == ("May", 2)
    assert document["Reservations"][0]["Arrival"] == "2026-05-04"
    assert main(["validate", str(target)]) is ExitCode.DONE


def test_without_a_file_to_write_it_is_printed(hotel: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", *hotel, "--month-first"]) is ExitCode.DONE
    assert json.loads(capsys.readouterr().out)["Reservations"][0]["Arrival"] == "2026-04-05"


def test_a_fault_names_file_and_line_and_nothing_is_written(
    hotel: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(hotel[0]).write_text(ROOMS + "101,A\n")
    target = tmp_path / "hotel.json"
    assert main(["convert", *hotel, "--day-first", "--output", str(target)]) is ExitCode.BAD_INPUT
    assert "rooms.csv, line 4, column 'Room': " in capsys.readouterr().err
    assert not target.exists()
