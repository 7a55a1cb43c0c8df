from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from optimizer_core.certificate import Certificate, Proved
from optimizer_core.domain import (
    Limit,
    Limits,
    Outcome,
    Plan,
    Policy,
    Problem,
    Progress,
    Reason,
    Room,
    Shortage,
    Stay,
    current_plan,
)
from optimizer_core.errors import BackendUnavailable, InvalidAnswer
from optimizer_core.plugins import BackendAnswer, BackendSpec, Capability, PluginManager, hookimpl
from optimizer_core.solving import SOLVE_SECONDS, judge, solve

MakeStay = Callable[..., Stay]
OPTIMUM = Fraction(1)


class Parrot:
    """A backend that says what it was told to."""

    def __init__(self, answer: BackendAnswer) -> None:
        self.answer = answer

    def solve(
        self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
    ) -> BackendAnswer:
        del problem, limits, start, seed
        return self.answer


class ParrotPlugin:
    """The backend above, and an ear for what is told about solves."""

    def __init__(self, answer: BackendAnswer) -> None:
        self.answer = answer
        self.heard: list[object] = []

    @hookimpl
    def optimizer_backends(self) -> Iterator[BackendSpec]:
        yield BackendSpec("parrot", "repeats", frozenset(Capability), lambda _options: Parrot(self.answer))

    @hookimpl
    def optimizer_solve_started(self, problem: Problem, backend_name: str) -> None:
        self.heard.append((problem.problem_id, backend_name))

    @hookimpl
    def optimizer_solve_finished(self, outcome: Outcome) -> None:
        self.heard.append(outcome.reason)


def test_a_hotel_is_solved_and_judged(crossed: Problem, uncrossed: Plan) -> None:
    """The default backend proves the point that one gap of 3 nights costs."""
    outcome = solve(crossed, backend="highs")
    assert (outcome.reason, outcome.limit, outcome.backend) == (Reason.OPTIMAL, Limit.NONE, "highs")
    assert (outcome.value, outcome.bound, outcome.gap) == (OPTIMUM, OPTIMUM, Fraction(0))
    assert (outcome.moves, outcome.upgrades) == ((2, 2), (0, 0))
    assert outcome.plan is not None
    assert len(outcome.plan.room_by_stay) == len(uncrossed.room_by_stay)


def test_seconds_are_among_the_statistics(crossed: Problem) -> None:
    seconds = solve(crossed, backend="highs").statistics[SOLVE_SECONDS]
    assert isinstance(seconds, float)
    assert seconds > 0


def test_progress_begins_and_ends(crossed: Problem) -> None:
    seen: list[Progress] = []
    solve(crossed, backend="highs", limits=Limits(report=seen.append))
    assert (seen[0].stage, seen[-1].stage) == ("first look", "done")
    assert (seen[-1].percent, seen[-1].value, seen[-1].bound) == (100, OPTIMUM, OPTIMUM)


def test_listeners_hear_of_start_and_end(crossed: Problem) -> None:
    plugin = ParrotPlugin(BackendAnswer(Reason.NO_PLAN_FOUND, Limit.METHOD))
    outcome = solve(crossed, backend="parrot", manager=PluginManager({"test": plugin}, external=()))
    assert plugin.heard == [("crossed", "parrot"), outcome.reason]


def test_an_unknown_backend_is_refused(crossed: Problem) -> None:
    with pytest.raises(BackendUnavailable, match="no-such-backend"):
        solve(crossed, backend="no-such-backend")


def test_a_start_is_better_than_no_plan(crossed: Problem) -> None:
    """A backend that found nothing, or something worse, loses to the plan that was known before."""
    start = current_plan(crossed)
    outcome = judge(crossed, "x", BackendAnswer(Reason.NO_PLAN_FOUND, Limit.TIME), start)
    assert (outcome.reason, outcome.limit, outcome.plan) == (Reason.FEASIBLE, Limit.TIME, start)
    assert outcome.value == 12
    cancelled = judge(crossed, "x", BackendAnswer(Reason.CANCELLED, Limit.CANCEL), start)
    assert (cancelled.reason, cancelled.plan) == (Reason.CANCELLED, start)


