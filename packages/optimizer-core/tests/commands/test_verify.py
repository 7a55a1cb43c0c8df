"""`bookingopt verify` believes the plan, not the figures."""

import json
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.cli import main

Printed = pytest.CaptureFixture[str]


def change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def test_a_right_result_is_right(problem_file: Path, result_file: Path, capsys: Printed) -> None:
    assert main(["verify", str(problem_file), str(result_file)]) == 0
    first, *claims = capsys.readouterr().out.splitlines()
    assert first == "valid: every stay has a room and every rule holds; cost 0, as stated"
    assert claims[:2] == ["Bound 0: recomputed", "SolverStatus optimal: recomputed"]
    assert claims[-1].startswith("fewest moves 2: ")


def test_a_wrong_figure_ends_with_1(problem_file: Path, result_file: Path, capsys: Printed) -> None:
    change(result_file, ObjectiveValue=-1, MovedStays=7)
    assert main(["verify", str(problem_file), str(result_file)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "ObjectiveValue is stated as -1.0 but is 0.0",
        "MovedStays is stated as 7 but is 2",
        "Bound 0.0 is above ObjectiveValue -1.0",
        "SolverStatus says optimal, but Bound and ObjectiveValue differ",
    ]


def test_a_wrong_plan_ends_with_1(problem_file: Path, result_file: Path, capsys: Printed) -> None:
    plan = json.loads(result_file.read_text())["OptimizedPlan"]
    plan[0]["AssignedRoom"] = plan[1]["AssignedRoom"]
    change(result_file, OptimizedPlan=plan)
    assert main(["verify", str(problem_file), str(result_file)]) == 1
    assert capsys.readouterr().out.startswith("broken: no room holds two stays on one night: Reservations[")


def test_a_result_that_states_no_cost_is_judged_too(
    problem_file: Path, result_file: Path, capsys: Printed
) -> None:
    change(result_file, ObjectiveValue=None, Bound=None, SolverStatus="")
    assert main(["verify", str(problem_file), str(result_file)]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("cost 0, the result states no cost")


def test_an_answer_without_a_plan_can_be_right(
    document: dict[str, Any], tmp_path: Path, capsys: Printed
) -> None:
    document["Reservations"].append({"Arrival": "2026-05-04", "Length": 1, "RoomType": "A"})
    problem, result = tmp_path / "problem.json", tmp_path / "result.json"
    problem.write_text(json.dumps(document))
    assert main(["optimize", str(problem), "--backend", "highs", "-o", str(result)]) == 3
    capsys.readouterr()
    assert main(["verify", str(problem), str(result)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "valid: there is no plan, and the result says so",
        "CurrentScheduleInfeasible true: recomputed",
    ]


def test_a_result_that_cannot_be_read_ends_with_2(problem_file: Path, capsys: Printed) -> None:
    assert main(["verify", str(problem_file), str(problem_file)]) == 2
    assert "ProcessingDate: is missing" in capsys.readouterr().err
