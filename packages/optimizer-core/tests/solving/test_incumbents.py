from fractions import Fraction

import pytest

from optimizer_core.backends.greedy import GreedyBackend, greedy_plan
from optimizer_core.backends.highs import run_highs
from optimizer_core.domain import Limit, Limits, Outcome, Plan, Problem, Reason, current_plan
from optimizer_core.errors import InvalidAnswer
from optimizer_core.objective import score
from optimizer_core.planning.method import find_plan
from optimizer_core.solving import SOLVE_SECONDS, Draft, solve
from optimizer_core.solving.incumbents import Incumbents
from optimizer_core.testing import CATALOG
from optimizer_core.verification import verify


def _told(problem: Problem, *plans: Plan) -> list[Outcome | None]:
    drafts: list[Draft] = []
    incumbents = Incumbents(problem, "parrot", drafts.append)
    for plan in plans:
        incumbents.report(plan)
    return [draft() for draft in drafts]


def test_a_plan_on_the_way_is_an_outcome_that_is_not_proved(crossed: Problem, uncrossed: Plan) -> None:
    (outcome,) = _told(crossed, uncrossed)
    assert outcome is not None
    assert (outcome.reason, outcome.limit, outcome.backend) == (Reason.FEASIBLE, Limit.TIME, "parrot")
    found = score(crossed, uncrossed)
    assert (outcome.plan, outcome.value, outcome.bound) == (uncrossed, found.value, None)
    assert (outcome.moves, outcome.upgrades) == ((found.moves.total, 0), (found.upgrades.total, 0))
    assert float(outcome.statistics[SOLVE_SECONDS]) >= 0


def test_only_a_better_one_than_before_counts(crossed: Problem, uncrossed: Plan) -> None:
    worse = current_plan(crossed)
    assert score(crossed, uncrossed).rank < score(crossed, worse).rank
    first, better, same, back = _told(crossed, worse, uncrossed, uncrossed, worse)
    assert first is not None
    assert better is not None
    assert better.plan == uncrossed
    assert (same, back) == (None, None)


def test_a_plan_that_is_none_is_refused(crossed: Problem) -> None:
    nonsense = Plan({stay.stay_id: crossed.rooms[0].number for stay in crossed.stays})
    with pytest.raises(InvalidAnswer):
        _told(crossed, nonsense)


def test_the_rooms_as_they_are_come_first_and_cost_nothing_unless_asked(crossed: Problem) -> None:
    drafts: list[Draft] = []
    solve(crossed, backend="highs", incumbent=drafts.append)
    first = drafts[0]()
    assert first is not None
    assert first.plan == current_plan(crossed)
    best = [outcome for draft in drafts if (outcome := draft()) is not None]
    assert best[-1].value == Fraction(1), "the method tells its plan before it looks for fewer moves"


def test_the_method_tells_a_plan_before_it_settles_groups() -> None:
    problem = next(instance.problem for instance in CATALOG if instance.problem.groups)
    plans: list[Plan] = []
    answer = find_plan(problem, run_highs, Limits(report_plan=plans.append))
    assert answer.plan is not None
    assert len(plans) >= 2
    assert all(not verify(problem, plan) for plan in plans)


def test_the_arrival_order_tells_its_plan(crossed: Problem) -> None:
    plans: list[Plan] = []
    GreedyBackend().solve(crossed, Limits(report_plan=plans.append))
    assert plans[-1] == greedy_plan(crossed)
