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


def test_what_became_of_every_row_is_printed(
    hotel: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(hotel[1]).write_text(
        "Arrive UTC,nights,Zi,status\n2026-05-04T23:00Z,2,101,In house\n2026-05-09T12:00Z,2,,Storniert\n"
    )
    (tmp_path / "blocks.csv").write_text("Room,From,To\n102,2026-05-04,2026-05-06\n")
    said = ["--time-zone", "Europe/Berlin", "--column", "Arrival=Arrive UTC", "--column", "AssignedRoom=Zi"]
    assert main(["convert", *hotel, str(tmp_path / "blocks.csv"), *said]) is ExitCode.DONE
    printed = capsys.readouterr()
    assert printed.err.splitlines()[:6] == [
        "rooms.csv: 2 rows read, 2 rooms",
        "stays.csv: 2 rows read, 1 stay, 1 with a room",
        "stays.csv: locked: 1 in house",
        "stays.csv: left out: 1 cancelled",
        "stays.csv: status: 'In house' 1 (locked, in house), 'Storniert' 1 (left out, cancelled)",
        "blocks.csv: 1 row read, 1 block",
    ]
    assert '    {"RoomNumber": "101", "RoomType": "A"},\n' in printed.out
    assert json.loads(printed.out)["Reservations"][0]["Arrival"] == "2026-05-05"


@pytest.mark.parametrize("column", ["Arrival", "=An", "Arrival="])
def test_a_column_is_named_by_field_and_header(
    hotel: list[str], column: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["convert", *hotel, "--column", column])
    assert "write FIELD=HEADER" in capsys.readouterr().err


def test_reservations_without_rooms_need_the_option(
    hotel: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(hotel[1]).write_text("arrival,nights\n2026-05-04,2\n")
    assert main(["convert", *hotel]) is ExitCode.BAD_INPUT
    assert "or accept it with --without-rooms" in capsys.readouterr().err
    assert main(["convert", *hotel, "--without-rooms"]) is ExitCode.DONE
