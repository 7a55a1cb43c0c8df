from collections.abc import Callable
from fractions import Fraction

import pytest

from optimizer_core.domain import Limits, Policy, Problem
from optimizer_core.network import MilpSolver, trade
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.grid import Grid
from optimizer_core.network.trade import Trader

Chart = Callable[..., Problem]
CROSSED = ("1 aa.cccc", "2 bbb..ddd")


def trader_of(problem: Problem, solve_milp: MilpSolver, limits: Limits | None = None) -> Trader:
    grid = Grid(problem)
    return Trader(grid, gap_arcs(grid), solve_milp, limits or Limits(), 0, 0)


def moves(problem: Problem, rooms: object) -> int:
    assert isinstance(rooms, dict)
    return sum(rooms[stay] != room for stay, room in enumerate(Grid(problem).current_room) if stay in rooms)


@pytest.mark.parametrize(
    ("price", "num_moves", "bound"), [(5, 2, 11), (6, 0, 12), (Fraction(11, 2), None, 12)]
)
def test_a_price_is_exact(
    chart: Chart, solve_milp: MilpSolver, price: Fraction | int, num_moves: int | None, bound: int
) -> None:
    """12 points with no move, 1 with two: worth it below 5 1/2 points a move."""
    problem = chart(*CROSSED, policy=Policy(move_price=Fraction(price)))
    found = trader_of(problem, solve_milp).exact()
    assert found is not None
    assert num_moves in (None, moves(problem, found.rooms))
    assert found.bound == bound * Grid(problem).cost_scale


@pytest.mark.parametrize(("most", "num_moves", "bound"), [(0, 0, 12), (1, 0, 12), (2, 2, 1)])
def test_a_budget_is_exact(
    chart: Chart, solve_milp: MilpSolver, most: int, num_moves: int, bound: int
) -> None:
    problem = chart(*CROSSED, policy=Policy(max_moves=most))
    found = trader_of(problem, solve_milp).exact()
    assert found is not None
    assert (moves(problem, found.rooms), found.bound) == (num_moves, bound * 8)


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


@pytest.mark.parametrize(("most", "num_moves"), [(1, 0), (2, 2), (3, 2), (4, 4)])
def test_stretches_spend_a_budget_where_it_saves_most(
    chart: Chart, solve_milp: MilpSolver, most: int, num_moves: int
) -> None:
    """Two crossed pairs save 11 points for two moves each, whichever comes first."""
    later = ("3 ee.gggg", "4 fff..hhh")
    problem = chart(*(f"{line:<10}".rstrip() for line in (*CROSSED, *later)), policy=Policy(max_moves=most))
    begin = dict(enumerate(Grid(problem).current_room))
    rooms = dict(trader_of(problem, solve_milp).improve(begin, []))
    assert moves(problem, rooms) <= min(most, num_moves)


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
