"""Budgets and prices for moves against the judge, and what is left when a limit ends the run."""

import random
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import count

import numpy as np
import pytest
from numpy.typing import NDArray

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, MinimumStay, Plan, Policy, Problem, Reason, current_plan
from optimizer_core.network import MilpAnswer, MilpLimits, MilpModel, MilpStatus
from optimizer_core.network.grid import Grid
from optimizer_core.objective import score
from optimizer_core.planning import find_plan
from optimizer_core.planning.starts import Chains, current_rooms, find_chains, undo_needless
from optimizer_core.room_paths.values import Valuer
from optimizer_core.testing.judge import exact_plan, fewest_moves
from optimizer_core.testing.small_hotels import small_hotel
from optimizer_core.verification import verify

Chart = Callable[..., Problem]
CROSSED = ("1 aa.cccc", "2 bbb..ddd")
TWICE = (*CROSSED, "3 ee.gggg", "4 fff..hhh")
exact = cache(exact_plan)


def rooms_of(problem: Problem, plan: Plan) -> dict[int, int]:
    rooms = [problem.room_index[plan.room_by_stay[stay.stay_id]] for stay in problem.stays]
    return dict(enumerate(rooms))


@pytest.mark.property
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "policy",
    [Policy(max_moves=2), Policy(move_price=Fraction(3, 2)), Policy(3, Fraction(1, 4), Fraction(2))],
    ids=["budget", "price", "all"],
)
def test_budgets_and_prices_are_weighed_as_the_judge_weighs_them(seed: int, policy: Policy) -> None:
    problem = small_hotel(seed).replace(policy=policy)
    best, answer = exact(problem), find_plan(problem, run_highs, Limits())
    if best is None:
        assert answer.reason is Reason.INFEASIBLE
        return
    assert answer.plan is not None
    rank = score(problem, answer.plan).rank
    assert (answer.reason, rank) == (Reason.OPTIMAL, best.rank)
    assert answer.bound == best.rank[1]
    assert answer.moves <= best.rank[2]


@pytest.mark.property
@pytest.mark.parametrize("minimum", [14, 21])
@pytest.mark.parametrize("seed", [1, 3, 5])
def test_budgets_under_long_minimum_stays(seed: int, minimum: int) -> None:
    policy = Policy(max_moves=3)
    problem = small_hotel(seed).replace(policy=policy, minimum_stay=MinimumStay(minimum))
    best, answer = exact(problem), find_plan(problem, run_highs, Limits())
    assert (best is None) == (answer.reason is Reason.INFEASIBLE)
    if best is not None and answer.plan is not None:
        assert score(problem, answer.plan).rank == best.rank


@pytest.mark.property
@pytest.mark.parametrize("after", [0, 1, 3, 10, 30, 100])
def test_a_cancel_at_any_moment_leaves_a_plan_and_true_bounds(after: int) -> None:
    """Bounds on upgrades, value and moves are checked against the judge, at whatever call it happens."""
    for seed in (0, 1, 5, 8):
        problem = small_hotel(seed)
        start = current_plan(problem)
        best = exact(problem)
        calls = count()
        limits = Limits(is_cancelled=lambda calls=calls: next(calls) >= after)  # type: ignore[misc]
        answer = find_plan(problem, run_highs, limits, start=start)
        if best is None:
            assert answer.plan is None
            continue
        assert answer.reason is not Reason.INFEASIBLE
        if problem.policy.upgrade_price is None:
            assert answer.upgrades <= best.rank[0]
        if answer.plan is None:
            assert verify(problem, start)
            continue
        assert verify(problem, answer.plan) == []
        found = score(problem, answer.plan)
        assert found.rank >= best.rank
        if found.rank[0] == best.rank[0]:
            assert answer.bound is not None
            assert answer.bound <= best.rank[1]
        fewest = fewest_moves(problem, found.upgrades.total, found.value)
        assert fewest is not None
        assert answer.moves <= fewest


@pytest.mark.property
@pytest.mark.parametrize("seed", [0, 2, 5])
def test_permuted_rows_give_the_same_plan(seed: int) -> None:
    problem = small_hotel(seed).replace(policy=Policy(max_moves=4, move_price=Fraction(1, 4)))
    rows = random.Random(seed)
    rooms, stays = list(problem.rooms), list(problem.stays)
    rows.shuffle(rooms)
    rows.shuffle(stays)
    again = problem.replace(rooms=tuple(rooms), stays=tuple(stays))
    assert find_plan(again, run_highs, Limits()).plan == find_plan(problem, run_highs, Limits()).plan


