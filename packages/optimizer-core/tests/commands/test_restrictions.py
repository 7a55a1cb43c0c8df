"""`bookingopt restrictions`: from a problem or a result, as a table, JSON or an OTA message."""

import csv
import io
import json
from pathlib import Path

import pytest

from optimizer_core.cli import main

Printed = pytest.CaptureFixture[str]


def restrictions(path: Path, *options: str) -> int:
    return main(["restrictions", str(path), "--backend", "highs", *options])


def test_a_problem_gives_a_table_and_a_line_about_the_loss(problem_file: Path, capsys: Printed) -> None:
    assert restrictions(problem_file) == 0
    printed = capsys.readouterr()
    lines = list(csv.DictReader(io.StringIO(printed.out)))
    assert [line["date"] for line in lines] == [f"2026-05-0{day}" for day in range(1, 7)]
    assert "bad stays kept out" in printed.err
    assert "(fewest possible)" in printed.err


@pytest.mark.parametrize("profile", ["full", "through", "fplos"])
def test_a_result_holds_what_its_problem_gives(
    problem_file: Path, result_file: Path, capsys: Printed, profile: str
) -> None:
    assert restrictions(problem_file, "--profile", profile) == 0
    derived = capsys.readouterr()
    assert restrictions(result_file, "--profile", profile) == 0
    assert capsys.readouterr() == derived


def test_json_has_the_entries_of_the_result(result_file: Path, capsys: Printed) -> None:
    assert restrictions(result_file, "--format", "json") == 0
    printed = json.loads(capsys.readouterr().out)
    stored = json.loads(result_file.read_text())["RestrictionCalendars"]
    assert printed == {"Threshold": 0.0, "RestrictionCalendars": stored[:1]}


def test_an_ota_message_goes_to_a_file(problem_file: Path, tmp_path: Path, capsys: Printed) -> None:
    target = tmp_path / "avail.xml"
    assert restrictions(problem_file, "--format", "ota", "--profile", "no-ctd", "-o", str(target)) == 0
    assert capsys.readouterr().out == ""
    text = target.read_text()
    assert "OTA_HotelAvailNotifRQ" in text
    assert "Departure" not in text


def test_a_higher_threshold_finds_more_stays_good(problem_file: Path, capsys: Printed) -> None:
    good = []
    for threshold in ("0", "1000"):
        assert restrictions(problem_file, "--format", "json", "--threshold", threshold) == 0
        good.append(json.loads(capsys.readouterr().out)["RestrictionCalendars"][0]["GoodStays"])
    assert good[0] < good[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--threshold", "-1"], "-1 is out of range; give 0 or more points"),
        (["--threshold", "much"], "'much' is not a number; give 0 or more points"),
        (["--threshold", "nan"], "'nan' is not a number"),
        (["--profile", "all"], "invalid choice: 'all'"),
        (["--format", "xls"], "invalid choice: 'xls'"),
    ],
)
def test_a_wrong_option_ends_with_2(
    problem_file: Path, capsys: Printed, options: list[str], words: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        restrictions(problem_file, *options)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--profile", "no-ctd"], "has no restrictions for 'no-ctd' (it has: full, through, fplos)"),
        (["--threshold", "2"], "was made for the threshold 0; for another give the problem document"),
    ],
)
def test_what_a_result_does_not_hold_ends_with_2(
    result_file: Path, capsys: Printed, options: list[str], words: str
) -> None:
    assert restrictions(result_file, *options) == 2
    assert words in capsys.readouterr().err


def test_stays_that_cannot_be_housed_end_with_3(problem_file: Path, capsys: Printed) -> None:
    document = json.loads(problem_file.read_text())
    document["Rooms"].pop()
    document["Rooms"][0]["AdjacentRooms"] = []
    for entry in document["Reservations"]:
        entry["AssignedRoom"] = None
        entry["IsLocked"] = False
    problem_file.write_text(json.dumps(document))
    assert restrictions(problem_file) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "short" in printed.err


def test_a_result_without_restrictions_asks_for_the_problem(problem_file: Path, capsys: Printed) -> None:
    path = problem_file.parent / "bare.json"
    options = ["--backend", "highs", "-o", str(path)]
    assert main(["optimize", str(problem_file), *options]) == 0
    assert restrictions(path) == 2
    assert "(it has: none); give the problem document" in capsys.readouterr().err
