from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bookingopt_worker.examination import RefusedResult, examine
from job_ledger import JobOptions
from optimizer_core.domain import Policy
from optimizer_core.run import run_json

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def solved() -> tuple[bytes, bytes]:
    """Return a problem and its result."""
    document = (EXAMPLES / "ten-rooms.json").read_bytes()
    return document, run_json(document, backend="greedy")


def test_a_right_result_is_summed_up(solved: tuple[bytes, bytes]) -> None:
    outcome = examine(*solved, JobOptions())
    assert outcome.succeeded
    assert (outcome.reason, outcome.backend) == ("feasible", "greedy")
    assert outcome.limit == "method"
    assert outcome.solve_seconds > 0


def test_a_price_that_the_library_rounds_is_the_users_choice() -> None:
    """A tenth becomes 102/1024 in the result; that is no other policy."""
    document = (EXAMPLES / "ten-rooms.json").read_bytes()
    result = run_json(document, backend="greedy", policy=Policy(move_price=Fraction(1, 10)))
    assert json.loads(result)["Policy"]["MovePrice"] == 102 / 1024
    assert examine(document, result, JobOptions(move_price=0.1)).succeeded
    with pytest.raises(RefusedResult):
        examine(document, result, JobOptions(move_price=0.2))


def _two_in_one_room(result: dict[str, Any]) -> None:
    for entry in result["OptimizedPlan"]:
        entry["AssignedRoom"] = result["Rooms"][0]["RoomNumber"]


def _better_than_it_is(result: dict[str, Any]) -> None:
    result["ObjectiveValue"] = 0.0


def _one_stay_less(result: dict[str, Any]) -> None:
    result["OptimizedPlan"].pop()


def _of_another_problem(result: dict[str, Any]) -> None:
    result["ProblemId"] = "another"


@pytest.mark.parametrize(
    "change", [_two_in_one_room, _better_than_it_is, _one_stay_less, _of_another_problem]
)
def test_p11_a_result_that_is_not_so_is_refused(
    solved: tuple[bytes, bytes], change: Callable[[dict[str, Any]], None]
) -> None:
    document, result = solved
    changed = json.loads(result)
    change(changed)
    with pytest.raises(RefusedResult) as caught:
        examine(document, json.dumps(changed).encode(), JobOptions())
    assert caught.value.reasons >= 1


def test_a_plan_made_for_other_choices_than_the_users_is_refused(solved: tuple[bytes, bytes]) -> None:
    with pytest.raises(RefusedResult):
        examine(*solved, JobOptions(max_moves=1_000))


def test_a_point_of_the_curve_that_is_not_so_is_refused() -> None:
    document, options = (EXAMPLES / "ten-rooms.json").read_bytes(), JobOptions("highs", curve_points=3)
    result = run_json(document, backend="highs", curve_points=3)
    assert examine(document, result, options).succeeded
    changed = json.loads(result)
    changed["TradeOff"]["Points"][1]["Moves"] += 1
    with pytest.raises(RefusedResult):
        examine(document, json.dumps(changed).encode(), options)


@pytest.mark.parametrize("result", [b"", b"{}", b"[1]", b'{"Succeeded": true}', b"\xff"])
def test_what_is_no_result_document_is_refused(solved: tuple[bytes, bytes], result: bytes) -> None:
    with pytest.raises(RefusedResult):
        examine(solved[0], result, JobOptions())


def test_a_result_without_a_plan_has_nothing_to_judge() -> None:
    infeasible = (EXAMPLES / "infeasible.json").read_bytes()
    outcome = examine(infeasible, run_json(infeasible), JobOptions())
    assert (outcome.succeeded, outcome.reason) == (False, "infeasible")


def test_the_refusal_quotes_nothing(solved: tuple[bytes, bytes]) -> None:
    document, result = solved
    changed = json.loads(result)
    _two_in_one_room(changed)
    with pytest.raises(RefusedResult) as caught:
        examine(document, json.dumps(changed).encode(), JobOptions())
    assert not any(entry["Name"] in str(caught.value) for entry in changed["OptimizedPlan"] if entry["Name"])
