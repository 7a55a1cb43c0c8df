from __future__ import annotations

from datetime import date, timedelta

from optimizer_core.acceptance.board import Board
from optimizer_core.acceptance.ejection import eject
from optimizer_core.domain import MinimumStay, Plan, Problem, Room, Stay, current_plan
from optimizer_core.network.grid import Grid
from optimizer_core.verification import verify

FIRST = date(2026, 5, 1)


def hotel(*rows: tuple[str, int, int, str, bool]) -> Board:
    """Return the rooms that the rows name, and their stays."""
    stays = tuple(
        Stay(name, FIRST + timedelta(a), FIRST + timedelta(b), current_room=room, is_locked=locked)
        for name, a, b, room, locked in rows
    )
    rooms = tuple(Room(number) for number in sorted({row[3] for row in rows}))
    problem = Problem("ejection", rooms, stays, MinimumStay(2))
    return Board(Grid(problem), current_plan(problem))


def check(board: Board, arrival: int, departure: int, room: int | None, rooms: dict[int, int]) -> None:
    """Check that what was found is a plan."""
    problem = board.grid.problem
    assert room is not None
    new = Stay("new", problem.date(arrival), problem.date(departure))
    numbers = [entry.number for entry in problem.rooms]
    now = {s.stay_id: numbers[rooms.get(i, board.room_of[i])] for i, s in enumerate(problem.stays)}
    wider = problem.replace(stays=(*problem.stays, new))
    assert verify(wider, Plan(now | {"new": numbers[room]})) == []


def test_one_stay_makes_place() -> None:
    board = hotel(("a", 0, 2, "1", False), ("b", 3, 5, "1", False), ("c", 2, 5, "2", False))
    found = eject(board, 1, 3, [0])
    check(board, 1, 3, found.room, found.rooms)
    assert (len(found.rooms), found.least_moves) == (1, 1)


def test_a_stay_that_makes_place_displaces_another() -> None:
    board = hotel(
        ("a", 0, 2, "1", False),
        ("b", 2, 3, "2", False),
        ("c", 0, 1, "2", True),
        ("d", 0, 2, "3", True),
        ("e", 3, 5, "3", True),
        ("f", 3, 5, "2", True),
    )
    found = eject(board, 0, 3, [0])
    assert found.room is None
    assert found.least_moves == 3  # nights 0 and 1 are full: no number of moves would do
    found = eject(board, 2, 5, [0])
    check(board, 2, 5, found.room, found.rooms)


def test_two_stays_of_one_room_both_leave() -> None:
    board = hotel(
        ("a", 0, 2, "1", False),
        ("b", 2, 4, "1", False),
        ("c", 2, 4, "2", True),
        ("d", 0, 2, "3", True),
        ("e", 4, 6, "2", True),
        ("f", 4, 6, "3", True),
    )
    found = eject(board, 0, 4, [0])
    check(board, 0, 4, found.room, found.rooms)
    assert (found.least_moves, len(found.rooms)) == (2, 2)


def test_a_locked_stay_does_not_make_place() -> None:
    board = hotel(("a", 0, 2, "1", True), ("b", 3, 5, "1", False), ("c", 2, 5, "2", True))
    found = eject(board, 1, 3, [0])
    assert (found.room, found.rooms, found.least_moves) == (None, {}, 3)
