"""`bookingopt optimize`: what is written and printed, and which exit code says how it ended."""

import json
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.cli import main
from optimizer_core.domain import Limit, Limits, Plan, Problem, Reason
from optimizer_core.hotel import open_hotel
from optimizer_core.plugins import BackendAnswer, BackendSpec, Capability, PluginManager, hookimpl
from optimizer_core.wire import ResultDocument, load_result

Printed = pytest.CaptureFixture[str]


def written(document: dict[str, Any], folder: Path) -> Path:
    path = folder / "problem.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def optimize(path: Path, *options: str, backend: str = "highs") -> int:
    return main(["optimize", str(path), "--backend", backend, *options])


def result_in(path: Path) -> ResultDocument:
    return load_result(path.read_bytes())


def test_a_plan_is_told_as_a_table(problem_file: Path, capsys: Printed) -> None:
    assert optimize(problem_file) == 0
    output = capsys.readouterr()
    lines = output.out.splitlines()
    assert lines[:5] == [
        "                 before   after",
        "  orphan nights       1       0",
        "  orphan gaps         1       0",
        "  gap cost            8       0",
        "  stays moved            2 of 3",
    ]
    assert lines[6:8] == ["  proved: no plan is better", "  2 of 3 moved, proved the fewest at this cost"]
    assert lines[8].startswith("  highs, ")
    assert output.err == ""


