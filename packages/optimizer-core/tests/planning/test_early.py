"""An early plan of full components whose stays may use several types."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from optimizer_core import MinimumStay, Problem, Room, Stay
from optimizer_core.backends.cvxpy_backend import CvxpyBackend
from optimizer_core.domain import Limits, Plan, Reason
from optimizer_core.network import MilpStatus, joint
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import NOWHERE, Grid
from optimizer_core.planning import early, find_plan, method
from optimizer_core.planning.early import early_plan
from optimizer_core.verification import verify

if TYPE_CHECKING:
    from optimizer_core.network.identity import Step
    from optimizer_core.network.joint import PartAnswer

START = date(2027, 3, 1)
TYPES = "ABC"


def _full_hotel(seed: int, num_rooms: int = 24, num_nights: int = 30) -> Problem:
    """Return a hotel without a free night, in which most stays may use two of three types."""
    draw = random.Random(seed)
    rooms = [Room(f"{number:03}", TYPES[number % len(TYPES)]) for number in range(num_rooms)]
    stays: list[Stay] = []
    for room in rooms:
        night = 0
        while night < num_nights:
            nights = min(draw.choice([1, 2, 2, 3, 4, 7]), num_nights - night)
            is_locked = draw.random() < 0.2
            own = room.room_type if is_locked else draw.choice(TYPES)
            others = {room.room_type} - {own}
            stays.append(
                Stay(
                    str(len(stays)),
                    START + timedelta(night),
                    START + timedelta(night + nights),
                    own,
                    further_types=tuple(others),
                    current_room=room.number if is_locked else None,
                    is_locked=is_locked,
                )
            )
            night += nights
    return Problem("full", tuple(rooms), tuple(stays), MinimumStay(2))


def _early(problem: Problem) -> dict[int, int] | None:
    grid = Grid(problem)
    arcs = gap_arcs(grid, set(grid.departure), set(grid.arrival))
    (component,) = find_components(grid)
    return early_plan(grid, arcs, component, CvxpyBackend().solve_milp, Limits(300.0))


def _plan(problem: Problem, rooms: dict[int, int]) -> Plan:
    fixed = Grid(problem).fixed_room
    numbers = [room.number for room in problem.rooms]
    places = [rooms[stay] if room == NOWHERE else room for stay, room in enumerate(fixed)]
    return Plan({stay.stay_id: numbers[room] for stay, room in zip(problem.stays, places, strict=True)})


@pytest.mark.parametrize("seed", range(6))
def test_a_hotel_without_a_free_night_gets_a_valid_plan(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "LEAST_COLUMNS", 0)
    problem = _full_hotel(seed)
    rooms = _early(problem)
    assert rooms is not None
    assert not verify(problem, _plan(problem, rooms))


def test_windows_without_a_path_are_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    """With half of the paths taken away, the rooms that lost them get their stays back."""
    monkeypatch.setattr(early, "LEAST_COLUMNS", 0)
    split = early._split

    def lossy(*arguments: object) -> tuple[list[tuple[Step, ...]], set[int]]:
        paths, failed = split(*arguments)  # type: ignore[arg-type]
        task = arguments[1]
        lost = {window.room for window in task.windows[::2]}  # type: ignore[attr-defined]
        kept = [
            () if window.room in lost else path
            for window, path in zip(task.windows, paths, strict=True)  # type: ignore[attr-defined]
        ]
        return kept, failed | lost

    monkeypatch.setattr(early, "_split", lossy)
    problem = _full_hotel(7)
    rooms = _early(problem)
    assert rooms is not None
    assert not verify(problem, _plan(problem, rooms))


def test_one_type_or_a_small_model_needs_no_early_plan() -> None:
    problem = _full_hotel(1)
    assert _early(problem) is None
    alone = problem.replace(
        rooms=tuple(replace(room, room_type="A") for room in problem.rooms),
        stays=tuple(replace(stay, room_type="A", further_types=()) for stay in problem.stays),
    )
    assert _early(alone) is None


def test_a_hotel_without_a_plan_has_no_early_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "LEAST_COLUMNS", 0)
    problem = _full_hotel(2)
    more = Stay("one too many", START, START + timedelta(30), "A", further_types=("B", "C"))
    assert _early(problem.replace(stays=(*problem.stays, more))) is None


def test_the_early_plan_is_the_answer_if_the_method_finds_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(early, "LEAST_COLUMNS", 0)
    plan_component = joint.plan_component

    def none_found(*arguments: object, **options: object) -> PartAnswer:
        answer = plan_component(*arguments, **options)  # type: ignore[arg-type]
        return replace(answer, status=MilpStatus.NO_POINT, rooms=None, value=None, bound=None)

    monkeypatch.setattr(method, "plan_component", none_found)
    problem = _full_hotel(3)
    reported: list[Plan] = []
    answer = find_plan(problem, CvxpyBackend().solve_milp, Limits(300.0, report_plan=reported.append))
    assert answer.reason is Reason.FEASIBLE
    assert answer.plan is not None
    assert not verify(problem, answer.plan)
    assert reported, "it is reported before the method ends"
