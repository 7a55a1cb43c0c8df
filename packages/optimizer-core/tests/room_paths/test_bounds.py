"""Shortest paths, and the bounds that prices prove: in floating point, in whole numbers, as they climb."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from optimizer_core.domain import Limits, MinimumStay, Problem
from optimizer_core.network.duals import solve_dual
from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel, MilpSolver, MilpStatus
from optimizer_core.room_paths.lattice import Lattice
from optimizer_core.room_paths.passes import (
    Cap,
    Costs,
    Weights,
    backward,
    distances,
    forward,
    reduced_costs,
    trace,
    whole_costs,
    whole_distances,
)
from optimizer_core.room_paths.question import Question
from optimizer_core.room_paths.relaxation import Prices, Relaxation
from optimizer_core.room_paths.rooms import RoomModel
from optimizer_core.room_paths.whole import (
    LARGEST_SUM,
    MOST_PARTS,
    find_parts,
    total_of,
    whole_bound,
    whole_proofs,
)

Chart = Callable[..., Problem]
MakeModel = Callable[..., RoomModel]
CROSSED = ("1 aa.cccc", "2 bbb..ddd")
SEEDS = range(24)


def every_path(lattice: Lattice, column: int, node: int = 0) -> Iterator[tuple[int, ...]]:
    """Yield all paths of a room from a node to the end, as arcs."""
    if node == lattice.num_nodes - 1:
        yield ()
        return
    for arc in np.flatnonzero((lattice.tail == node) & lattice.allowed[:, column]).tolist():
        for rest in every_path(lattice, column, int(lattice.head[arc])):
            yield (arc, *rest)


def random_prices(relaxation: Relaxation, seed: int) -> Prices:
    chance = np.random.default_rng(seed)
    size = relaxation.demand.shape[0]
    return Prices(
        np.asarray(chance.normal(20.0, 60.0, size)),
        np.asarray(chance.uniform(0.0, 9.0, len(relaxation.caps))),
    )


@pytest.mark.parametrize("seed", range(4))
def test_shortest_paths_are_the_shortest_of_all(chart: Chart, model_of: MakeModel, seed: int) -> None:
    """Forward and backward distances, the traced paths and the whole numbers against every path."""
    (lattice,) = model_of(chart("1 aa.ccKK", "2 bbb.dd")).lattices
    weights, parts = Weights(gap=1, move=3), 4
    prices = np.round(np.random.default_rng(seed).normal(0.0, 40.0, len(lattice.classes)) * parts)
    cost = Costs(lattice).real(weights, prices / parts).copy()
    lengths = [
        {path: float(sum(cost[arc, column] for arc in path)) for path in every_path(lattice, column)}
        for column in range(lattice.num_rooms)
    ]
    shortest = np.array([min(of_room.values()) for of_room in lengths])
    distance, entered = forward(lattice, cost)
    assert np.allclose(distance[-1], shortest)
    assert np.array_equal(distances(lattice, cost), distance)
    assert np.allclose(backward(lattice, cost)[0], shortest)
    arcs, rooms = trace(lattice, entered)
    for column, of_room in enumerate(lengths):
        path = tuple(sorted(arcs[rooms == column].tolist(), key=lambda arc: int(lattice.tail[arc])))
        assert np.isclose(of_room[path], shortest[column])
        for arc in range(lattice.num_arcs):
            through = [length for path, length in of_room.items() if arc in path]
            reduced = reduced_costs(lattice, cost)[arc, column]
            assert np.isclose(reduced, min(through, default=np.inf) - shortest[column], atol=1e-9)
    behind, ahead = whole_distances(lattice, whole_costs(lattice, weights, prices.astype(np.int64), parts))
    assert np.allclose(behind[-1] / parts, shortest)
    assert np.array_equal(behind[-1], ahead[0])


def test_a_room_held_for_every_night_has_its_one_path(chart: Chart, model_of: MakeModel) -> None:
    (lattice,) = model_of(chart("1 KKLL", "2 aabb")).lattices
    distance, entered = forward(lattice, Costs(lattice).real(Weights(gap=1), np.zeros(2)))
    arcs, rooms = trace(lattice, entered)
    assert not lattice.is_class[arcs[rooms == 0]].any()
    assert distance[-1, 0] == 0


@pytest.mark.property
@pytest.mark.parametrize("seed", SEEDS)
def test_no_prices_prove_more_than_the_best_plan_costs(seed: int, judged: Callable[..., Any]) -> None:
    """Random prices, the pooled ones, and those after a climb; whole numbers equal to floating point."""
    found = judged(seed)
    if found is None:
        return
    model, weights, masks, _ = found
    best = Question(model.lattices, weights, (), model.groups).cost(masks)
    certain = 0 if model.groups is None else model.groups.certain
    relaxation = Relaxation(model.lattices, weights, (), certain)
    pooled = Prices(model.pool_prices, np.zeros(0))
    climbed = relaxation.climb(pooled, passes=60, target=best)
    for prices in (random_prices(relaxation, seed), pooled, climbed):
        real, _, _ = relaxation.evaluate(prices)
        proofs = whole_proofs(relaxation, prices)
        parts = proofs[0].parts
        total = total_of(proofs, (), prices) + parts * int(weights.apart) * certain
        assert total <= parts * best
        # Rounding changes each price by half a part, and each room's path by the prices on it.
        stays = float(relaxation.demand.sum())
        assert abs(total / parts - real.bound) <= stays / parts + 1e-9 * abs(real.bound)
        for proof, lattice, mask in zip(proofs, model.lattices, masks, strict=True):
            assert (proof.reduced >= 0).all()
            assert (proof.charge[lattice.allowed & (proof.reduced < LARGEST_SUM)] >= 0).all()
            share = sum(int(lattice.gap[arc]) for arc, _ in np.argwhere(mask).tolist())
            upgrades = 0 if lattice.upgrade is None else int(lattice.upgrade[mask].sum())
            value = parts * (share + int(weights.upgrade) * upgrades)
            assert int(proof.charge[mask].sum()) == value - proof.total
    assert climbed.bound >= relaxation.evaluate(pooled)[0].bound


@pytest.mark.property
@pytest.mark.parametrize("seed", SEEDS)
def test_more_passes_never_prove_less(seed: int, judged: Callable[..., Any]) -> None:
    """The bound climbs monotonically, with a cap on the moves too, and never beyond the best plan."""
    found = judged(seed)
    if found is None:
        return
    model, weights, masks, _ = found
    question = Question(model.lattices, weights, (), model.groups)
    best = question.cost(masks)
    cap = Cap(Weights(move=1), question.used(masks, Weights(move=1)))
    relaxation = Relaxation(model.lattices, weights, (cap,))
    start = Prices(model.pool_prices, np.zeros(1))
    bounds = [relaxation.climb(start, passes=passes, target=best).bound for passes in (1, 2, 8, 30, 90)]
    assert bounds == sorted(bounds)
    assert bounds[-1] <= best * (1 + 1e-9)


def test_a_climb_reaches_the_optimum_of_the_crossed_hotel(chart: Chart, model_of: MakeModel) -> None:
    """The best gap costs a point; the linear program of two rooms is whole."""
    model = model_of(chart(*CROSSED))
    relaxation = Relaxation(model.lattices, Weights(gap=1))
    best = float(model.grid.cost_scale)
    climbed = relaxation.climb(
        Prices(np.zeros(4), np.zeros(0)), passes=400, target=best, tolerance=0.01 * best
    )
    assert 0.98 * best <= climbed.bound <= best


def test_a_climb_stops_when_it_must_and_when_it_may(chart: Chart, model_of: MakeModel) -> None:
    relaxation = Relaxation(model_of(chart(*CROSSED)).lattices, Weights(gap=1))
    start = Prices(np.zeros(4), np.zeros(0))
    relaxation.climb(start, passes=50, is_over=lambda: True)
    assert relaxation.passes == 1
    calls = count()
    relaxation.climb(start, passes=50, is_over=lambda: next(calls) >= 3)
    assert relaxation.passes == 1 + 4
    bound = relaxation.evaluate(start)[0].bound
    before = relaxation.passes
    relaxation.climb(start, passes=50, target=bound + 0.5, tolerance=0.5)
    assert relaxation.passes == before + 1


def test_a_cap_has_a_price_that_proves_what_the_budget_costs(chart: Chart, model_of: MakeModel) -> None:
    """Without moves the crossed hotel costs 12 points; prices alone prove at least half the way there."""
    model = model_of(chart(*CROSSED))
    scale = model.grid.cost_scale
    free = Relaxation(model.lattices, Weights(gap=1))
    held = Relaxation(model.lattices, Weights(gap=1), (Cap(Weights(move=1), 0),))
    start = np.zeros(4)
    without = free.climb(Prices(start, np.zeros(0)), passes=200, target=float(scale))
    with_cap = held.climb(Prices(start, np.array([6.0 * scale])), passes=200, target=12.0 * scale)
    assert without.bound <= scale
    assert 6 * scale < with_cap.bound <= 12 * scale * (1 + 1e-9)


@pytest.mark.parametrize("minimum", [1, 3, 14, 21])
def test_whole_numbers_never_overflow(chart: Chart, model_of: MakeModel, minimum: int) -> None:
    """Large costs leave room for fewer parts of a unit, and the bound is that of Python's integers."""
    problem = chart(*CROSSED).replace(minimum_stay=MinimumStay(minimum))
    (lattice,) = model_of(problem).lattices
    huge = LARGEST_SUM / (lattice.num_mornings * 4 * 3)
    for largest, most in ((50.0, MOST_PARTS), (huge, 2)):
        prices = np.array([largest, -largest, largest / 2, 1.0])
        parts = find_parts(lattice, Weights(gap=1), prices)
        assert 1 <= parts <= most
        proof = whole_bound(lattice, Weights(gap=1), prices, parts)
        exact = sum(
            min(
                sum(
                    parts * int(lattice.gap[arc])
                    - (int(proof.of_class[lattice.stay_class[arc]]) if lattice.is_class[arc] else 0)
                    for arc in path
                )
                for path in every_path(lattice, column)
            )
            for column in range(2)
        )
        demand = zip(lattice.demand.tolist(), proof.of_class.tolist(), strict=True)
        assert proof.total == exact + sum(n * price for n, price in demand)


