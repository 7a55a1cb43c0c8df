from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest

from optimizer_core.domain import Limits, Plan, Policy, Problem
from optimizer_core.network import MilpSolver, trade
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.grid import Grid
from optimizer_core.network.trade import Trader
from optimizer_core.objective import Score, score
from optimizer_core.verification import verify

Chart = Callable[..., Problem]
CROSSED = ("1 aa.cccc", "2 bbb..ddd")
TWICE = (*CROSSED, "3:B ee.gggg", "4:B fff..hhh")


def trader_of(problem: Problem, solve_milp: MilpSolver, limits: Limits | None = None) -> Trader:
    grid = Grid(problem)
    return Trader(grid, gap_arcs(grid), solve_milp, limits or Limits(), 0)


def judged(problem: Problem, rooms: Mapping[int, int] | None) -> Score:
    """Return the score of a plan after the verifier has passed it."""
    assert rooms is not None
    plan = Plan({problem.stays[s].stay_id: problem.rooms[room].number for s, room in rooms.items()})
    assert verify(problem, plan) == []
    return score(problem, plan)


@pytest.mark.parametrize(("price", "value"), [(5, 11), (Fraction(11, 2), 12), (6, 12)])
def test_a_price_is_exact(
    chart: Chart, solve_milp: MilpSolver, price: Fraction | int, value: Fraction | int
) -> None:
    """12 points with no move, 1 with two: worth it up to 5 1/2 points a move."""
    problem = chart(*CROSSED, policy=Policy(move_price=Fraction(price)))
    found = trader_of(problem, solve_milp).exact()
    assert found is not None
    assert judged(problem, found.rooms).value == value


@pytest.mark.parametrize(("most", "moves", "value"), [(0, 0, 24), (1, 0, 24), (2, 2, 13), (4, 4, 2)])
def test_a_budget_is_exact(chart: Chart, solve_milp: MilpSolver, most: int, moves: int, value: int) -> None:
    """Each of two crossed pairs of rooms saves 11 points for two moves."""
    problem = chart(*TWICE, policy=Policy(max_moves=most))
    found = trader_of(problem, solve_milp).exact()
    assert found is not None
    plan = judged(problem, found.rooms)
    assert (plan.moves.total, plan.value) == (moves, Fraction(value))


def test_a_budget_is_kept_even_if_that_takes_an_upgrade(chart: Chart, solve_milp: MilpSolver) -> None:
    """Both guests of type B sit in further types; one of them may go home, the other stays upgraded."""
    further = {"room_type": "B", "further_types": ("A",)}
    problem = chart("1 aa", "2 bb", "3:B ..", "4:B ..", a=further, b=further, policy=Policy(max_moves=1))
    found = trader_of(problem, solve_milp).exact()
    assert found is not None
    plan = judged(problem, found.rooms)
    assert (plan.upgrades.total, plan.moves.total) == (1, 1)


def test_a_budget_that_nothing_keeps_is_proved(chart: Chart, solve_milp: MilpSolver) -> None:
    """Two stays sit in one room on the same nights; one of them must move."""
    problem = chart("1 aa", "2 ..", "- bb", b={"current_room": "1"}, policy=Policy(max_moves=0))
    found = trader_of(problem, solve_milp).exact()
    assert found is not None
    assert (found.is_infeasible, found.rooms) == (True, None)


def test_what_is_too_large_or_has_groups_is_left_to_stretches(
    chart: Chart, solve_milp: MilpSolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = {"group": "family"}
    policy = Policy(max_moves=1)
    assert trader_of(chart(*CROSSED, a=family, b=family, policy=policy), solve_milp).exact() is None
    limits = Limits(is_cancelled=lambda: True)
    assert trader_of(chart(*CROSSED, policy=policy), solve_milp, limits).exact() is None
    monkeypatch.setattr(trade, "EXACT_COLUMNS", 0)
    assert trader_of(chart(*CROSSED, policy=policy), solve_milp).exact() is None


@pytest.mark.parametrize(("most", "value"), [(0, 24), (1, 24), (2, 13), (3, 13), (4, 2)])
def test_stretches_spend_a_budget_where_it_saves_most(
    chart: Chart, solve_milp: MilpSolver, most: int, value: int
) -> None:
    """Two types, each with a crossed pair: the budget pays for none, one or both."""
    problem = chart(*TWICE, policy=Policy(max_moves=most))
    begin = dict(enumerate(Grid(problem).current_room))
    plan = judged(problem, trader_of(problem, solve_milp).improve(begin, []))
    assert plan.moves.total <= most
    assert plan.value == value


@pytest.mark.parametrize(("price", "value"), [(5, 22), (6, 24)])
def test_stretches_weigh_a_price(chart: Chart, solve_milp: MilpSolver, price: int, value: int) -> None:
    problem = chart(*TWICE, policy=Policy(move_price=Fraction(price)))
    begin = dict(enumerate(Grid(problem).current_room))
    assert judged(problem, trader_of(problem, solve_milp).improve(begin, [])).value == value


def test_pinned_stays_are_not_touched(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart(*CROSSED, policy=Policy(max_moves=4))
    begin = dict(enumerate(Grid(problem).current_room))
    rooms = trader_of(problem, solve_milp).improve(begin, list(begin))
    assert dict(rooms) == begin


def test_a_cancelled_improvement_returns_what_it_began_with(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart(*CROSSED, policy=Policy(max_moves=4))
    begin = dict(enumerate(Grid(problem).current_room))
    trader = trader_of(problem, solve_milp, Limits(is_cancelled=lambda: True))
    assert dict(trader.improve(begin, [])) == begin
