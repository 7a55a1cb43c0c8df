"""Prices of the rooms of group members: what the terms choose, and bounds that know adjacency."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, Problem
from optimizer_core.room_paths import search
from optimizer_core.room_paths.adjacency import GroupRows, Masks
from optimizer_core.room_paths.group_prices import GroupPrices
from optimizer_core.room_paths.passes import Cap, Weights
from optimizer_core.room_paths.question import Question
from optimizer_core.room_paths.relaxation import Prices, Relaxation
from optimizer_core.room_paths.rooms import RoomModel
from optimizer_core.room_paths.search import Search
from optimizer_core.testing.small_hotels import small_hotel

MakeModel = Callable[..., RoomModel]
Judged = tuple[RoomModel, Weights, Masks, dict[int, int]]
SEEDS = range(60)
APART = (29, 54, 77, 80, 88, 115, 119)
"""Small hotels whose groups cost something that depends on the plan."""


@pytest.fixture
def groups_of(model_of: MakeModel) -> Callable[[int], tuple[RoomModel, GroupRows] | None]:
    """Return what gives the model and the groups of a small hotel; None if no group counts in it."""

    def give(seed: int) -> tuple[RoomModel, GroupRows] | None:
        model = model_of(small_hotel(seed), with_groups=True)
        return None if model.groups is None else (model, model.groups)

    return give


def cheapest(
    groups: GroupRows, problem: Problem, prices: np.ndarray[tuple[int], np.dtype[np.float64]], penalty: float
) -> tuple[float, int]:
    """Return the cost of all terms by trying all rooms of each, and the number of places."""
    near = [{problem.room_index[n] for n in room.adjacent} for room in problem.rooms]
    total, first = 0.0, 0
    for members in groups.groups:
        rooms = [sorted(groups.rooms_of(member)) for member in members]
        for term in range(len(members)):
            begins = np.cumsum([first, *(len(found) for found in rooms)]).tolist()
            costs = []
            for places in product(*(range(len(found)) for found in rooms)):
                at = [found[place] for found, place in zip(rooms, places, strict=True)]
                others = {room for other, room in enumerate(at) if other != term}
                price = sum(prices[begin + place] for begin, place in zip(begins[:-1], places, strict=True))
                costs.append(price + (0.0 if near[at[term]] & others else penalty))
            total, first = total + min(costs), begins[-1]
    return total, first


@pytest.mark.parametrize("seed", SEEDS)
def test_each_term_takes_its_cheapest_rooms(
    groups_of: Callable[[int], tuple[RoomModel, GroupRows] | None], seed: int
) -> None:
    found = groups_of(seed)
    if found is None:
        return
    model, groups = found
    priced = GroupPrices(groups, model.lattices)
    chance = np.random.default_rng(seed)
    prices = np.where(priced.is_priced, chance.normal(0.0, 20.0, priced.size), 0.0)
    choice = priced.choose(prices, 15.0)
    expected, size = cheapest(groups, model.grid.problem, prices, 15.0)
    assert choice.cost == pytest.approx(expected)
    assert priced.size == size
    assert choice.cost == pytest.approx(float(prices @ choice.taken) + 15.0 * choice.apart)
    assert choice.taken.sum() == sum(len(members) ** 2 for members in groups.groups)


def test_some_small_hotels_have_groups(
    groups_of: Callable[[int], tuple[RoomModel, GroupRows] | None],
) -> None:
    assert sum(groups_of(seed) is not None for seed in SEEDS) > 15


@pytest.mark.parametrize("seed", SEEDS)
def test_without_prices_the_groups_cost_what_is_certain(
    groups_of: Callable[[int], tuple[RoomModel, GroupRows] | None], seed: int
) -> None:
    found = groups_of(seed)
    if found is None:
        return
    model, groups = found
    choice = GroupPrices(groups, model.lattices).choose(np.zeros(10_000), 7.0)
    assert (choice.cost, choice.apart) == (7.0 * groups.certain, groups.certain)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_prices_prove_more_than_the_best_plan(judged: Callable[..., Judged | None], seed: int) -> None:
    """Not at random prices, nor after a climb, whose bound is at least the one it began with."""
    found = judged(seed)
    if found is None or found[0].groups is None:
        return
    model, weights, masks, _ = found
    rows = found[0].groups
    groups = GroupPrices(rows, model.lattices)
    best = Question(model.lattices, weights, (), rows).cost(masks)
    cap = Cap(Weights(apart=1), rows.count_apart(masks))
    for caps in ((), (cap,)):
        relaxation = Relaxation(model.lattices, weights, caps, groups=groups)
        chance = np.random.default_rng(seed)
        start = Prices(
            np.asarray(chance.normal(20.0, 40.0, relaxation.demand.shape[0])),
            np.full(len(caps), 3.0),
            of_place=np.where(groups.is_priced, chance.normal(0.0, 30.0, groups.size), 0.0),
        )
        first = relaxation.evaluate(start)[0]
        climbed = relaxation.climb(start, passes=60)
        assert first.bound <= climbed.bound <= best + search.BLUR * max(1.0, best)


@pytest.mark.parametrize("seed", APART)
def test_prices_prove_what_a_group_costs(
    model_of: MakeModel, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Members can be neighbors only at the price of gaps, or not all at once: plain prices do not see it."""
    model = model_of(small_hotel(seed), with_groups=True)
    assert model.groups is not None
    weights = Weights(gap=1, apart=1000)
    question = Question(model.lattices, weights, (), model.groups)
    start = Prices(model.pool_prices, np.zeros(0))
    without = Relaxation(model.lattices, weights, (), model.groups.certain).climb(start, passes=300).bound
    monkeypatch.setattr(search, "REFINED_PAIRS", 0)
    found = Search(question, run_highs, Limits()).run([start])
    assert found.is_optimal
    assert found.best_prices is not None
    assert without + 1.0 < found.best_prices.bound <= found.value * (1 + search.BLUR)
    assert found.best_prices.bound > 0.99 * found.value
