from __future__ import annotations

from datetime import date, timedelta

import pytest

from optimizer_core.acceptance.board import Board, nights_mask
from optimizer_core.domain import MinimumStay, Problem, Room, Stay, current_plan
from optimizer_core.network.grid import Grid
from optimizer_core.objective import score

FIRST = date(2026, 5, 1)


def night_stay(stay_id: str, first: int, last: int, room: str, **rest: object) -> Stay:
    return Stay(stay_id, FIRST + timedelta(first), FIRST + timedelta(last), "A", current_room=room, **rest)  # type: ignore[arg-type]


@pytest.fixture
def board() -> Board:
    """Return two rooms of type A and one of B: 1 has gaps on nights 2-3 and 6, 2 on night 3."""
    problem = Problem(
        "board",
        (Room("1", "A"), Room("2", "A"), Room("3", "B")),
        (
            night_stay("a", 0, 2, "1"),
            night_stay("b", 4, 6, "1", is_locked=True),
            night_stay("c", 7, 8, "1"),
            night_stay("d", 0, 3, "2"),
            night_stay("e", 4, 8, "2", further_types=("B",)),
        ),
        MinimumStay(2),
    )
    grid = Grid(problem)
    return Board(grid, current_plan(problem), [problem.stay_index["b"]])


def stay_ids(board: Board, stays: list[int]) -> list[str]:
    return [board.grid.problem.stays[stay].stay_id for stay in stays]


def test_nights_are_half_open() -> None:
    assert nights_mask(1, 3) == 0b110


def test_a_room_is_free_only_on_all_nights(board: Board) -> None:
    assert board.free_rooms([0], 3, 4) == [0, 1]
    assert board.free_rooms([0], 2, 4) == [0]
    assert board.free_rooms([0], 2, 5) == []


def test_blockers_are_the_stays_on_those_nights_alone(board: Board) -> None:
    assert stay_ids(board, board.blockers(0, 1, 5)) == ["a", "b"]
    assert board.blockers(0, 2, 4) == []
    assert stay_ids(board, board.blockers(0, 5, 8)) == ["b", "c"]


def test_nights_without_a_free_room_are_sold_out(board: Board) -> None:
    assert board.sold_out([0], 0, 8) == [0, 1, 4, 5, 7]
    assert board.sold_out([0, 1], 0, 8) == []


def test_inserting_costs_what_the_score_says(board: Board) -> None:
    problem = board.grid.problem
    for room, arrival, departure in [(0, 2, 3), (0, 3, 4), (0, 2, 4), (0, 6, 7), (1, 3, 4), (2, 3, 5)]:
        stay = night_stay("new", arrival, departure, problem.rooms[room].number)
        stay = Stay("new", stay.arrival, stay.departure, None, current_room=stay.current_room)
        wider = problem.replace(stays=(*problem.stays, stay))
        change = (
            score(wider, current_plan(wider)).gaps.total - score(problem, current_plan(problem)).gaps.total
        )
        assert board.insertion_cost(room, arrival, departure) == change
        assert board.change_cost({}, [(arrival, departure, room)]) == change


def test_moves_change_the_rooms_on_both_sides(board: Board) -> None:
    problem = board.grid.problem
    moved = problem.stay_index["c"]
    assert board.change_cost({moved: 2}, []) == -board.gap(6, 7)


def test_only_what_a_lock_holds_can_be_released(board: Board) -> None:
    index = board.grid.problem.stay_index
    assert not board.is_movable(index["b"])
    assert board.is_releasable(index["b"])
    assert board.is_movable(index["a"])
    assert not board.is_releasable(index["a"])


def test_types_belong_together_where_a_stay_may_use_both(board: Board) -> None:
    assert board.closure([0]) == (0, 1)
    assert board.closure([1], releasing=True) == (0, 1)
