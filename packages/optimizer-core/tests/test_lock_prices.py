"""Prices of locks, against planning the hotel without each lock."""

import os
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from optimizer_core.backends.highs import HighsBackend
from optimizer_core.domain import Limits, Policy, Problem, Reason, Room, Stay
from optimizer_core.locks import LockPrice, lock_prices
from optimizer_core.solving import solve
from optimizer_core.testing.judge import exact_plan
from optimizer_core.testing.small_hotels import small_hotel

SEEDS = range(int(os.environ.get("BOOKINGOPT_LOCK_SEEDS", "15")))


def _priced(problem: Problem, exact: int = 10) -> tuple[LockPrice, ...]:
    outcome = solve(problem, backend="highs")
    return lock_prices(problem, outcome, HighsBackend().solve_milp, exact=exact)


def _without(problem: Problem, stay: Stay) -> Problem:
    free = replace(stay, is_locked=False)
    return problem.replace(stays=tuple(free if s.stay_id == stay.stay_id else s for s in problem.stays))


@pytest.fixture
def hole() -> Problem:
    """Return a hotel whose lock on "b" keeps a night empty that cannot be sold."""
    rooms = (Room("1", "Double"), Room("2", "Double"))
    stays = (
        Stay("a", date(2027, 3, 1), date(2027, 3, 4), "Double", current_room="1", is_locked=True),
        Stay("b", date(2027, 3, 5), date(2027, 3, 8), "Double", current_room="1", is_locked=True),
        Stay("c", date(2027, 3, 1), date(2027, 3, 5), "Double", current_room="2", is_locked=True),
    )
    return Problem("hole", rooms, stays)


def test_a_lock_that_keeps_a_gap_open_costs_that_gap(hole: Problem) -> None:
    prices = {price.stay.stay_id: price for price in _priced(hole)}
    gap = solve(hole, backend="highs").value
    assert gap is not None
    assert gap > 0
    assert {stay: price.exact for stay, price in prices.items()} == {"a": 0, "b": gap, "c": 0}


def test_bounds_alone_are_enough_here(hole: Problem) -> None:
    """One exchange shows what the lock costs at least, and the certificate what it costs at most."""
    dearest = _priced(hole, exact=0)[0]
    assert dearest.at_least == dearest.at_most == dearest.exact


def test_stays_that_may_not_move_anyway_have_no_price(hole: Problem) -> None:
    held = hole.replace(movable_first=date(2027, 3, 5))
    assert [price.stay.stay_id for price in _priced(held)] == ["b"]


def test_a_move_that_costs_more_than_it_saves_makes_a_lock_cost_nothing(hole: Problem) -> None:
    priced = hole.replace(policy=Policy(move_price=Fraction(10_000)))
    assert all(price.exact == 0 for price in _priced(priced))


def test_without_time_every_lock_is_listed_and_nothing_is_claimed(hole: Problem) -> None:
    outcome = solve(hole, backend="highs")
    found = lock_prices(hole, outcome, HighsBackend().solve_milp, limits=Limits(time_limit_seconds=0.0))
    assert {price.stay.stay_id for price in found} == {"a", "b", "c"}
    assert {(price.at_least, price.at_most) for price in found} == {(Fraction(0), None)}


def test_without_a_plan_there_is_no_price(hole: Problem) -> None:
    guest = replace(hole.stays[0], stay_id="d", current_room=None, is_locked=False)
    full = hole.replace(stays=(*hole.stays, guest, replace(guest, stay_id="e")))
    assert _priced(full) == ()


@pytest.mark.property
@pytest.mark.parametrize("seed", SEEDS)
def test_prices_equal_planning_without_the_lock(seed: int) -> None:
    """Exact prices are those of the independent judge, and bounds hold on either side of them."""
    problem = small_hotel(seed)
    outcome = solve(problem, backend="highs")
    if outcome.plan is None or outcome.value is None or outcome.reason is not Reason.OPTIMAL:
        return
    ranked = problem.policy.upgrade_price is None
    for bounded, price in zip(_by_id(problem, 0), _by_id(problem, 1000), strict=True):
        best = exact_plan(_without(problem, price.stay))
        assert best is not None
        avoided = outcome.upgrades[0] - best.rank[0] if ranked else 0
        assert price.upgrades == avoided
        if avoided:
            continue
        saved = outcome.value - best.rank[1]
        assert price.exact == saved
        assert bounded.at_least <= saved
        assert bounded.at_most is None or saved <= bounded.at_most


def _by_id(problem: Problem, exact: int) -> list[LockPrice]:
    return sorted(_priced(problem, exact), key=lambda price: price.stay.stay_id)
