"""What came of a solve: the gap that is left, and the nights that are short."""

from datetime import date
from fractions import Fraction

import pytest

from optimizer_core.domain import Limit, Outcome, Reason, Shortage, consecutive


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [
        (Fraction(200), Fraction(199), Fraction(1, 199)),
        (Fraction(300), Fraction(100), Fraction(2)),
        (Fraction(7), Fraction(0), None),
        (Fraction(7), Fraction(-1), None),
        (Fraction(7), Fraction(8), None),
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


@pytest.mark.parametrize(
    ("upgrades", "has_upgrade_price", "gap"),
    [((2, 2), False, Fraction(1)), ((2, 1), False, None), ((2, 0), True, Fraction(1))],
)
def test_a_bound_for_fewer_upgrades_gives_no_gap(
    upgrades: tuple[int, int], has_upgrade_price: bool, gap: Fraction | None
) -> None:
    """The bound holds for plans of the proved number of upgrades; more of them may cost less."""
    outcome = Outcome(
        Reason.FEASIBLE,
        Limit.TIME,
        "x",
        value=Fraction(8),
        bound=Fraction(4),
        upgrades=upgrades,
        has_upgrade_price=has_upgrade_price,
    )
    assert outcome.gap == gap


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
