"""Budgets and prices have a range, and prices a step."""

from fractions import Fraction

import pytest

from optimizer_core.domain import HIGHEST_PRICE, MOST_MOVES, PRICE_STEP, Policy, Rounding
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


@pytest.mark.parametrize("name", ["move_price", "upgrade_price"])
@pytest.mark.parametrize(
    ("given", "used"),
    [
        (Fraction(1, 3), Fraction(341, 1024)),
        (Fraction("2.718281828459"), Fraction(2784, 1024)),
        (Fraction("0.333333333333"), Fraction(341, 1024)),
        (Fraction(1, 10**15), PRICE_STEP),
        (Fraction(1, 2**11), PRICE_STEP),
    ],
)
def test_a_price_of_many_digits_is_rounded_and_the_rounding_is_kept(
    name: str, given: Fraction, used: Fraction
) -> None:
    """A price that is not 0 never becomes 0: a free move is not the same as a cheap one."""

    def policy_of(price: Fraction) -> Policy:
        return Policy(move_price=price) if name == "move_price" else Policy(upgrade_price=price)

    policy = policy_of(given)
    assert getattr(policy, name) == used
    assert policy.rounded == (Rounding(name, given, used),)
    assert policy == policy_of(used)
    assert repr(policy) == repr(policy_of(used))


def test_a_dyadic_price_stays_what_it_is() -> None:
    policy = Policy(3, Fraction(5, 8), Fraction(HIGHEST_PRICE))
    assert (policy.move_price, policy.upgrade_price) == (Fraction(5, 8), Fraction(HIGHEST_PRICE))
    assert policy.rounded == ()


def test_absurd_values_are_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        Policy(MOST_MOVES + 1, Fraction(10**400), float("nan"))  # type: ignore[arg-type]
    first, second, third = (str(fault) for fault in caught.value.faults)
    assert first == "policy.max_moves: 1000001 is above 1,000,000; give at most that, or None for no limit"
    assert second.endswith(" is above 1,000,000,000; give at most that, or None for no price")
    assert third == "policy.upgrade_price: nan is not a number; give 0 to 1,000,000,000, or None for no price"
    with pytest.raises(InvalidInput, match="inf is not a number"):
        Policy(move_price=float("inf"))  # type: ignore[arg-type]
