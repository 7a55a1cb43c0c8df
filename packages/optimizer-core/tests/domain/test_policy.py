"""Budgets and prices are never negative."""

from fractions import Fraction

import pytest

from optimizer_core.domain import Policy
from optimizer_core.errors import InvalidInput


def test_nothing_is_restricted_by_default() -> None:
    assert Policy() == Policy(max_moves=None, move_price=None, upgrade_price=None)


def test_zero_is_a_budget_and_a_price() -> None:
    policy = Policy(0, Fraction(0), Fraction(0))
    assert policy.max_moves == 0
    assert policy.move_price == policy.upgrade_price == Fraction(0)


def test_negative_values_are_refused_all_at_once() -> None:
    with pytest.raises(InvalidInput) as caught:
        Policy(-1, Fraction(-1, 2), Fraction(-3))
    assert [str(fault) for fault in caught.value.faults] == [
        "policy.max_moves: -1 is below 0; give 0 or more, or None for no limit",
        "policy.move_price: -1/2 is below 0; give 0 or more, or None for no price",
        "policy.upgrade_price: -3 is below 0; give 0 or more, or None for no price",
    ]
