from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimizer_core.cli import main
from optimizer_core.wire.request_answer import RequestEntry


def fit(problem_file: Path, *options: str) -> int:
    return main(["fit", str(problem_file), "--backend", "highs", *options])


def test_yes_is_one_line_and_exit_code_0(problem_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fit(problem_file, "--arrival", "2026-05-03", "--nights", "1", "--type", "A") == 0
    out = capsys.readouterr().out
    assert out.startswith("fits: room 101 of type 'A', no stay moves; gap cost ")
    assert out.count("\n") == 1


def test_no_is_one_line_and_exit_code_3(problem_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(problem_file.read_bytes())
    document["Rooms"] = document["Rooms"][:1]
    document["Reservations"] = [entry for entry in document["Reservations"] if entry["AssignedRoom"] == "101"]
    problem_file.write_text(json.dumps(document), encoding="utf-8")
    assert fit(problem_file, "--arrival", "2026-05-01", "--nights", "2") == 3
    out = capsys.readouterr().out
    assert out == "does not fit, proved: short of 1 room of type 'A' on the nights 2026-05-01 to 2026-05-02\n"


def test_detail_is_a_document(problem_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fit(problem_file, "--arrival", "2026-05-03", "--nights", "1", "--json") == 0
    entry = RequestEntry.model_validate_json(capsys.readouterr().out)
    assert entry.fits
    assert entry.types[0].free_rooms[0].room == "101"
    assert entry.types[0].cost is not None


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--arrival", "2037-04-01", "--nights", "1"], "--arrival: 2037-04-01 is too far away"),
        (
            ["--arrival", "2026-05-02", "--nights", "0"],
            "--nights: 0 nights; a request has at least one night",
        ),
        (["--arrival", "2026-05-02", "--nights", "999"], "--nights: 999 nights; a request has at most 365"),
        (
            ["--arrival", "2026-05-02", "--nights", "9" * 12],
            "--nights: 999999999999 is not a number of nights",
        ),
        (["--arrival", "2026-05-02", "--nights", "1", "--type", "Z"], "--type: no room has the type 'Z'"),
        (["--arrival", "2026-05-02", "--nights", "1", "--allow", "Z"], "--allow: no room has the type 'Z'"),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(
    problem_file: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert fit(problem_file, *options) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert (captured.out, captured.err.count("\n")) == ("", 1)


def test_a_hotel_that_cannot_be_housed_answers_no_request(
    problem_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(problem_file.read_bytes())
    document["Rooms"] = document["Rooms"][:1]
    problem_file.write_text(json.dumps(document), encoding="utf-8")
    assert fit(problem_file, "--arrival", "2026-05-03", "--nights", "1") == 3
    assert "proved: no plan can house the stays as they are" in capsys.readouterr().err
