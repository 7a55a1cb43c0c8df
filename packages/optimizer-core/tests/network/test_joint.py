from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import RUN_OF_HOUSE, Limits, Policy, Problem
from optimizer_core.network import MilpAnswer, MilpLimits, MilpModel, MilpSolver, MilpStatus
from optimizer_core.network.arcs import gap_arcs
from optimizer_core.network.components import find_components
from optimizer_core.network.grid import Grid
from optimizer_core.network.joint import PartAnswer, plan_component
from optimizer_core.testing import Features, best_plan, tiny_hotels

Chart = Callable[..., Problem]


def planned(problem: Problem, solve_milp: MilpSolver, limits: Limits | None = None) -> PartAnswer:
    """Return the answer for a hotel of one component."""
    grid = Grid(problem)
    (component,) = find_components(grid)
    return plan_component(grid, gap_arcs(grid), component, solve_milp, limits or Limits())


def rooms(problem: Problem, answer: PartAnswer) -> dict[str, str]:
    assert answer.rooms is not None
    return {problem.stays[s].stay_id: problem.rooms[room].number for s, room in answer.rooms.items()}


def test_one_type_has_one_bound(chart: Chart, solve_milp: MilpSolver) -> None:
    answer = planned(chart("1 aa.cccc", "2 bbb..ddd"), solve_milp)
    assert (answer.status, answer.value, answer.bound, answer.upgrades) == (MilpStatus.OPTIMAL, 8, 8, 0)


def test_nobody_is_upgraded_for_a_gap(chart: Chart, solve_milp: MilpSolver) -> None:
    """A stay that closes a gap in another type stays in its own: upgrades outrank gap cost."""
    problem = chart("1:A aa...bb", "2:B cc.dd..", d={"further_types": ("A",)})
    answer = planned(problem, solve_milp)
    assert answer.upgrades == 0
    assert rooms(problem, answer)["d"] == "2"


def test_a_price_lets_upgrades_compete_with_gaps(chart: Chart, solve_milp: MilpSolver) -> None:
    """At home stay d ends an orphan night, 8 points; in the room of the other type it follows at once."""
    lines, further = ("1:A aaa....", "2:B cc.d..."), {"further_types": ("A",)}
    for price, upgrades, value in ((7, 1, 7), (9, 0, 8)):
        policy = Policy(upgrade_price=Fraction(price))
        answer = planned(chart(*lines, policy=policy, d=further), solve_milp)
        assert (answer.status, answer.upgrades, answer.value) == (MilpStatus.OPTIMAL, upgrades, 8 * value)


def test_an_upgrade_makes_room(chart: Chart, solve_milp: MilpSolver) -> None:
    """Three stays of two rooms on one night: the one that may take a further type does."""
    problem = chart("1:A aa", "2:B ..", "- bb", b={"further_types": ("B",)})
    answer = planned(problem, solve_milp)
    assert (answer.status, answer.upgrades) == (MilpStatus.OPTIMAL, 1)
    assert rooms(problem, answer) == {"a": "1", "b": "2"}


def test_there_is_a_plan_before_the_model_with_gap_costs_is_solved(
    chart: Chart, solve_milp: MilpSolver
) -> None:
    """A solver that reaches its limit in that model, which has the size of the first one."""
    sizes: list[int] = []

    def limited(model: MilpModel, limits: MilpLimits, **options: Any) -> MilpAnswer:
        sizes.append(model.num_columns)
        if len(sizes) > 1 and sizes[-1] == sizes[0]:
            return MilpAnswer(MilpStatus.NO_POINT)
        return solve_milp(model, limits, **options)

    problem = chart("1:A aa.cc", "2:A .....", "3:B bb...", "- dd...", d={"further_types": ("B",)})
    answer = planned(problem, limited)
    assert sizes.count(sizes[0]) == 2
    assert answer.status is MilpStatus.FEASIBLE
    assert rooms(problem, answer).keys() == set("abcd")


def test_run_of_house_goes_where_it_costs_least(chart: Chart, solve_milp: MilpSolver) -> None:
    """A stay without a type fills the gap of one type or the other and is nobody's upgrade."""
    problem = chart("1:A aa.bb..", "2:B ccccccc", "- ..d", d={"room_type": RUN_OF_HOUSE})
    answer = planned(problem, solve_milp)
    assert (answer.value, answer.upgrades) == (0, 0)
    assert rooms(problem, answer)["d"] == "1"


def test_too_many_for_all_types_is_infeasible(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1:A aa", "2:B bb", "- cc", c={"further_types": ("B",)})
    assert planned(problem, solve_milp).status is MilpStatus.INFEASIBLE


def test_a_cancelled_component_has_no_plan(chart: Chart, solve_milp: MilpSolver) -> None:
    problem = chart("1:A aa", "2:B bb", a={"further_types": ("B",)})
    answer = planned(problem, solve_milp, Limits(is_cancelled=lambda: True))
    assert (answer.status, answer.rooms, answer.bound) == (MilpStatus.NO_POINT, None, None)


@pytest.mark.property
@given(tiny_hotels(Features(groups=False)))
@settings(derandomize=True, database=None, deadline=None, max_examples=100)
def test_components_add_up_to_the_best_plan(problem: Problem) -> None:
    """Upgrades and gap cost of the components, planned apart, are those of brute force."""
    grid = Grid(problem)
    arcs = gap_arcs(grid)
    answers = [plan_component(grid, arcs, part, run_highs, Limits()) for part in find_components(grid)]
    best = best_plan(problem)
    if best is None:
        assert any(answer.status is MilpStatus.INFEASIBLE for answer in answers)
        return
    fixed = sum(
        grid.upgrade_cost(stay, grid.room_type[room])
        for stay, room in enumerate(grid.fixed_room)
        if room >= 0
    )
    assert all(answer.status is MilpStatus.OPTIMAL for answer in answers)
    assert sum(answer.upgrades for answer in answers) + fixed == best.rank[0]
    assert Fraction(sum(answer.value or 0 for answer in answers), grid.cost_scale) == best.rank[1]
    assert [answer.value for answer in answers] == [answer.bound for answer in answers]
