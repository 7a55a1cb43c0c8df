"""The exact model, the search that restricts it, groups, and fewest moves, against the judge."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, MinimumStay, Policy, Problem
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel, MilpStatus
from optimizer_core.objective import score
from optimizer_core.room_paths import search
from optimizer_core.room_paths.fewest import fewest_moves
from optimizer_core.room_paths.passes import Cap, Weights
from optimizer_core.room_paths.question import Question
from optimizer_core.room_paths.relaxation import Prices
from optimizer_core.room_paths.restricted import build_restricted
from optimizer_core.room_paths.rooms import RoomModel, masks_of, rooms_of
from optimizer_core.room_paths.search import Search, masks_at
from optimizer_core.room_paths.values import Valuer, penalty_units
from optimizer_core.testing.judge import exact_plan
from optimizer_core.testing.judge import fewest_moves as judged_fewest
from optimizer_core.testing.small_hotels import small_hotel

Chart = Callable[..., Problem]
MakeModel = Callable[..., RoomModel]
CROSSED = ("1 aa.cccc", "2 bbb..ddd")
FAMILY = {"group": "family"}
LONG = (14, 16, 18, 21)
"""Minimum stays where one gap costs up to 2^21 points."""


def start_of(question: Question) -> Prices:
    classes = sum(len(lattice.classes) for lattice in question.lattices)
    return Prices(np.zeros(classes), np.zeros(len(question.caps)))


def refuse(
    model: MilpModel, limits: MilpLimits, *, start: NDArray[np.float64] | None = None, seed: int = 0
) -> MilpAnswer:
    raise AssertionError(f"asked about {model.num_columns} columns, {limits}, {start}, {seed}")


@pytest.mark.property
@pytest.mark.parametrize("seed", range(20))
def test_the_model_with_all_arcs_and_the_search_find_what_the_judge_finds(
    seed: int, judged: Callable[..., Any]
) -> None:
    found = judged(seed)
    if found is None:
        return
    model, weights, masks, rooms = found
    question = Question(model.lattices, weights, (), model.groups)
    best = question.cost(masks)
    restricted = build_restricted(model.lattices, [lattice.allowed for lattice in model.lattices], weights)
    milp = restricted.model
    if model.groups is not None:
        milp = model.groups.widen(restricted, weights, ())
        valuer = Valuer(model.grid)
        apart = sum(valuer.apart(members, rooms) for members in model.groups.groups)
        assert model.groups.count_apart(masks) == apart >= model.groups.certain
    answer = run_highs(milp, MilpLimits())
    assert answer.status is MilpStatus.OPTIMAL
    assert answer.x is not None
    assert question.cost(masks_at(restricted, answer.x)) == best
    asked = Search(question, run_highs, Limits()).run([start_of(question)])
    assert asked.is_optimal
    assert (asked.value, asked.bound) == (best, best)


@pytest.mark.property
@pytest.mark.parametrize("seed", range(12))
def test_group_rows_count_as_the_judge_counts(seed: int) -> None:
    """Penalties of the judge's best plan: its value less its gap cost."""
    problem = small_hotel(seed)
    family = tuple(replace(s, group="family" if i % 3 else None) for i, s in enumerate(problem.stays[:6]))
    problem = problem.replace(stays=(*family, *problem.stays[6:]), policy=Policy())
    best = exact_plan(problem)
    if best is None:
        return
    model = RoomModel(*_whole(problem), with_groups=True)
    if model.groups is None:
        return
    index = problem.room_index
    plan = best.plan.room_by_stay
    rooms = {position: index[plan[stay.stay_id]] for position, stay in enumerate(problem.stays)}
    masks = masks_of(model.grid, model.lattices, rooms)
    assert masks is not None
    fixed = [g for g in Valuer(model.grid).groups if g not in model.groups.groups]
    elsewhere = sum(Valuer(model.grid).apart(members, rooms) for members in fixed)
    counted = model.groups.count_apart(masks) + elsewhere
    points = best.rank[1] - Fraction(Valuer(model.grid).costs(rooms).gap, model.grid.cost_scale)
    assert Fraction(counted * penalty_units(model.grid), model.grid.cost_scale) == points
    assert model.groups.certain <= model.groups.count_apart(masks)


def _whole(problem: Problem) -> tuple[Any, ...]:
    grid = Grid(problem)
    return grid, [part for part in find_components(grid) if part.stays], run_highs, Limits()


