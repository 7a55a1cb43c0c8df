from __future__ import annotations

from datetime import date, timedelta

import pytest

from optimizer_core.acceptance import fit_search
from optimizer_core.acceptance.best_values import BestValues
from optimizer_core.acceptance.board import Board
from optimizer_core.acceptance.fit_search import FitSearch
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, MinimumStay, Problem, Room, Stay, current_plan
from optimizer_core.network.grid import Grid

FIRST = date(2026, 5, 1)


def search_of(*rows: tuple[str, int, int, str, bool]) -> FitSearch:
    """Return the search of the rooms that the rows name."""
    stays = tuple(
        Stay(name, FIRST + timedelta(a), FIRST + timedelta(b), current_room=room, is_locked=locked)
        for name, a, b, room, locked in rows
    )
    rooms = tuple(Room(number) for number in sorted({row[3] for row in rows}))
    problem = Problem("search", rooms, stays, MinimumStay(2))
    locks = [index for index, stay in enumerate(problem.stays) if stay.is_locked]
    board = Board(Grid(problem), current_plan(problem), locks)
    return FitSearch(board, BestValues(problem, run_highs), run_highs)


def request(first: int, last: int) -> Stay:
    return Stay("new", FIRST + timedelta(first), FIRST + timedelta(last))


CROSSED = (("a", 0, 2, "1", False), ("b", 2, 6, "2", False), ("c", 6, 8, "1", False))


def test_one_model_of_the_whole_schedule_proves_its_moves() -> None:
    offer = search_of(*CROSSED).moving([request(1, 6)], 0, Limits())
    assert offer is not None
    assert (len(offer.moves), offer.moves_bound) == (1, 1)


def test_a_stretch_alone_proves_no_more_than_was_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit_search, "LARGEST_WHOLE_COLUMNS", 0)
    monkeypatch.setattr(fit_search, "MARGINS_NIGHTS", (0, 1))
    offer = search_of(*CROSSED).moving([request(1, 6)], 0, Limits())
    assert offer is not None
    assert (len(offer.moves), offer.moves_bound) == (1, 0)


def test_the_best_plan_is_an_offer_whatever_it_moves() -> None:
    search = search_of(*CROSSED)
    best = search.values.with_stays([request(1, 6)], Limits())
    offer = search.taken_from(best, [request(1, 6)], 1)
    assert offer is not None
    assert len(offer.moves) >= offer.moves_bound == 1


def test_the_smallest_set_of_locks_is_named() -> None:
    """Room 1 has two locks in the way, room 2 one."""
    search = search_of(
        ("a", 0, 2, "1", True), ("b", 3, 5, "1", True), ("c", 2, 4, "2", True), ("d", 7, 8, "1", True)
    )
    refusal = search.refusal([request(1, 3)], (), Limits())
    assert refusal.is_proved
    assert refusal.release is not None
    assert (len(refusal.release.lock_ids), refusal.release.is_smallest) == (1, True)


def test_no_lock_helps_where_every_room_is_taken() -> None:
    search = search_of(("a", 0, 2, "1", True), ("b", 1, 3, "2", True))
    stay = request(1, 2)
    assert search.refusal([stay], (), Limits()).release is None
    shortage = search.sold_out(stay, search.newcomer(stay), [1])[0]
    assert (shortage.first, shortage.rooms_short) == (FIRST + timedelta(1), 1)
    assert (shortage.stay_ids, set(shortage.lock_ids)) == (("new",), {"a", "b"})
