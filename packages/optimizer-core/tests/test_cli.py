"""The command line as its callers see it: exit codes, what is printed where, and nothing written in vain."""

import copy
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.cli import main

Change = Callable[[dict[str, Any]], object]
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def problem_file(document: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def optimize_in_vain(problem: Path, printed: Printed) -> str:
    """Return the complaint of a run that must end with exit code 2 and leave the folder as it was."""
    folder = problem.parent
    before = {path.name: path.stat().st_size for path in folder.iterdir()}
    code = main(
        ["optimize", str(problem), "-o", str(folder / "out.json"), "--chart", str(folder / "out.svg")]
    )
    output = printed.readouterr()
    assert code == 2
    assert output.out == ""
    assert {path.name: path.stat().st_size for path in folder.iterdir()} == before
    return output.err


def add_lock(document: dict[str, Any], **changes: object) -> None:
    document["Rooms"].append({"RoomNumber": "201", "RoomType": "B"})
    document["Reservations"][3] |= {"IsLocked": True, "AssignedRoom": "102", **changes}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (
            lambda d: d["Reservations"][3].update(Lenght=4),
            "Reservations[3].Lenght: unknown field; did you mean Length?",
        ),
        (
            lambda d: d["Reservations"][3].pop("Arrival"),
            "Reservations[3].Arrival: is missing; it is required",
        ),
        (
            lambda d: d["Reservations"][3].update(Length="four"),
            "Reservations[3].Length: text where a whole number of nights is expected",
        ),
        (
            lambda d: d["Reservations"][3].update(Length=9.5),
            "Reservations[3].Length: 9.5 is not a whole number of nights",
        ),
        (
            lambda d: d["Reservations"][3].update(Length=0),
            "Reservations[3].Length: 0 nights; a stay has at least one night",
        ),
        (
            lambda d: d["Reservations"][3].update(Arrival="2027-02-29"),
            "Reservations[3].Arrival: '2027-02-29' is a date that does not exist",
        ),
        (
            lambda d: d["Rooms"].append({"RoomNumber": "101", "RoomType": "A"}),
            "Rooms[2].RoomNumber: entry 0 is room '101' too; room numbers must be unique",
        ),
        (
            lambda d: add_lock(d, AssignedRoom=None),
            "Reservations[3].AssignedRoom: the stay is locked but has no room; name its room",
        ),
        (
            lambda d: add_lock(d, AssignedRoom="404"),
            "Reservations[3].AssignedRoom: the stay is locked, but the hotel has no room '404'",
        ),
        (
            lambda d: add_lock(d, AssignedRoom="201"),
            (
                "Reservations[3].AssignedRoom: the stay is locked in room '201' of type 'B', "
                "which it may not use"
            ),
        ),
        (
            lambda d: add_lock(d, AssignedRoom="101"),
            (
                "Reservations[2].AssignedRoom: must keep room '101', and so must entry 3, "
                "on the nights from 2026-05-04 to 2026-05-05; release one of them"
            ),
        ),
        (
            lambda d: d["Reservations"][3].update(RoomType="Penthouse"),
            "Reservations[3].RoomType: no room has the type 'Penthouse'; the hotel has 'A'",
        ),
        (
            lambda d: d.update(Rooms=[], Reservations=[]),
            "Rooms: the hotel has no rooms; give at least one",
        ),
        (
            lambda d: d.update(MinimumStay=float("nan")),
            "MinimumStay: NaN is not a number of nights",
        ),
        (
            lambda d: d["Reservations"][3].update(Arrival="2046-05-01"),
            (
                "Reservations[3].Length: leaves 7,309 nights after the first arrival of the schedule "
                "(2026-05-01, entry 0); at most 1,830 nights can be planned at once"
            ),
        ),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(
    document: dict[str, Any], problem_file: Path, capsys: Printed, change: Change, complaint: str
) -> None:
    wrong = copy.deepcopy(document)
    change(wrong)
    problem_file.write_text(json.dumps(wrong), encoding="utf-8")
    assert optimize_in_vain(problem_file, capsys) == f"bookingopt: {complaint}\n"


def test_broken_json_is_told_with_line_and_column(problem_file: Path, capsys: Printed) -> None:
    problem_file.write_text('{\n  "ProblemId": "x"\n  "Rooms": []}', encoding="utf-8")
    complaint = "bookingopt: line 3, column 3: not valid JSON: expecting ',' delimiter\n"
    assert optimize_in_vain(problem_file, capsys) == complaint


def test_a_file_of_200_mb_is_refused_unread(problem_file: Path, capsys: Printed) -> None:
    with problem_file.open("wb") as file:
        file.truncate(200_000_000)
    complaint = "bookingopt: the document has 200 MB; at most 64 MB are accepted\n"
    assert optimize_in_vain(problem_file, capsys) == complaint


def test_all_faults_are_told_at_once(document: dict[str, Any], problem_file: Path, capsys: Printed) -> None:
    document["Reservations"] = [{} for _ in range(40)]
    problem_file.write_text(json.dumps(document), encoding="utf-8")
    lines = optimize_in_vain(problem_file, capsys).splitlines()
    assert lines[0] == "bookingopt: 80 faults:"
    assert lines[1] == "  Reservations[0].Arrival: is missing; it is required"
    assert lines[-1] == "  Reservations[39].Length: is missing; it is required"
    assert len(lines) == 81


def test_of_very_many_faults_the_first_are_told(
    document: dict[str, Any], problem_file: Path, capsys: Printed
) -> None:
    document["Reservations"] = [{} for _ in range(400)]
    problem_file.write_text(json.dumps(document), encoding="utf-8")
    lines = optimize_in_vain(problem_file, capsys).splitlines()
    assert lines[0] == "bookingopt: more than 100 faults:"
    assert lines[-1] == "  and more faults, which are not listed"
    assert len(lines) == 102


def test_a_missing_file_is_told(tmp_path: Path, capsys: Printed) -> None:
    assert main(["validate", str(tmp_path / "absent.json")]) == 2
    assert "cannot read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["improve"],
        ["optimize"],
        ["optimize", "x.json", "--time-limit", "0"],
        ["optimize", "x.json", "--time-limit", "soon"],
        ["optimize", "x.json", "--max-moves", "-1"],
        ["optimize", "x.json", "--move-price", "-0.5"],
        ["optimize", "x.json", "--max-moves", "2.5"],
        ["optimize", "x.json", "--max-moves", "nan"],
        ["optimize", "x.json", "--move-price", "inf"],
        ["optimize", "x.json", "--move-price", "1e999999999"],
        ["optimize", "x.json", "--upgrade-price", "nan"],
        ["optimize", "x.json", "--upgrade-price", "much"],
        ["restrictions", "x.json", "--threshold", "1e999999999"],
        ["schema", "plan"],
        ["chart", "x.json", "--before", "--after"],
    ],
)
def test_wrong_arguments_end_with_exit_code_2(arguments: list[str], capsys: Printed) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: bookingopt")


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        (("--max-moves", "1000001"), "policy.max_moves: 1000001 is above 1,000,000; give at most that"),
        (("--move-price", "2e9"), "policy.move_price: 2000000000 is above 1,000,000,000; give at most that"),
        (("--upgrade-price", "1e300"), "is above 1,000,000,000; give at most that"),
    ],
)
def test_an_absurd_policy_is_one_message_and_exit_code_2(
    problem_file: Path, capsys: Printed, option: tuple[str, str], complaint: str
) -> None:
    assert main(["optimize", str(problem_file), *option]) == 2
    error = capsys.readouterr().err
    assert complaint in error
    assert error.count("\n") == 1