def test_a_member_without_a_room_next_door_is_apart_for_certain(chart: Chart, model_of: MakeModel) -> None:
    """Rooms 1 and 2 are adjacent; the member in room 3 of another type cannot be near anyone."""
    lines = ("1 aa", "2 bb", "3:B cc")
    problem = chart(*lines, adjacent=("1-2", "2-1"), a=FAMILY, b=FAMILY, c=FAMILY)
    model = model_of(problem, with_groups=True)
    assert model.groups is not None
    assert model.groups.certain == 1
    weights = Weights(gap=1, apart=penalty_units(model.grid))
    question = Question(model.lattices, weights, (), model.groups)
    found = Search(question, run_highs, Limits()).run([start_of(question)])
    assert found.value == found.bound == penalty_units(model.grid)


@pytest.mark.parametrize(("most", "points"), [(0, 12), (1, 12), (2, 1), (3, 1)])
def test_a_cap_on_moves_is_kept(chart: Chart, model_of: MakeModel, most: int, points: int) -> None:
    model = model_of(chart(*CROSSED))
    question = Question(model.lattices, Weights(gap=1), (Cap(Weights(move=1), most),))
    found = Search(question, run_highs, Limits()).run([start_of(question)])
    assert found.value == found.bound == points * model.grid.cost_scale


def test_a_cap_that_no_plan_keeps_is_proved_infeasible(chart: Chart, model_of: MakeModel) -> None:
    """Two stays claim room 1 on one night, so one of them moves."""
    problem = chart("1 aa", "2 ..", "- bb", b={"current_room": "1"})
    model = model_of(problem)
    question = Question(model.lattices, Weights(gap=1), (Cap(Weights(move=1), 0),))
    found = Search(question, run_highs, Limits()).run([start_of(question)])
    assert found.is_infeasible
    assert found.masks is None


def test_a_bound_alone_asks_no_solver(chart: Chart, model_of: MakeModel) -> None:
    model = model_of(chart(*CROSSED))
    question = Question(model.lattices, Weights(gap=1))
    found = Search(question, refuse, Limits()).run([start_of(question)], is_bound_enough=True)
    assert found.masks is None
    assert 0 <= found.bound <= model.grid.cost_scale


def test_a_known_plan_that_prices_prove_asks_no_solver(chart: Chart, model_of: MakeModel) -> None:
    problem = chart("1 aabbb", "2 ccddd")
    model = model_of(problem)
    masks = masks_of(model.grid, model.lattices, dict(enumerate(model.grid.current_room)))
    assert masks is not None
    question = Question(model.lattices, Weights(gap=1, move=1))
    found = Search(question, refuse, Limits()).run([start_of(question)], [masks])
    assert (found.value, found.bound) == (0, 0)