def test_the_better_plan_is_kept(crossed: Problem, uncrossed: Plan) -> None:
    worse = BackendAnswer(Reason.FEASIBLE, Limit.TIME, current_plan(crossed))
    assert judge(crossed, "x", worse, uncrossed).plan == uncrossed
    better = BackendAnswer(Reason.FEASIBLE, Limit.TIME, uncrossed)
    assert judge(crossed, "x", better, current_plan(crossed)).plan == uncrossed


def test_without_any_plan_the_claim_stands_alone(crossed: Problem) -> None:
    shortage = Shortage(("A",), crossed.start, crossed.start, 1)
    answer = BackendAnswer(Reason.INFEASIBLE, Limit.NONE, shortages=(shortage,), detail="full")
    outcome = judge(crossed, "x", answer, None)
    assert (outcome.reason, outcome.plan, outcome.value) == (Reason.INFEASIBLE, None, None)
    assert (outcome.shortages, outcome.detail) == ((shortage,), "full")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"plan": Plan({"a": "1"})}, "plan that is not valid"),
        ({"value": Fraction(0)}, "states the value 0; it is 1"),
        ({"bound": None}, "no bound"),
        ({"bound": Fraction(1, 2)}, "optimal with the bound 1/2"),
        ({"claim": Reason.FEASIBLE, "bound": Fraction(2)}, "above the value 1"),
    ],
)
def test_what_does_not_hold_is_refused(
    crossed: Problem, uncrossed: Plan, changes: dict[str, Any], message: str
) -> None:
    """A plan with a fault, a wrong value, a proof without a bound, a bound above the value."""
    answer = BackendAnswer(Reason.OPTIMAL, Limit.NONE, uncrossed, OPTIMUM, OPTIMUM)
    with pytest.raises(InvalidAnswer, match=message):
        judge(crossed, "x", replace(answer, **changes), None)


def test_a_certificate_goes_with_the_plan_that_it_is_about(crossed: Problem, uncrossed: Plan) -> None:
    certificate, proved = Certificate(crossed.digest, 8), Proved(moves=2)
    answer = BackendAnswer(Reason.FEASIBLE, plan=uncrossed, certificate=certificate, proved=proved)
    outcome = judge(crossed, "x", answer, current_plan(crossed))
    assert (outcome.certificate, outcome.proved) == (certificate, proved)
    worse = replace(answer, plan=current_plan(crossed))
    outcome = judge(crossed, "x", worse, uncrossed)  # least moves at another value are no longer known
    assert (outcome.plan, outcome.certificate, outcome.proved) == (uncrossed, certificate, None)
    without = BackendAnswer(Reason.NO_PLAN_FOUND, certificate=certificate)
    assert judge(crossed, "x", without, None).certificate == certificate


def test_a_certificate_of_another_problem_is_refused(crossed: Problem, uncrossed: Plan) -> None:
    answer = BackendAnswer(Reason.FEASIBLE, plan=uncrossed, certificate=Certificate("0", 8))
    with pytest.raises(InvalidAnswer, match="returned a certificate of another problem"):
        judge(crossed, "x", answer, None)


def test_no_proof_against_a_plan_that_is_known(crossed: Problem, uncrossed: Plan) -> None:
    with pytest.raises(InvalidAnswer, match="no plan exists"):
        judge(crossed, "x", BackendAnswer(Reason.INFEASIBLE, Limit.NONE), uncrossed)


def test_a_budget_is_checked(crossed: Problem, uncrossed: Plan) -> None:
    problem = crossed.replace(policy=Policy(max_moves=1))
    answer = BackendAnswer(Reason.FEASIBLE, Limit.NONE, uncrossed)
    with pytest.raises(InvalidAnswer, match="moves 2 stays; at most 1"):
        judge(problem, "x", answer, None)


def test_too_many_stays_are_proved_infeasible(stay: MakeStay) -> None:
    problem = Problem("full", (Room("1"),), (stay("a", 0, 2), stay("b", 1, 2)))
    outcome = solve(problem, backend="highs")
    assert (outcome.reason, outcome.plan) == (Reason.INFEASIBLE, None)
    assert outcome.shortages
