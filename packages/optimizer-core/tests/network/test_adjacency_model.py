from collections.abc import Callable
from fractions import Fraction

from optimizer_core.domain import Limits, Policy, Problem
from optimizer_core.network import MilpSolver, MilpStatus
from optimizer_core.network.adjacency_model import penalty_units, plan_with_groups
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.network.joint import PartAnswer
from optimizer_core.network.neighbors import Neighbors

Chart = Callable[..., Problem]
FAMILY = {"group": "family"}
PENALTY = 100 * 8
"""Points for a member apart at a minimum stay of 3 nights."""


def planned(
    problem: Problem,
    solve_milp: MilpSolver,
    *,
    most_upgrades: int | None = None,
    limits: Limits | None = None,
) -> PartAnswer:
    grid = Grid(problem)
    (component,) = find_components(grid)
    neighbors = Neighbors(grid, component.stays)
    return plan_with_groups(
        grid,
        gap_arcs(grid),
        component,
        neighbors,
        solve_milp,
        limits or Limits(),
        most_upgrades=most_upgrades,
    )


def rooms(problem: Problem, answer: PartAnswer) -> dict[str, str]:
    assert answer.rooms is not None
    return {problem.stays[s].stay_id: problem.rooms[r].number for s, r in answer.rooms.items()}


def points(problem: Problem, answer: PartAnswer) -> Fraction | None:
    return None if answer.value is None else Fraction(answer.value, Grid(problem).cost_scale)


def test_the_penalty_is_100_times_2_to_the_minimum_stay(chart: Chart) -> None:
    """In units of the grid, also where a price makes the units finer."""
    assert penalty_units(Grid(chart("1 a"))) == PENALTY * 8
    fine = Policy(move_price=Fraction(1, 24))
    assert penalty_units(Grid(chart("1 a", policy=fine))) == PENALTY * 8 * 3


def test_a_family_gets_adjacent_rooms(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1 aa", "2 bb", "3 cc", adjacent=("1-2",), a=FAMILY, c=FAMILY)
    answer = planned(problem, solve_milp)
    assert (answer.status, answer.value, answer.bound) == (MilpStatus.OPTIMAL, 0, 0)
    found = rooms(problem, answer)
    assert {found["a"], found["c"]} == {"1", "2"}


def test_gaps_are_paid_for_being_together(chart: Chart, solve_milp: MilpSolver) -> None:
    """The family follows a in the same room only if one of them leaves an orphan gap elsewhere."""
    problem = chart("1 aab", "2 c..d", adjacent=("1-2",), b=FAMILY, d=FAMILY)
    answer = planned(problem, solve_milp)
    assert points(problem, answer) == 4
    assert rooms(problem, answer)["b"] != rooms(problem, answer)["d"]


def test_a_pair_that_cannot_be_together_pays_twice(chart: Chart, solve_milp: MilpSolver) -> None:
    """Both members are without a neighbor; the rest of the plan is as good as without them."""
    problem = chart("1 aa", "2 bb", a=FAMILY, b=FAMILY)
    answer = planned(problem, solve_milp)
    assert (answer.status, points(problem, answer)) == (MilpStatus.OPTIMAL, Fraction(2 * PENALTY))


def test_a_locked_member_counts(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1 LL", "2 bb", "3 cc", adjacent=("1-2",), L=FAMILY, c=FAMILY)
    answer = planned(problem, solve_milp)
    assert (answer.value, rooms(problem, answer)) == (0, {"b": "3", "c": "2"})


def test_upgrades_are_limited_before_families(chart: Chart, solve_milp: MilpSolver) -> None:
    """The only adjacent room is of another type: nobody is upgraded for company, unless it has a price."""
    changes = {"a": FAMILY, "b": FAMILY | {"further_types": ("B",)}}
    lines, adjacent = ("1:A aa", "2:A bb", "3:B .."), ("1-3",)
    ranked = chart(*lines, adjacent=adjacent, **changes)
    assert points(ranked, planned(ranked, solve_milp, most_upgrades=0)) == 2 * PENALTY
    priced = chart(*lines, adjacent=adjacent, policy=Policy(upgrade_price=Fraction(5)), **changes)
    answer = planned(priced, solve_milp)
    assert (points(priced, answer), answer.upgrades) == (Fraction(5), 1)


def test_too_many_stays_are_infeasible(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1 aa", "2 bb", "- cc", adjacent=("1-2",), a=FAMILY, b=FAMILY)
    assert planned(problem, solve_milp).status is MilpStatus.INFEASIBLE


def test_a_cancelled_model_has_no_plan(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1 aa", "2 bb", a=FAMILY, b=FAMILY)
    answer = planned(problem, solve_milp, limits=Limits(is_cancelled=lambda: True))
    assert (answer.rooms, answer.bound) == (None, None)