def test_an_unknown_backend_is_told_with_those_there_are(problem_file: Path, capsys: Printed) -> None:
    assert main(["optimize", str(problem_file), "--backend", "hihgs"]) == 2
    complaint = capsys.readouterr().err
    assert "there is no backend 'hihgs'" in complaint
    assert "did you mean 'highs'?" in complaint


def test_ctrl_c_while_reading_ends_with_exit_code_130(
    monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    class Interrupted(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted()))
    assert main(["validate", "-"]) == 130
    assert capsys.readouterr().err == "bookingopt: interrupted; nothing was written\n"


def run_as_process(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "optimizer_core.cli", *arguments]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=60)


def test_standard_input_and_output_carry_documents(document: dict[str, Any]) -> None:
    given = json.dumps(document).encode()
    done = run_as_process("optimize", "-", "--json", "--backend", "highs", given=given)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["Succeeded"] is True


def test_help_names_every_command_and_exit_code() -> None:
    done = run_as_process("--help")
    assert done.returncode == 0
    for word in (b"optimize", b"validate", b"verify", b"chart", b"backends", b"schema", b"exit codes"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "must_not_be_imported"),
    [
        (["--help"], {"pydantic", "numpy", "pluggy"}),
        (["validate", "-"], {"cvxpy", "highspy", "scipy", "PIL"}),
    ],
)
def test_quick_commands_import_nothing_heavy(arguments: list[str], must_not_be_imported: set[str]) -> None:
    code = (
        "import sys\nfrom optimizer_core.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=b"{}", capture_output=True, check=True, timeout=60
    )
    assert must_not_be_imported & set(done.stderr.decode().split()) == set()


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    """As in ``bookingopt schema result | head -1``."""
    command = [sys.executable, "-m", "optimizer_core.cli", "schema", "result"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0