def test_the_result_is_written_and_can_be_judged(problem_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "result.json"
    assert optimize(problem_file, "-o", str(output)) == 0
    result = result_in(output)
    assert (result.solver_name, result.solver_status, result.objective_value) == ("highs", "optimal", 0.0)
    assert main(["verify", str(problem_file), str(output)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problem.json", "result.json"]


def test_json_goes_to_standard_output_alone(
    problem_file: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert optimize(problem_file, "--json") == 0
    output = capsysbinary.readouterr()
    assert load_result(output.out).succeeded
    assert output.err == b""


@pytest.mark.parametrize(("suffix", "begins"), [(".svg", b"<"), (".PNG", b"\x89PNG")])
def test_the_chart_is_drawn_as_its_suffix_says(
    problem_file: Path, tmp_path: Path, suffix: str, begins: bytes
) -> None:
    chart = tmp_path / f"plan{suffix}"
    assert optimize(problem_file, "--chart", str(chart)) == 0
    assert chart.read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--chart", "plan.pdf"], "plan.pdf: charts are drawn as .svg or .png; name such a file"),
        (["-o", "absent/r.json"], "absent/r.json: there is no folder"),
        (["-o", "folder"], "folder: is a folder; name a file"),
        (["-o", "problem.json"], "problem.json: would be written over another file of this command"),
        (["-o", "./folder/../problem.json"], "would be written over another file of this command"),
        (["-o", "r.svg", "--chart", "r.svg"], "r.svg: would be written over another file of this command"),
    ],
)
def test_wrong_targets_are_refused_before_anything_is_solved(
    problem_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed, options: list[str], complaint: str
) -> None:
    (problem_file.parent / "folder").mkdir()
    monkeypatch.chdir(problem_file.parent)
    monkeypatch.setattr("optimizer_core.commands.optimize.run", None)  # calling it would raise
    assert main(["optimize", "problem.json", *options]) == 2
    assert complaint in capsys.readouterr().err
    assert sorted(path.name for path in problem_file.parent.iterdir()) == ["folder", "problem.json"]


def test_infeasible_ends_with_3_and_says_why(
    document: dict[str, Any], tmp_path: Path, capsys: Printed
) -> None:
    """The night of 4 May is sold three times in two rooms; no guest is named."""
    document["Reservations"].append(
        {"Name": "Eve", "Id": 5, "Arrival": "2026-05-04", "Length": 1, "RoomType": "A"}
    )
    output = tmp_path / "result.json"
    path = written(document, tmp_path)
    assert optimize(path, "-o", str(output), "--chart", str(tmp_path / "plan.svg")) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "short of 1 room of type 'A' on 2026-05-04" in told.err
    assert "(Id 5)" in told.err
    assert not any(name in told.err for name in ("Ann", "Bob", "Cy", "Di", "Eve"))
    result = result_in(output)
    assert (result.succeeded, result.current_schedule_infeasible) == (False, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["problem.json", "result.json"]


def test_no_plan_within_the_limit_ends_with_4(tmp_path: Path, capsys: Printed) -> None:
    """The greedy backend puts the early stays so that the long one no longer fits around the lock."""
    nights = [("01", 1), ("03", 1), ("03", 2), ("04", 4)]
    stays: list[dict[str, Any]] = [{"Arrival": f"2027-05-{day}", "Length": count} for day, count in nights]
    stays.append({"Arrival": "2027-05-06", "Length": 1, "AssignedRoom": "1", "IsLocked": True})
    rooms = [{"RoomNumber": "1"}, {"RoomNumber": "2"}]
    path = written({"ProblemId": "x", "MinimumStay": 2, "Rooms": rooms, "Reservations": stays}, tmp_path)
    assert optimize(path, backend="greedy") == 4
    assert "no plan was found within the limit" in capsys.readouterr().err
    assert optimize(path, backend="highs") == 0


def test_warnings_go_to_standard_error(document: dict[str, Any], tmp_path: Path, capsys: Printed) -> None:
    document["Reservations"][0]["AllowableRoomTypes"] = ["Z"]
    assert optimize(written(document, tmp_path)) == 0
    output = capsys.readouterr()
    assert (
        output.err == "warning: Reservations[0].AllowableRoomTypes: no room has the type 'Z'; it is ignored\n"
    )


@pytest.mark.parametrize("price", ["0.333333333333", "2.71828182845905", "1e-999999999"])
def test_a_price_of_many_digits_is_rounded_aloud(
    document: dict[str, Any], tmp_path: Path, capsys: Printed, price: str
) -> None:
    """At a minimum stay of 20 nights 12 digits more do not fit the whole numbers of a solver."""
    document["MinimumStay"] = 20
    document["Reservations"][3] |= {"RoomType": "B", "AllowableRoomTypes": ["A"], "AdjacencyGroup": "g"}
    document["Reservations"][0]["AdjacencyGroup"] = "g"
    problem, output = written(document, tmp_path), tmp_path / "result.json"
    assert optimize(problem, "--upgrade-price", price, "-o", str(output)) == 0
    assert capsys.readouterr().err.startswith("warning: Policy.UpgradePrice: ")
    stated = result_in(output).policy.upgrade_price
    assert stated is not None
    assert stated * 1024 == round(stated * 1024) >= 1
    assert main(["verify", str(problem), str(output)]) == 0


def test_moves_can_be_forbidden_and_priced(problem_file: Path, tmp_path: Path) -> None:
    """The two moves save 8 points."""
    moved = {}
    for options in (
        ("--max-moves", "0"),
        ("--max-moves", "2"),
        ("--move-price", "4.5"),
        ("--move-price", "3.5"),
    ):
        output = tmp_path / "result.json"
        assert optimize(problem_file, "-o", str(output), *options) == 0
        result = result_in(output)
        moved[options] = (result.moved_stays, result.policy.max_moves, result.policy.move_price)
        assert main(["verify", str(problem_file), str(output)]) == 0
    assert moved == {
        ("--max-moves", "0"): (0, 0, None),
        ("--max-moves", "2"): (2, 2, None),
        ("--move-price", "4.5"): (0, None, 4.5),
        ("--move-price", "3.5"): (2, None, 3.5),
    }


def test_a_hotel_without_stays_has_a_plan(document: dict[str, Any], tmp_path: Path) -> None:
    document["Reservations"] = []
    chart = tmp_path / "plan.svg"
    assert optimize(written(document, tmp_path), "--chart", str(chart)) == 0
    assert chart.exists()


def test_a_result_over_an_older_one_is_whole(problem_file: Path, tmp_path: Path) -> None:
    output = tmp_path / "result.json"
    output.write_bytes(b"x" * 1_000_000)
    assert optimize(problem_file, "-o", str(output)) == 0
    assert result_in(output).succeeded


class Interrupted:
    """A backend at which somebody presses Ctrl-C."""

    def __init__(self, presses: int) -> None:
        self.presses = presses

    def solve(
        self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
    ) -> BackendAnswer:
        del problem, start, seed
        for _ in range(self.presses):
            signal.raise_signal(signal.SIGINT)
        assert limits.is_cancelled()
        return BackendAnswer(Reason.CANCELLED, Limit.CANCEL)


class PluginWithInterrupted:
    def __init__(self, presses: int) -> None:
        self.presses = presses

    @hookimpl
    def optimizer_backends(self) -> Iterator[BackendSpec]:
        yield BackendSpec(
            "interrupted", "interrupted", frozenset(Capability), lambda _options: Interrupted(self.presses)
        )


@pytest.mark.parametrize(("presses", "is_written"), [(1, True), (2, False)])
def test_ctrl_c_keeps_the_best_plan_so_far_unless_pressed_twice(
    problem_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Printed,
    presses: int,
    is_written: bool,
) -> None:
    plugins = PluginManager({"test": PluginWithInterrupted(presses)}, external=())
    monkeypatch.setattr("optimizer_core.commands.optimize.load_plugins", lambda: plugins)
    output = tmp_path / "result.json"
    before = signal.getsignal(signal.SIGINT)  # a run in the background ignores it
    assert optimize(problem_file, "-o", str(output), backend="interrupted") == 130
    assert output.exists() == is_written
    told = capsys.readouterr()
    if is_written:
        assert result_in(output).limit == "cancel"
        assert main(["verify", str(problem_file), str(output)]) == 0
        assert "the search was stopped" in told.out
    else:
        assert told.err == "bookingopt: interrupted; nothing was written\n"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_chart_that_cannot_be_drawn_does_not_cost_the_plan(
    problem_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    from optimizer_core.errors import Fault, InvalidInput

    def refuse(*_arguments: object) -> bytes:
        raise InvalidInput([Fault((), "the picture would have 200 megapixels")])

    monkeypatch.setattr("optimizer_core.commands.optimize.draw", refuse)
    output = tmp_path / "result.json"
    assert optimize(problem_file, "-o", str(output), "--chart", str(tmp_path / "plan.png")) == 2
    assert result_in(output).succeeded
    told = capsys.readouterr()
    assert "proved" in told.out
    assert told.err == "bookingopt: the picture would have 200 megapixels\n"


def test_the_day_on_the_command_line_goes_into_the_result_and_is_verified(tmp_path: Path) -> None:
    stays = [
        {"Id": name, "Arrival": arrival, "Length": nights, "AssignedRoom": room}
        for name, arrival, nights, room in (
            ("a", "2026-05-01", 2, "1"),
            ("b", "2026-05-04", 3, "1"),
            ("c", "2026-05-01", 3, "2"),
        )
    ]
    rooms = [{"RoomNumber": number} for number in ("1", "2")]
    found = {"ProblemId": "p", "Rooms": rooms, "Reservations": stays, "MinimumStay": 3}
    path, target = written(found | {"Today": "2026-04-01"}, tmp_path), tmp_path / "result.json"
    for options, room in (((), "2"), (("--today", "2026-05-04"), "2"), (("--today", "2026-05-05"), "1")):
        assert optimize(path, "-o", str(target), *options) == 0
        assert result_in(target).optimized_plan[1].assigned_room == room
        assert main(["verify", str(path), str(target)]) == 0
        open_hotel(path.read_bytes(), target.read_bytes())
    assert optimize(path, "-o", str(target), "--today", "2026-05-04", "--freeze-days", "1") == 0
    assert (result_in(target).today, result_in(target).freeze_days) == (date(2026, 5, 4), 1)
    assert result_in(target).optimized_plan[1].assigned_room == "1"
    assert main(["verify", str(path), str(target)]) == 0


def test_frozen_days_need_a_day(problem_file: Path, capsys: Printed) -> None:
    assert optimize(problem_file, "--freeze-days", "1") == 2
    assert "FreezeDays: the frozen days begin with today, which is missing" in capsys.readouterr().err