def test_chains_are_what_can_be_changed_alone(chart: Chart) -> None:
    """The two crossed pairs are two chains: c and d change rooms, g and h change rooms."""
    problem = chart(*TWICE)
    before = rooms_of(problem, current_plan(problem))
    index = problem.stay_index
    after = before | {index["c"]: 1, index["d"]: 0, index["g"]: 3, index["h"]: 2}
    chains = {
        frozenset(problem.stays[s].stay_id for s in c) for c in find_chains(Grid(problem), before, after)
    }
    assert chains == {frozenset("cd"), frozenset("gh")}


@pytest.mark.parametrize(("most", "points"), [(0, 24), (1, 24), (2, 13), (3, 13), (4, 2), (None, 2)])
def test_chains_are_taken_within_the_budget(chart: Chart, most: int | None, points: int) -> None:
    """Each chain saves 11 points for two moves."""
    problem = chart(*TWICE)
    grid = Grid(problem)
    before = rooms_of(problem, current_plan(problem))
    index = problem.stay_index
    after = before | {index["c"]: 1, index["d"]: 0, index["g"]: 3, index["h"]: 2}
    costs = Valuer(grid).costs(Chains(grid, before, after).take(most, 0))
    assert costs.gap == points * grid.cost_scale
    assert most is None or costs.moves <= most


@pytest.mark.parametrize(("price", "taken"), [(5, 4), (6, 0)])
def test_chains_are_taken_where_they_are_worth_their_price(chart: Chart, price: int, taken: int) -> None:
    problem = chart(*TWICE)
    grid = Grid(problem)
    before = rooms_of(problem, current_plan(problem))
    index = problem.stay_index
    after = before | {index["c"]: 1, index["d"]: 0, index["g"]: 3, index["h"]: 2}
    rooms = Chains(grid, before, after).take(None, price * grid.cost_scale)
    assert Valuer(grid).costs(rooms).moves == taken


def test_needless_chains_are_undone(chart: Chart) -> None:
    """Stays e and f, swapped for nothing, go home; c and d, which save 11 points, keep their new rooms."""
    problem = chart(*CROSSED, "3 ee", "4 ff")
    grid, home = Grid(problem), current_rooms(problem)
    assert home is not None
    index = problem.stay_index
    useful = home | {index["c"]: 1, index["d"]: 0}
    needless = useful | {index["e"]: 3, index["f"]: 2}
    assert undo_needless(grid, needless, home) == useful
    assert undo_needless(grid, needless, None) == needless


@pytest.mark.property
@pytest.mark.parametrize("seed", range(20))
def test_chains_never_worsen_a_plan_and_keep_the_budget(seed: int) -> None:
    """Between the rooms as they are and the best plan, under any budget."""
    problem = small_hotel(seed).replace(policy=Policy())
    home, best = current_rooms(problem), find_plan(problem, run_highs, Limits()).plan
    if home is None or best is None:
        return
    grid = Grid(problem)
    valuer = Valuer(grid)
    before = valuer.rank(valuer.costs(home))
    for most in (0, 1, 2, 4, None):
        rooms = Chains(grid, home, rooms_of(problem, best)).take(most, 0)
        plan = Plan({s.stay_id: problem.rooms[rooms[i]].number for i, s in enumerate(problem.stays)})
        assert verify(problem, plan) == []
        assert valuer.rank(valuer.costs(rooms)) <= before
        assert most is None or valuer.costs(rooms).moves <= most


def test_moves_of_one_type_are_not_proved_while_another_type_may_still_improve(chart: Chart) -> None:
    """A solver that fails leaves the plan to start with: type A at 12 points, type B at 1 for two moves.

    Type A may be had for a point without a move, since its stays have no room yet. That leaves 12 points
    for type B, which then moves nobody.
    """

    def fail(
        model: MilpModel, limits: MilpLimits, *, start: NDArray[np.float64] | None = None, seed: int = 0
    ) -> MilpAnswer:
        del model, limits, start, seed
        return MilpAnswer(MilpStatus.ERROR)

    homeless = {"current_room": None}
    problem = chart(*CROSSED, "3:B ee.gggg", "4:B fff..hhh", a=homeless, b=homeless, c=homeless, d=homeless)
    plan = {"a": "1", "b": "2", "c": "1", "d": "2", "e": "3", "f": "4", "g": "4", "h": "3"}
    answer = find_plan(problem, fail, Limits(), start=Plan(plan))
    assert answer.value == Fraction(13)
    assert fewest_moves(problem, 0, Fraction(13)) == 0
    assert answer.moves == 0
