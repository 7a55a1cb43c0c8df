"""The examples are what their generator makes, and teach what their table says."""

import json
import runpy
from pathlib import Path

import pytest

from optimizer_core.domain import Reason, current_plan
from optimizer_core.run import RunResult, run
from optimizer_core.verification import verify
from optimizer_core.wire import load_problem

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
NAMES = ("city-hotel.json", "group.json", "infeasible.json", "ten-rooms.json")


def planned(name: str) -> RunResult:
    return run((EXAMPLES / name).read_bytes())


def test_the_files_are_those_of_the_generator() -> None:
    generator = runpy.run_path(str(EXAMPLES / "make_examples.py"))
    assert sorted(path.name for path in EXAMPLES.glob("*.json")) == sorted(NAMES)
    made = {name: generator["as_json"](make()) for name, make in generator["EXAMPLES"].items()}
    assert made == {name: (EXAMPLES / name).read_text(encoding="utf-8") for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_every_file_is_in_the_table_and_without_a_warning(name: str) -> None:
    assert f"`{name}`" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert load_problem((EXAMPLES / name).read_bytes()).warnings == ()


def test_the_city_hotel_is_full_and_has_a_bit_of_everything() -> None:
    document = json.loads((EXAMPLES / "city-hotel.json").read_text(encoding="utf-8"))
    problem = load_problem((EXAMPLES / "city-hotel.json").read_bytes()).problem
    assert (len(problem.rooms), len(problem.room_types)) == (60, 4)
    assert verify(problem, current_plan(problem)) == []
    assert any(stay.is_locked for stay in problem.stays)
    assert any(stay.further_types for stay in problem.stays)
    assert len(problem.groups) >= 5
    assert document["MinimumStayByDay"]
    assert document["MinimumStayByDate"]
    sold = sum(stay.los_nights for stay in problem.stays)
    assert 0.85 < sold / (len(problem.rooms) * 43) < 0.95


def test_ten_rooms_teaches_what_the_table_says() -> None:
    result = planned("ten-rooms.json").result
    assert (result.solver_status, result.moved_stays) == (Reason.OPTIMAL, 5)
    assert (result.orphan_nights_before, result.orphan_nights_after) == (9, 3)


def test_the_family_comes_next_door() -> None:
    answer = planned("group.json")
    assert answer.result.solver_status == Reason.OPTIMAL
    assert answer.result.non_adjacent_assignments == {}
    assert any(move.reason.startswith("it comes next to its group") for move in answer.result.moves)


def test_infeasible_names_night_types_stays_and_lock() -> None:
    result = planned("infeasible.json").result
    assert result.current_schedule_infeasible
    (shortage,) = result.shortages
    assert (str(shortage.first), str(shortage.last), shortage.rooms_short) == ("2027-05-03", "2027-05-03", 1)
    assert set(shortage.room_types) == {"Double", "Suite"}
    assert sorted({*shortage.reservations, *shortage.locks}) == [0, 1, 2, 3]
