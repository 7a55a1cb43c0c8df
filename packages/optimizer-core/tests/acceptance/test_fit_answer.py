from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from optimizer_core.acceptance.fit_answer import (
    Fit,
    FitAnswer,
    MarginalCost,
    Move,
    Offer,
    Piece,
    Refusal,
    Split,
)
from optimizer_core.domain import Stay
from optimizer_core.domain.request import Request

FIRST = date(2026, 5, 1)
REQUEST = Request(Stay("new", FIRST, FIRST + timedelta(3), "A", ("B",)))


def offer(*rooms: str, moves: int = 0, bound: int = 0) -> Offer:
    pieces = [
        Piece("new", room, "A", FIRST + timedelta(n), FIRST + timedelta(n + 1))
        for n, room in enumerate(rooms)
    ]
    return Offer(tuple(pieces), tuple(Move(f"s{n}", "1", "2") for n in range(moves)), bound)


def test_changes_are_counted_within_a_request() -> None:
    assert offer("1", "2", "1").changes == 2
    two = Offer((*offer("1").pieces, Piece("other", "2", "A", FIRST, FIRST + timedelta(2))))
    assert (two.changes, two.pieces[1].los_nights) == (0, 2)


def test_moves_are_fewest_where_the_bound_says_so() -> None:
    assert offer("1", moves=2, bound=2).is_fewest_moves
    assert not offer("1", moves=3, bound=2).is_fewest_moves


def test_a_cost_is_exact_where_its_bounds_meet() -> None:
    assert MarginalCost(Fraction(1), Fraction(1)).is_exact
    assert not MarginalCost(None, None).is_exact
    assert not MarginalCost(Fraction(0), Fraction(1)).is_exact


def test_the_first_type_with_an_offer_is_the_best() -> None:
    refused = Fit(("A",), refusal=Refusal(is_proved=True))
    further = Fit(("B",), with_moves=offer("9", moves=1, bound=1))
    answer = FitAnswer(REQUEST, (refused, further))
    assert (answer.best, answer.offer, answer.is_proved) == (further, further.with_moves, True)


def test_a_split_is_offered_where_no_single_room_is() -> None:
    refused = Fit(("A",), refusal=Refusal(is_proved=True))
    answer = FitAnswer(REQUEST, (refused,), Split(offer("1", "2")))
    assert answer.best is None
    assert answer.offer == offer("1", "2")


def test_no_is_certain_only_where_every_part_is_proved() -> None:
    proved, open_ = (Fit(("A",), refusal=Refusal(is_proved=flag)) for flag in (True, False))
    assert FitAnswer(REQUEST, (proved,)).is_proved
    assert not FitAnswer(REQUEST, (proved, open_)).is_proved
    assert not FitAnswer(REQUEST, (proved,), Split(None, is_proved=False)).is_proved
