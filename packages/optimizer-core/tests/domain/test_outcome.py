"""What came of a solve: the gap that is left, and the nights that are short."""

from datetime import date
from fractions import Fraction

import pytest

from optimizer_core.domain import Limit, Outcome, Reason, Shortage, consecutive


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [
        (Fraction(200), Fraction(199), Fraction(1, 200)),
        (Fraction(7), Fraction(7), Fraction(0)),
        (Fraction(0), Fraction(0), Fraction(0)),
        (None, Fraction(7), None),
        (Fraction(7), None, None),
    ],
)
def test_the_gap_is_exact_or_unknown(
    value: Fraction | None, bound: Fraction | None, gap: Fraction | None
) -> None:
    assert Outcome(Reason.FEASIBLE, Limit.TIME, "x", value=value, bound=bound).gap == gap


def test_a_shortage_is_one_sentence() -> None:
    one = Shortage(("A",), date(2026, 5, 1), date(2026, 5, 1), 1)
    assert str(one) == "short of 1 room of type 'A' on 2026-05-01"
    many = Shortage(("A", "B"), date(2026, 5, 1), date(2026, 5, 3), 2)
    assert many.nights == 3
    assert str(many) == "short of 2 rooms of type 'A' and 'B' on the nights 2026-05-01 to 2026-05-03"


def test_nights_in_a_row_are_taken_together() -> None:
    nights = [date(2026, 5, 3), date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 5)]
    assert consecutive(nights) == [
        (date(2026, 4, 30), date(2026, 5, 1)),
        (date(2026, 5, 3), date(2026, 5, 3)),
        (date(2026, 5, 5), date(2026, 5, 5)),
    ]
    assert consecutive([]) == []
