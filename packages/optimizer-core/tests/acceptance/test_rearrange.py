from __future__ import annotations

from datetime import date, timedelta

from optimizer_core.acceptance.board import Board
from optimizer_core.acceptance.rearrange import Newcomer, Rearrangement, StretchModel, stretches
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, MinimumStay, Problem, Room, Stay, current_plan
from optimizer_core.network import MilpStatus
from optimizer_core.network.grid import Grid

FIRST = date(2026, 5, 1)


def board_of(*, locked: bool) -> Board:
    """Return two rooms with a stay each on the first and the last nights, crosswise."""
    rows = [("a", 0, 2, "1"), ("b", 2, 6, "2"), ("c", 6, 8, "1"), ("d", 6, 8, "2")]
    stays = tuple(
        Stay(name, FIRST + timedelta(a), FIRST + timedelta(b), current_room=room, is_locked=locked)
        for name, a, b, room in rows
    )
    problem = Problem("stretch", (Room("1"), Room("2")), stays, MinimumStay(2))
    return Board(Grid(problem), current_plan(problem), range(4) if locked else ())


NEWCOMER = Newcomer(1, 6, (0,))


def test_the_least_number_of_stays_moves() -> None:
    found = StretchModel(board_of(locked=False), [NEWCOMER], [0], (0, 8)).solve(run_highs, Limits())
    assert isinstance(found, Rearrangement)
    assert found.is_optimal
    assert (len(found.rooms), found.released) == (1, ())


def test_locks_hold_unless_they_may_be_released() -> None:
    board = board_of(locked=True)
    assert StretchModel(board, [NEWCOMER], [0], (0, 8)).solve(run_highs, Limits()) is MilpStatus.INFEASIBLE
    model = StretchModel(board, [NEWCOMER], [0], (0, 8), releasing=True)
    found = model.solve(run_highs, Limits())
    assert isinstance(found, Rearrangement)
    assert len(found.released) == 1
    assert set(found.released) == set(found.rooms)


def test_a_stay_that_crosses_the_border_of_the_stretch_stays() -> None:
    """Within [1, 6) only b is free, so it leaves its room for the one where a stays until its morning."""
    board = board_of(locked=False)
    found = StretchModel(board, [NEWCOMER], [0], (1, 6)).solve(run_highs, Limits())
    assert isinstance(found, Rearrangement)
    assert (found.newcomers, found.rooms) == ((1,), {board.grid.problem.stay_index["b"]: 0})


def test_newcomers_do_not_share_a_room() -> None:
    model = StretchModel(board_of(locked=False), [NEWCOMER, NEWCOMER], [0], (0, 8))
    assert model.solve(run_highs, Limits()) is MilpStatus.INFEASIBLE


def test_stretches_reach_further_and_end_with_the_whole_schedule() -> None:
    board = board_of(locked=False)
    assert stretches(board, [Newcomer(3, 4, (0,))], (1, 2, 9)) == [(2, 5), (1, 6), (0, 8)]
