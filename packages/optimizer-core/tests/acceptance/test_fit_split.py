from __future__ import annotations

from datetime import date, timedelta

import pytest

from optimizer_core.acceptance.best_values import BestValues
from optimizer_core.acceptance.board import Board
from optimizer_core.acceptance.fit_search import FitSearch
from optimizer_core.acceptance.fit_split import cuts, split_in_place, split_request
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, MinimumStay, Problem, Room, Stay, current_plan
from optimizer_core.domain.request import Request
from optimizer_core.network.grid import Grid

FIRST = date(2026, 5, 1)


@pytest.fixture
def board() -> Board:
    """Return two rooms of type A and one of B with locked stays: no room is free on all of nights 0 to 5."""
    rows = [("a", 3, 6, "1"), ("b", 0, 2, "2"), ("c", 5, 6, "2"), ("d", 0, 3, "3"), ("e", 6, 8, "3")]
    kinds = {"1": "A", "2": "A", "3": "B"}
    stays = tuple(
        Stay(name, FIRST + timedelta(a), FIRST + timedelta(b), kinds[room], (), room, is_locked=True)
        for name, a, b, room in rows
    )
    rooms = tuple(Room(number, kind) for number, kind in kinds.items())
    problem = Problem("split", rooms, stays, MinimumStay(2))
    return Board(Grid(problem), current_plan(problem), range(len(rows)))


def test_fewest_changes_first(board: Board) -> None:
    pieces = split_in_place(board, (0, 6), {0: 0, 1: 1}, 5, 1)
    assert pieces == [(0, 3, 0), (3, 6, 2)]


def test_no_more_changes_than_allowed(board: Board) -> None:
    assert split_in_place(board, (0, 6), {0: 0, 1: 1}, 0, 1) is None
    assert split_in_place(board, (0, 6), {0: 0}, 5, 1) is None  # night 5 is taken in both rooms of A


def test_each_piece_has_its_least_nights(board: Board) -> None:
    assert split_in_place(board, (0, 5), {0: 0}, 3, 2) == [(0, 2, 0), (2, 5, 1)]
    assert split_in_place(board, (1, 4), {0: 0}, 3, 2) is None


def test_a_change_to_a_type_of_less_value_is_avoided(board: Board) -> None:
    up = split_in_place(board, (0, 5), {0: 0, 1: 1}, 2, 1)
    assert up is not None
    assert {board.grid.room_type[room] for _, _, room in up} == {0}


def test_every_cut_leaves_pieces_long_enough() -> None:
    assert list(cuts(0, 5, 1, 2)) == [(2,), (3,)]
    assert list(cuts(0, 6, 2, 2)) == [(2, 4)]
    assert list(cuts(0, 3, 1, 2)) == []


def search_of(board: Board) -> FitSearch:
    return FitSearch(board, BestValues(board.grid.problem, run_highs), run_highs)


def test_pieces_of_one_request_are_an_offer_with_its_downgrades(board: Board) -> None:
    stay = Stay("new", FIRST, FIRST + timedelta(6), "A", ("B",))
    split = split_request(search_of(board), Request(stay, (), 1), Limits())
    assert split.offer is not None
    assert [piece.room_number for piece in split.offer.pieces] == ["1", "3"]
    assert (split.offer.changes, split.offer.downgrades, split.is_proved) == (1, 1, True)
    assert split.cost is not None
    assert split.cost.is_exact


def in_three_pieces(*, is_locked: bool) -> tuple[FitSearch, Request]:
    """Return a request of three pieces for which nobody moves; two will do if a goes from room 1 to 3."""
    rows = [
        ("a", 2, 4, "1", is_locked),
        ("b", 4, 6, "1", True),
        ("c", 0, 4, "2", True),
        ("d", 0, 2, "3", True),
        ("e", 4, 6, "3", True),
    ]
    stays = tuple(
        Stay(name, FIRST + timedelta(x), FIRST + timedelta(y), "A", (), room, is_locked=locked)
        for name, x, y, room, locked in rows
    )
    problem = Problem("fewer", tuple(Room(number, "A") for number in "123"), stays, MinimumStay(2))
    board = Board(Grid(problem), current_plan(problem))
    return search_of(board), Request(Stay("new", FIRST, FIRST + timedelta(6), "A"), (), 2)


@pytest.mark.parametrize(
    ("is_locked", "is_refused", "is_proved"), [(False, True, False), (True, True, True), (True, False, False)]
)
def test_an_undisturbed_split_is_fewest_only_if_no_move_saves_a_change(
    is_locked: bool, is_refused: bool, is_proved: bool
) -> None:
    search, request = in_three_pieces(is_locked=is_locked)
    split = split_request(search, request, Limits(), is_refused=is_refused)
    assert split.offer is not None
    assert [piece.room_number for piece in split.offer.pieces] == ["1", "3", "2"]
    assert (split.offer.changes, split.offer.moves) == (2, ())
    assert split.is_proved is is_proved


def test_fewest_changes_are_not_proved_without_solving(board: Board) -> None:
    """One change is the fewest for what fits into no single room; more need a model for each cut."""
    one = Request(Stay("new", FIRST, FIRST + timedelta(6), "A", ("B",)), (), 1)
    assert split_request(search_of(board), one, Limits(), prove_costs=False).is_proved
    search, two = in_three_pieces(is_locked=True)
    assert not split_request(search, two, Limits(), prove_costs=False).is_proved
    assert not split_request(search, two, Limits(is_cancelled=lambda: True)).is_proved


def test_others_make_room_for_the_pieces_where_no_room_is_free() -> None:
    """The request needs room 1 before room 2; a is in the way on the first night and may go to room 3."""
    rows = [
        ("a", 1, 2, "1", ("B",), False),
        ("b", 3, 5, "1", (), True),
        ("c", 0, 2, "2", (), True),
        ("d", 2, 4, "3", (), True),
    ]
    kinds = {"1": "A", "2": "A", "3": "B"}
    stays = tuple(
        Stay(name, FIRST + timedelta(x), FIRST + timedelta(y), kinds[room], further, room, is_locked=locked)
        for name, x, y, room, further, locked in rows
    )
    rooms = tuple(Room(number, kind) for number, kind in kinds.items())
    problem = Problem("moves", rooms, stays, MinimumStay(2))
    board = Board(Grid(problem), current_plan(problem))
    request = Request(Stay("new", FIRST + timedelta(1), FIRST + timedelta(4), "A"), (), 1)
    split = split_request(search_of(board), request, Limits())
    assert split.offer is not None
    assert [piece.room_number for piece in split.offer.pieces] == ["1", "2"]
    assert [(move.stay_id, move.to_room) for move in split.offer.moves] == [("a", "3")]
    assert split.is_proved
    assert split_request(search_of(board), Request(request.stay, (), 1, 2), Limits()).offer is None