@pytest.mark.property
@pytest.mark.parametrize("seed", range(0, 24, 3))
def test_a_search_by_few_columns_claims_nothing_untrue(
    seed: int, judged: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With models far too small, and without the last one that has all arcs."""
    monkeypatch.setattr(search, "SMALL_COLUMNS", 0)
    monkeypatch.setattr(search, "EXACT_PAIRS", 0)
    found = judged(seed)
    if found is None:
        return
    model, weights, masks, _ = found
    question = Question(model.lattices, weights, (), model.groups)
    best = question.cost(masks)
    asked = Search(question, run_highs, Limits()).run([start_of(question)])
    assert asked.bound <= best <= asked.value


@pytest.mark.property
@pytest.mark.parametrize("after", [0, 1, 3, 10, 30, 100])
def test_a_search_that_is_cancelled_keeps_the_known_plan_and_a_true_bound(
    after: int, judged: Callable[..., Any]
) -> None:
    """Whenever it happens."""
    for seed in range(6):
        found = judged(seed)
        if found is None:
            continue
        model, weights, masks, _ = found
        question = Question(model.lattices, weights, (), model.groups)
        best = question.cost(masks)
        for plans in ((), (masks,)):
            calls = count()
            limits = Limits(is_cancelled=lambda calls=calls: next(calls) >= after)  # type: ignore[misc]
            asked = Search(question, run_highs, limits).run([start_of(question)], plans)
            assert asked.bound <= best <= asked.value
            assert not plans or asked.value == best


def _fewest(problem: Problem) -> None:
    """Compare the fewest moves at the judge's best value, from a plan that moves more where there is one."""
    best = exact_plan(problem)
    if best is None:
        return
    model = RoomModel(*_whole(problem), with_groups=True)
    if not model.lattices:
        return
    grid = model.grid
    ranked = problem.policy.upgrade_price is None
    upgrade = int((problem.policy.upgrade_price or 0) * grid.cost_scale)
    weights = Weights(gap=1, upgrade=upgrade, apart=penalty_units(grid))
    rooms = [problem.room_index[best.plan.room_by_stay[stay.stay_id]] for stay in problem.stays]
    found = fewest_moves(model, dict(enumerate(rooms)), weights, is_upgrade_ranked=ranked)
    fewest = judged_fewest(problem, score(problem, best.plan).upgrades.total, best.rank[1])
    assert found.rooms is not None
    assert (found.moves, found.bound) == (fewest, fewest)
    fixed = {stay: room for stay, room in enumerate(grid.fixed_room) if room >= 0}
    moves = Valuer(grid).costs({**fixed, **found.rooms})
    assert moves.moves == fewest


@pytest.mark.property
@pytest.mark.parametrize("seed", [*range(20), 224])
def test_fewest_moves_are_those_of_the_judge(seed: int) -> None:
    """Groups, upgrades with and without a price; 224 has a penalty of 2^55 parts of a unit."""
    problem = small_hotel(seed)
    _fewest(problem.replace(policy=Policy(upgrade_price=problem.policy.upgrade_price)))


@pytest.mark.property
@pytest.mark.parametrize("seed", range(20, 36))
def test_fewest_moves_with_long_minimum_stays_are_those_of_the_judge(seed: int) -> None:
    problem = small_hotel(seed)
    policy = Policy(upgrade_price=problem.policy.upgrade_price)
    _fewest(problem.replace(policy=policy, minimum_stay=MinimumStay(LONG[seed % 4])))


def test_a_plan_with_needless_moves_is_no_obstacle(chart: Chart, model_of: MakeModel) -> None:
    """From a and b swapped: nobody needs to move."""
    problem = chart("1 aabbb", "2 cc.dd")
    model = model_of(problem)
    index = problem.stay_index
    swapped = {index["a"]: 1, index["b"]: 0, index["c"]: 0, index["d"]: 1}
    found = fewest_moves(model, swapped, Weights(gap=1), is_upgrade_ranked=True)
    assert (found.moves, found.bound) == (0, 0)
    assert found.rooms == dict(enumerate(model.grid.current_room))


def test_a_solver_that_fails_leaves_the_plan_and_a_weaker_bound(chart: Chart, model_of: MakeModel) -> None:
    def fail(
        model: MilpModel, limits: MilpLimits, *, start: NDArray[np.float64] | None = None, seed: int = 0
    ) -> MilpAnswer:
        del model, limits, start, seed
        return MilpAnswer(MilpStatus.ERROR)

    problem = chart(*CROSSED)
    full = model_of(problem)
    model = RoomModel(full.grid, full.components, fail, Limits())
    index = problem.stay_index
    crossed = {index["a"]: 0, index["b"]: 1, index["c"]: 1, index["d"]: 0}
    found = fewest_moves(model, crossed, Weights(gap=1), is_upgrade_ranked=True)
    assert (found.rooms, found.moves) == (crossed, 2)
    assert found.bound <= 2


def test_rooms_that_are_no_plan_are_refused(chart: Chart, model_of: MakeModel) -> None:
    model = model_of(chart(*CROSSED))
    with pytest.raises(ValueError, match="these rooms are not one"):
        fewest_moves(model, dict.fromkeys(range(4), 0), Weights(gap=1), is_upgrade_ranked=True)


def test_what_is_kept_is_a_plan_again(chart: Chart, model_of: MakeModel) -> None:
    """The rooms of a point of the exact model are those that its masks say."""
    model = model_of(chart(*CROSSED))
    question = Question(model.lattices, Weights(gap=1))
    found = Search(question, run_highs, Limits()).run([start_of(question)])
    assert found.masks is not None
    rooms = rooms_of(model.grid, model.lattices, found.masks)
    again = masks_of(model.grid, model.lattices, rooms)
    assert again is not None
    assert question.cost(again) == found.value