def test_pooled_prices_prove_the_optimum_where_rooms_need_not_be_told_apart(
    chart: Chart, model_of: MakeModel
) -> None:
    model = model_of(chart(*CROSSED))
    relaxation = Relaxation(model.lattices, Weights(gap=1))
    assert np.isclose(
        relaxation.evaluate(Prices(model.pool_prices, np.zeros(0)))[0].bound, model.grid.cost_scale
    )


def test_without_a_dual_there_are_no_pooled_prices(chart: Chart, model_of: MakeModel) -> None:
    """A solver that fails leaves prices of 0, which prove something all the same."""

    def fail(
        model: MilpModel, limits: MilpLimits, *, start: NDArray[np.float64] | None = None, seed: int = 0
    ) -> MilpAnswer:
        del model, limits, start, seed
        return MilpAnswer(MilpStatus.NO_POINT)

    full = model_of(chart(*CROSSED))
    model = RoomModel(full.grid, full.components, fail, Limits())
    assert model.pool_prices.tolist() == [0.0] * 4


def test_the_dual_of_a_linear_program_has_its_value(solve_milp: MilpSolver) -> None:
    """Minimize 2 x + 3 y with x + y = 4 and x <= 1: x = 1, y = 3, value 11; the duals are 3 and -1."""
    model = MilpModel(
        np.array([2.0, 3.0]),
        sparse.csc_matrix(np.array([[1.0, 1.0], [1.0, 0.0]])),
        np.array([4.0, -np.inf]),
        np.array([4.0, 1.0]),
        np.zeros(2),
        np.full(2, 10.0),
        np.ones(2, dtype=bool),
    )
    dual = solve_dual(model, solve_milp, Limits())
    assert dual is not None
    assert np.allclose(dual, [3.0, -1.0])
    assert solve_dual(model, solve_milp, Limits(is_cancelled=lambda: True)) is None
