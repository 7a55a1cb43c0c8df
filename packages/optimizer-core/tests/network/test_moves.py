from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings

from optimizer_core.backends.greedy import greedy_plan
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, Plan, Problem, Reason
from optimizer_core.network import MilpSolver, find_plan, moves
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.grid import Grid
from optimizer_core.network.moves import MoveReducer
from optimizer_core.network.timelines import Timelines
from optimizer_core.objective import score
from optimizer_core.testing import Features, best_plan, random_hotel, tiny_hotels
from optimizer_core.verification import verify

Chart = Callable[..., Problem]
Draw = Callable[[Problem, Plan], list[str]]


def reducer_of(
    problem: Problem,
    solve_milp: MilpSolver,
    *,
    limits: Limits | None = None,
    price: int | None = None,
    most: int | None = None,
    rooms: Mapping[str, str] | None = None,
) -> MoveReducer:
    """Return a reducer that begins with the current rooms, but for some stays."""
    grid = Grid(problem)
    moved = {problem.stay_index[s]: problem.room_index[number] for s, number in (rooms or {}).items()}
    timelines = Timelines(grid, {**dict(enumerate(grid.current_room)), **moved})
    arcs = gap_arcs(grid)
    return MoveReducer(grid, arcs, timelines, solve_milp, limits or Limits(), 0, price=price, most_moves=most)


def plan_of(problem: Problem, reducer: MoveReducer) -> Plan:
    rooms = reducer.timelines.room_of.items()
    return Plan({problem.stays[stay].stay_id: problem.rooms[room].number for stay, room in rooms})


def test_a_ring_of_three_is_undone(chart: Chart, solve_milp: MilpSolver, drawn: Draw) -> None:
    """No swap of two rooms brings anybody home, one re-arrangement of all three does."""
    problem = chart("1 aadddd", "2 bbbeee", "3 ccccff")
    reducer = reducer_of(problem, solve_milp, rooms={"d": "1"})
    reducer.run()
    assert reducer.num_away() == 0
    assert drawn(problem, plan_of(problem, reducer)) == ["aadddd", "bbbeee", "ccccff"]


def test_a_small_type_is_proved(chart: Chart, solve_milp: MilpSolver) -> None:
    """The crossed hotel: nobody can do with fewer than 2 moves at the best gap cost."""
    problem = chart("1 aa.cccc", "2 bbb..ddd")
    reducer = reducer_of(problem, solve_milp, rooms={"c": "2", "d": "1"})
    reducer.run()
    assert (reducer.num_away(), reducer.bounds) == (2, {0: 2})


def test_gap_cost_is_improved_before_moves(chart: Chart, solve_milp: MilpSolver, drawn: Draw) -> None:
    """Begun with the rooms as they are, the two moves are worth the 11 points."""
    problem = chart("1 aa.cccc", "2 bbb..ddd")
    reducer = reducer_of(problem, solve_milp)
    reducer.run()
    assert drawn(problem, plan_of(problem, reducer)) == ["aa...ddd", "bbbcccc."]


@pytest.mark.parametrize(("price", "away"), [(5, 2), (6, 0)])
def test_a_price_is_weighed_against_gaps(chart: Chart, solve_milp: MilpSolver, price: int, away: int) -> None:
    """Two moves save 11 points: worth it at 5 points a move, not at 6."""
    problem = chart("1 aa.cccc", "2 bbb..ddd")
    reducer = reducer_of(problem, solve_milp, price=price * 8)
    reducer.run()
    assert reducer.num_away() == away


@pytest.mark.parametrize(("most", "away"), [(1, 0), (2, 2)])
def test_a_budget_is_kept(chart: Chart, solve_milp: MilpSolver, most: int, away: int) -> None:
    """Half an exchange is none: with one move allowed nobody moves."""
    problem = chart("1 aa.cccc", "2 bbb..ddd")
    reducer = reducer_of(problem, solve_milp, most=most)
    reducer.run()
    assert reducer.num_away() == away


def test_independent_exchanges_fit_a_budget_one_by_one(chart: Chart, solve_milp: MilpSolver) -> None:
    """Two crossed pairs, two moves each; a budget of 3 pays for one of them."""
    problem = chart("1 aa.cccc", "2 bbb..ddd", "3 ee.ggggxx", "4 fff..hhhyy")
    reducer = reducer_of(problem, solve_milp, most=3)
    reducer.run()
    assert reducer.num_away() <= 3
    assert score(problem, plan_of(problem, reducer)).value < score(problem, _as_it_is(problem)).value


def _as_it_is(problem: Problem) -> Plan:
    return Plan({stay.stay_id: stay.current_room or "" for stay in problem.stays})


def test_a_cancelled_reduction_leaves_a_plan(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1 aa.cccc", "2 bbb..ddd")
    reducer = reducer_of(
        problem, solve_milp, limits=Limits(is_cancelled=lambda: True), rooms={"c": "2", "d": "1"}
    )
    reducer.run()
    assert verify(problem, plan_of(problem, reducer)) == []
    assert reducer.bounds == {}


def test_a_large_type_is_planned_in_stretches(
    solve_milp: MilpSolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fewer moves than before at no greater cost, and no bound is claimed for what is only a part."""
    monkeypatch.setattr(moves, "LARGEST_WHOLE_COLUMNS", 0)
    problem = random_hotel(8, 35, locked=0.05, seed=3)
    plan = greedy_plan(problem)
    assert plan is not None
    before = score(problem, plan)
    reducer = reducer_of(problem, solve_milp, rooms=plan.room_by_stay)
    reducer.run()
    after = score(problem, plan_of(problem, reducer))
    assert verify(problem, plan_of(problem, reducer)) == []
    assert (after.value, after.moves.total) < (before.value, before.moves.total)
    assert after.moves.total == reducer.num_away()
    assert reducer.bounds == {}


@pytest.mark.property
@given(tiny_hotels(Features(groups=False)))
@settings(derandomize=True, database=None, deadline=None, max_examples=150)
def test_the_bound_never_exceeds_the_fewest_moves(problem: Problem) -> None:
    """What is claimed as needed is not more than brute force needs, nor more than the plan has."""
    best = best_plan(problem)
    answer = find_plan(problem, run_highs, Limits())
    if best is None or answer.reason is not Reason.OPTIMAL:
        return
    assert answer.plan is not None
    found = score(problem, answer.plan).moves.total
    assert answer.moves <= best.rank[2] <= found
    types = {stay.room_type for stay in problem.stays}
    if not any(stay.further_types for stay in problem.stays) and None not in types:
        assert found == best.rank[2] == answer.moves
