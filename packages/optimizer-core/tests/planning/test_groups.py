from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given, settings

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limits, Problem
from optimizer_core.network import MilpSolver, MilpStatus
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.network.joint import PartAnswer, plan_component
from optimizer_core.planning import groups
from optimizer_core.planning.groups import GroupSettler
from optimizer_core.testing import best_plan, tiny_hotels

Chart = Callable[..., Problem]
FAMILY = {"group": "family"}


def settled(problem: Problem, solve_milp: MilpSolver, limits: Limits | None = None) -> PartAnswer:
    """Return the answer with groups for a hotel of one component."""
    grid = Grid(problem)
    (component,) = find_components(grid)
    arcs, limits = gap_arcs(grid), limits or Limits()
    ignoring = plan_component(grid, arcs, component, solve_milp, limits)
    return GroupSettler(grid, arcs, component, solve_milp, limits, 0).settle(ignoring)


def points(problem: Problem, answer: PartAnswer) -> Fraction | None:
    return None if answer.value is None else Fraction(answer.value, Grid(problem).cost_scale)


def test_without_groups_nothing_changes(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1 aa.cccc", "2 bbb..ddd")
    grid = Grid(problem)
    (component,) = find_components(grid)
    arcs = gap_arcs(grid)
    answer = plan_component(grid, arcs, component, solve_milp, Limits())
    assert GroupSettler(grid, arcs, component, solve_milp, Limits(), 0).settle(answer) is answer


def test_a_family_that_comes_together_for_nothing_keeps_the_proof(
    chart: Chart, solve_milp: MilpSolver
) -> None:
    problem = chart("1 aabb", "2 ccdd", "3 eeff", adjacent=("1-2",), b=FAMILY, f=FAMILY)
    answer = settled(problem, solve_milp)
    assert (answer.status, answer.value, answer.bound) == (MilpStatus.OPTIMAL, 0, 0)


def test_what_being_together_costs_is_proved_by_the_exact_model(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1 aab", "2 c..d", adjacent=("1-2",), b=FAMILY, d=FAMILY)
    answer = settled(problem, solve_milp)
    assert (answer.status, points(problem, answer)) == (MilpStatus.OPTIMAL, Fraction(4))


@pytest.fixture
def at_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every hotel as too large for the exact model."""
    monkeypatch.setattr(groups, "EXACT_COLUMNS", 0)


@pytest.mark.usefixtures("at_scale")
def test_at_scale_adjacent_rooms_are_tried(chart: Chart, solve_milp: MilpSolver) -> None:
    """All choices of a pair together prove what being together costs."""
    problem = chart("1 aab", "2 c..d", adjacent=("1-2",), b=FAMILY, d=FAMILY)
    answer = settled(problem, solve_milp)
    assert (answer.status, points(problem, answer)) == (MilpStatus.OPTIMAL, Fraction(4))


@pytest.mark.usefixtures("at_scale")
def test_at_scale_a_hopeless_pair_is_proved_apart(chart: Chart, solve_milp: MilpSolver) -> None:
    """No two rooms are adjacent: 100 * 2^3 points for each of the two, and that is the best."""
    problem = chart("1 aa", "2 bb", a=FAMILY, b=FAMILY)
    answer = settled(problem, solve_milp)
    assert (answer.status, points(problem, answer)) == (MilpStatus.OPTIMAL, Fraction(1600))


@pytest.mark.usefixtures("at_scale")
def test_at_scale_a_wrong_choice_is_no_proof(chart: Chart, solve_milp: MilpSolver) -> None:
    """For three members not all ways are tried, so nothing is claimed that brute force refutes."""
    problem = chart("1 aab", "2 c..d", "3 eef", adjacent=("1-2",), b=FAMILY, d=FAMILY, f=FAMILY)
    best, answer = best_plan(problem), settled(problem, solve_milp)
    assert best is not None
    value = points(problem, answer)
    assert value is not None
    assert answer.bound is not None
    assert Fraction(answer.bound, Grid(problem).cost_scale) <= best.rank[1] <= value


def test_a_cancelled_settlement_keeps_a_plan_without_a_proof(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1 aab", "2 c..d", adjacent=("1-2",), b=FAMILY, d=FAMILY)
    grid = Grid(problem)
    (component,) = find_components(grid)
    arcs = gap_arcs(grid)
    ignoring = plan_component(grid, arcs, component, solve_milp, Limits())
    limits = Limits(is_cancelled=lambda: True)
    answer = GroupSettler(grid, arcs, component, solve_milp, limits, 0).settle(ignoring)
    assert answer.rooms is not None
    assert answer.status is MilpStatus.FEASIBLE


@pytest.mark.property
@pytest.mark.parametrize("exact_columns", [groups.EXACT_COLUMNS, 0])
def test_value_and_bound_enclose_the_best_plan(exact_columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the exact model and by trial alike: bound <= brute force <= value, equal where it is claimed."""
    monkeypatch.setattr(groups, "EXACT_COLUMNS", exact_columns)

    @given(tiny_hotels())
    @settings(derandomize=True, database=None, deadline=None, max_examples=60)
    def check(problem: Problem) -> None:
        best = best_plan(problem)
        grid = Grid(problem)
        arcs = gap_arcs(grid)
        value = bound = 0
        statuses = []
        for part in find_components(grid):
            ignoring = plan_component(grid, arcs, part, run_highs, Limits())
            answer = GroupSettler(grid, arcs, part, run_highs, Limits(), 0).settle(ignoring)
            if answer.value is None or answer.bound is None:
                assert best is None
                return
            value, bound = value + answer.value, bound + answer.bound
            statuses.append(answer.status)
        assert best is not None
        fixed = [group for group in problem.groups.values() if all(map(problem.is_fixed, group))]
        exact = best.rank[1] * grid.cost_scale
        assert bound <= exact
        if not fixed:  # a group that is wholly fixed is no decision, so its penalty is in no component
            assert exact <= value
            if set(statuses) == {MilpStatus.OPTIMAL}:
                assert value == bound == exact

    check()
