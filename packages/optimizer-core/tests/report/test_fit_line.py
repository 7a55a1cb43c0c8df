from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from optimizer_core.acceptance.fit_answer import (
    Fit,
    FitAnswer,
    LockRelease,
    MarginalCost,
    Move,
    Offer,
    Piece,
    Refusal,
    Split,
)
from optimizer_core.domain import Shortage, Stay
from optimizer_core.domain.request import Request
from optimizer_core.report.fit_line import fit_line

FIRST = date(2026, 5, 1)
REQUEST = Request(Stay("new", FIRST, FIRST + timedelta(3), "A", ("B",)))


def piece(room: str, first: int, last: int, kind: str = "A") -> Piece:
    return Piece("new", room, kind, FIRST + timedelta(first), FIRST + timedelta(last))


def line(*fits: Fit, split: Split | None = None) -> str:
    return fit_line(FitAnswer(REQUEST, fits, split), lambda stay_id: f"stay {stay_id}")


def test_a_free_room_is_named_with_both_costs() -> None:
    offer = Offer((piece("7", 0, 3),), gap_change=Fraction(-3, 2))
    cost = MarginalCost(Fraction(2), Fraction(2))
    assert line(Fit(("A",), offer, cost=cost)) == (
        "fits: room 7 of type 'A', no stay moves; gap cost in points: -1.5, +2 after the best re-arrangement"
    )


def test_moves_are_told_with_what_is_proved_about_them() -> None:
    moves = tuple(Move(f"s{n}", "1", f"{n}") for n in range(6))
    text = line(Fit(("A",), with_moves=Offer((piece("7", 0, 3),), moves, 3)))
    assert text.startswith("fits after 6 moves (at least 3 needed): room 7 of type 'A'; stay s0 to room 0, ")
    assert "and 1 more; gap cost in points: 0" in text
    assert "1 move (fewest, proved)" in line(Fit(("A",), with_moves=Offer((piece("7", 0, 3),), moves[:1], 1)))


def test_another_type_says_that_the_own_one_has_no_room() -> None:
    text = line(Fit(("A",), refusal=Refusal(is_proved=True)), Fit(("B",), Offer((piece("9", 0, 3, "B"),))))
    assert text.endswith("its own type 'A' has no room")


def test_a_split_is_told_piece_by_piece() -> None:
    offer = Offer((piece("7", 0, 2), piece("8", 2, 3)))
    text = line(Fit(("A",), refusal=Refusal(is_proved=True)), split=Split(offer))
    assert text.startswith("fits: split: 2 nights in room 7 of type 'A', then 1 night in room 8 of type 'A'")


def test_a_refusal_names_what_is_short_and_the_locks() -> None:
    shortages = tuple(Shortage(("A",), FIRST + timedelta(n), FIRST + timedelta(n), 1) for n in (0, 2))
    release = LockRelease(("s1", "s2"), is_smallest=True)
    text = line(Fit(("A",), refusal=Refusal(is_proved=True, shortages=shortages, release=release)))
    assert text == (
        "does not fit, proved: short of 1 room of type 'A' on 2026-05-01 and 1 more shortage; "
        "it would fit if 2 locks were released (fewest, proved): stay s1, stay s2"
    )


def test_what_is_not_proved_is_not_called_impossible() -> None:
    text = line(Fit(("A",), refusal=Refusal(is_proved=False)))
    assert text == "no room was found; it is not proved that the booking cannot fit"
