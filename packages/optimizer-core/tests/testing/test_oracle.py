import pytest
from hypothesis import assume, given, settings

from optimizer_core.domain import Problem
from optimizer_core.objective import score
from optimizer_core.testing import CATALOG, Features, Instance, best_plan, enumerate_plans, tiny_hotels
from optimizer_core.verification import verify

TINIEST = Features(most_rooms=3, most_nights=9, most_stays_in_room=2, move_budget=True, prices=True)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(tiny_hotels(TINIEST))
def test_both_oracles_agree(problem: Problem) -> None:
    """Dynamic programming by the formulas and plain enumeration by the score find the same rank."""
    assume(len(problem.rooms) ** len(problem.stays) <= 800)
    quick, plain = best_plan(problem), enumerate_plans(problem)
    assert (quick and quick.rank) == (plain and plain.rank)
    if quick is not None:
        assert verify(problem, quick.plan) == []
        assert score(problem, quick.plan).rank == quick.rank


@pytest.mark.parametrize("instance", CATALOG, ids=lambda instance: instance.name)
def test_catalog_is_right(instance: Instance) -> None:
    """What the catalog calls the best plan is what brute force finds."""
    for oracle in (best_plan, enumerate_plans):
        found = oracle(instance.problem)
        assert (None if found is None else found.rank) == instance.best
