"""The judge is compared with brute force, which needs no solver, wherever brute force is quick enough."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings

from optimizer_core.domain import MinimumStay, Policy, Problem, Room
from optimizer_core.objective import score
from optimizer_core.plugins import required_capabilities
from optimizer_core.testing import CATALOG, Features, Instance, best_plan, enumerate_plans, tiny_hotels
from optimizer_core.testing.judge import exact_plan, fewest_moves
from optimizer_core.testing.small_hotels import small_hotel
from optimizer_core.verification import verify

EVERYTHING = Features(most_rooms=4, most_nights=14, most_stays_in_room=3, move_budget=True, prices=True)
TINY = Features(most_rooms=3, most_nights=9, most_stays_in_room=2, move_budget=True, prices=True)


@pytest.mark.parametrize("instance", CATALOG, ids=lambda instance: instance.name)
def test_catalog_is_judged_right(instance: Instance) -> None:
    """The judge finds the best rank of each hotel of the catalog."""
    found = exact_plan(instance.problem)
    assert (found and found.rank) == instance.best


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(tiny_hotels(EVERYTHING))
def test_judge_and_brute_force_agree(problem: Problem) -> None:
    """Both find the same rank, and the judge's plan is valid and has it."""
    _assert_as_brute_force(problem)


@pytest.mark.property
@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(tiny_hotels(EVERYTHING))
def test_judge_and_brute_force_agree_on_hundreds(problem: Problem) -> None:
    """The same on 500 tiny hotels."""
    _assert_as_brute_force(problem)


@pytest.mark.property
@pytest.mark.parametrize("first", range(0, 200, 20))
def test_judge_and_brute_force_agree_at_long_minimum_stays(first: int) -> None:
    """The same on the small hotels of up to 9 stays, with minimum stays of up to 21 nights."""
    hotels = [small_hotel(seed) for seed in range(first, first + 20)]
    small = [hotel for hotel in hotels if len(hotel.stays) <= 9]
    assert small
    for hotel in small:
        _assert_as_brute_force(hotel)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(tiny_hotels(TINY))
def test_fewest_moves_is_what_enumeration_finds(problem: Problem) -> None:
    """Among all plans of at most twice the least value, none moves fewer than the judge says."""
    assume(len(problem.rooms) ** len(problem.stays) <= 250)
    best = best_plan(problem)
    assume(best is not None)
    assert best is not None
    upgrades, value, moves = best.rank
    assert fewest_moves(problem, upgrades, value) == moves
    looser = problem.replace(policy=replace(problem.policy, move_price=Fraction(1000)))
    lowest = enumerate_plans(looser)
    assert lowest is not None
    bare = problem.replace(policy=replace(problem.policy, move_price=None))
    reached = score(bare, lowest.plan)
    assert fewest_moves(bare, lowest.rank[0], reached.value) == lowest.rank[2]


def test_digits_keep_costs_apart_that_a_float_does_not() -> None:
    """Two plans whose costs differ in the 50th bit are told apart."""
    hotel = small_hotel(15)
    assert hotel.minimum_stay.default_nights == 21
    best = exact_plan(hotel)
    assert best is not None
    upgrades, value, _ = best.rank
    assert fewest_moves(hotel, upgrades, value) is not None
    assert fewest_moves(hotel, upgrades, value - Fraction(1, hotel.cost_scale)) is None


def test_no_plan_for_a_budget_is_none() -> None:
    """A budget that cannot be kept is a hotel without a plan."""
    crossed = next(instance for instance in CATALOG if instance.name == "crossed").problem
    best = exact_plan(crossed)
    assert best is not None
    assert best.rank[2] > 0
    assert fewest_moves(crossed, 0, best.rank[1]) == best.rank[2]
    assert fewest_moves(crossed.replace(policy=Policy(max_moves=0)), 0, best.rank[1]) is None


def test_a_hotel_without_stays_has_an_empty_plan() -> None:
    """Nothing to plan costs nothing."""
    best = exact_plan(Problem("empty", (Room("1"),), (), MinimumStay(3)))
    assert best is not None
    assert best.rank == (0, Fraction(0), 0)
    assert len(best.plan.room_by_stay) == 0


def test_small_hotels_mix_everything() -> None:
    """Of 300 small hotels each feature is in at least 10, and equal seeds give equal hotels."""
    seen: Counter[str] = Counter()
    for seed in range(300):
        hotel = small_hotel(seed)
        seen.update(required_capabilities(hotel))
        seen["window"] += hotel.movable_first is not None or hotel.movable_last is not None
        seen["unassigned"] += any(stay.current_room is None for stay in hotel.stays)
        seen["by day"] += bool(hotel.minimum_stay.by_weekday)
        seen["long minimum stay"] += hotel.minimum_stay.default_nights >= 14
        seen[f"{len(hotel.room_types)} types"] += 1
        assert 2 <= len(hotel.rooms) <= 7
        assert 4 <= len(hotel.stays) <= 22
    assert len(seen) == 14
    assert [name for name, count in seen.items() if count < 10] == []
    assert small_hotel(7).digest == small_hotel(7).digest != small_hotel(8).digest


def _assert_as_brute_force(problem: Problem) -> None:
    brute, judged = best_plan(problem), exact_plan(problem)
    assert (judged and judged.rank) == (brute and brute.rank)
    if judged is not None:
        assert verify(problem, judged.plan) == []
        assert score(problem, judged.plan).rank == judged.rank
