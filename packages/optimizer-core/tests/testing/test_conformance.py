"""The kit must fail backends that break its rules: each liar here is caught by the test named for it."""

import logging
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from optimizer_core.backends import load_backends
from optimizer_core.backends.greedy import GreedyBackend
from optimizer_core.backends.highs import HighsBackend
from optimizer_core.domain import Limit, Limits, Plan, Problem, Reason, current_plan
from optimizer_core.network.milp import MilpAnswer, MilpLimits, MilpModel, MilpStatus
from optimizer_core.plugins import (
    Availability,
    AvailabilityState,
    Backend,
    BackendAnswer,
    BackendSpec,
    Capability,
)
from optimizer_core.testing import CATALOG, BackendConformance
from optimizer_core.testing.models import KNOWN_MODELS

BY_NAME = {instance.name: instance for instance in CATALOG}
Change = Callable[[Problem, Limits, BackendAnswer], BackendAnswer]


class Liar:
    """A backend that changes what an honest one answers."""

    def __init__(self, honest: Backend, change: Change) -> None:
        self.honest = honest
        self.change = change

    def solve(
        self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
    ) -> BackendAnswer:
        return self.change(problem, limits, self.honest.solve(problem, limits, start=start, seed=seed))


def kit(change: Change, honest: Backend | None = None, **fields: Any) -> BackendConformance:
    """Return the kit for a liar that declares everything."""
    chosen: dict[str, Any] = {
        "name": "liar",
        "summary": "Not to be believed",
        "capabilities": frozenset(Capability),
        "create": lambda _options: Liar(honest or HighsBackend(), change),
    }

    class Kit(BackendConformance):
        spec: ClassVar[BackendSpec] = BackendSpec(**(chosen | fields))

    return Kit()


def keeps_everything(problem: Problem, _limits: Limits, answer: BackendAnswer) -> BackendAnswer:
    return replace(answer, plan=current_plan(problem), value=None, bound=None)


def test_false_optimum_is_caught() -> None:
    """A plan that is valid but not the best cannot pass for optimal."""
    with pytest.raises(AssertionError, match="claims to be optimal"):
        kit(keeps_everything).test_catalog(BY_NAME["crossed"])


def test_invalid_plan_is_caught() -> None:
    """A plan that moves a locked stay is refused by the verifier."""

    def move(_problem: Problem, _limits: Limits, answer: BackendAnswer) -> BackendAnswer:
        return replace(answer, plan=Plan({"a": "2", "b": "2", "c": "2"}))

    with pytest.raises(AssertionError, match="locked stay"):
        kit(move).test_catalog(BY_NAME["lock-forbids"])


def test_false_value_is_caught() -> None:
    """The stated value is compared with that of the score."""

    def shave(_problem: Problem, _limits: Limits, answer: BackendAnswer) -> BackendAnswer:
        return replace(answer, value=Fraction(0), bound=Fraction(0))

    with pytest.raises(AssertionError, match="claims the value 0, the plan costs 8"):
        kit(shave).test_catalog(BY_NAME["lock-forbids"])


def test_bound_above_the_best_is_caught() -> None:
    """A bound that the best plan undercuts is no bound."""

    def boast(problem: Problem, _limits: Limits, answer: BackendAnswer) -> BackendAnswer:
        return replace(
            answer, claim=Reason.FEASIBLE, plan=current_plan(problem), value=None, bound=Fraction(12)
        )

    with pytest.raises(AssertionError, match="claims the bound 12; the best is 1"):
        kit(boast).test_catalog(BY_NAME["crossed"])


def test_false_infeasibility_is_caught() -> None:
    """A backend that gives up cannot call the hotel infeasible."""

    def give_up(_problem: Problem, _limits: Limits, _answer: BackendAnswer) -> BackendAnswer:
        return BackendAnswer(Reason.INFEASIBLE)

    with pytest.raises(AssertionError, match="there is a plan"):
        kit(give_up).test_catalog(BY_NAME["back-to-back"])


def test_unproved_infeasibility_is_caught() -> None:
    """Who declares to prove infeasibility must do so; who does not may find nothing."""
    instance = BY_NAME["locks-in-the-way"]
    with pytest.raises(AssertionError, match="there is no plan; it claims"):
        kit(lambda _problem, _limits, answer: answer, GreedyBackend()).test_catalog(instance)
    modest = frozenset({Capability.LOCKS})
    kit(lambda *given: given[-1], GreedyBackend(), capabilities=modest).test_catalog(instance)


def test_made_up_plan_at_a_limit_is_caught() -> None:
    """A plan of nothing at a time limit is not a plan."""

    def make_up(problem: Problem, limits: Limits, answer: BackendAnswer) -> BackendAnswer:
        if limits.time_limit_seconds is None:
            return answer
        number = problem.rooms[0].number
        return BackendAnswer(
            Reason.FEASIBLE, Limit.TIME, Plan({stay.stay_id: number for stay in problem.stays})
        )

    with pytest.raises(AssertionError, match="no room holds two stays"):
        kit(make_up).test_time_limit_is_no_proof(0.0)


def test_deaf_backend_is_caught() -> None:
    """A backend that declares to be stopped must stop."""

    class Deaf(HighsBackend):
        def solve(
            self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
        ) -> BackendAnswer:
            del limits
            return super().solve(problem, Limits(), start=start, seed=seed)

    with pytest.raises(AssertionError, match="was asked to stop at once"):
        kit(lambda *given: given[-1], Deaf()).test_cancel_ends_the_solve(0)
    with pytest.raises(AssertionError, match="reports nothing"):
        kit(lambda *given: given[-1], Deaf()).test_progress_is_reported()


def test_memory_is_caught() -> None:
    """A backend that answers from what it has solved before is not independent of it."""
    solved: list[Problem] = []

    def remember(problem: Problem, _limits: Limits, answer: BackendAnswer) -> BackendAnswer:
        solved.append(problem)
        if len(solved) == 2:
            return replace(answer, claim=Reason.FEASIBLE, plan=current_plan(problem), value=None, bound=None)
        return answer

    with pytest.raises(AssertionError, match="remembers"):
        kit(remember).test_solves_do_not_touch_each_other()


def test_noise_is_caught(capfd: pytest.CaptureFixture[str]) -> None:
    """Output on the screen and handlers on the root logger are not for a library."""

    def shout(_problem: Problem, _limits: Limits, answer: BackendAnswer) -> BackendAnswer:
        print("Solver 1.0, license of the hotel")  # noqa: T201 - that is the fault
        return answer

    with pytest.raises(AssertionError, match="prints"):
        kit(shout).test_solve_is_silent(capfd)
    handler = logging.NullHandler()

    def configure(_problem: Problem, _limits: Limits, answer: BackendAnswer) -> BackendAnswer:
        logging.getLogger().addHandler(handler)
        return answer

    try:
        with pytest.raises(AssertionError, match="root logger"):
            kit(configure).test_logging_is_left_alone()
    finally:
        logging.getLogger().removeHandler(handler)


def test_early_import_is_caught() -> None:
    """A module that is imported before the backend is created is named."""

    class Kit(BackendConformance):
        spec = load_backends().backend("greedy")
        solver_modules = ("datetime",)

    with pytest.raises(AssertionError, match="imported before the backend is created: datetime"):
        Kit().test_other_processes_agree("1")


def test_unavailable_backend_is_no_green_run() -> None:
    """A kit that cannot run its backend fails instead of saying nothing."""

    def missing() -> Availability:
        return Availability(AvailabilityState.MISSING_DEPENDENCY, "Install it.")

    with pytest.raises(AssertionError, match=r"Install it\."):
        kit(lambda *given: given[-1], availability=missing).test_backend_is_available()


def test_missing_capability_is_skipped_aloud() -> None:
    """A test of what is not declared is skipped, and the reason names the capability."""
    modest = kit(lambda *given: given[-1], GreedyBackend(), capabilities=frozenset({Capability.LOCKS}))
    with pytest.raises(pytest.skip.Exception, match="liar does not declare adjacency_groups"):
        modest.test_catalog(BY_NAME["neighbors"])


pytest_plugins = ["pytester"]


class WrongSolver(HighsBackend):
    """A solver that answers one model as HiGHS 1.14.0 did."""

    def solve_milp(
        self,
        model: MilpModel,
        limits: MilpLimits,
        *,
        start: NDArray[np.float64] | None = None,
        seed: int = 0,
    ) -> MilpAnswer:
        if model.cost[-1] == 99_999:
            return MilpAnswer(MilpStatus.OPTIMAL, np.array([10.0, 0.0, 1.0]), 99_999.0)
        return super().solve_milp(model, limits, start=start, seed=seed)


def test_a_solver_that_is_wrong_on_a_known_model_is_caught() -> None:
    """The models of the reports are solved by a backend around a solver."""

    class Kit(BackendConformance):
        spec = BackendSpec("wrong", "HiGHS 1.14.0", frozenset(Capability), lambda _options: WrongSolver())

    first, *others = KNOWN_MODELS
    with pytest.raises(AssertionError, match="it finds 99999"):
        Kit().test_known_models(first)
    for known in others:
        Kit().test_known_models(known)


def test_a_backend_that_declares_no_models_is_skipped() -> None:
    """The tests of single models are skipped with a message."""

    class Kit(BackendConformance):
        spec = load_backends().backend("greedy")

    with pytest.raises(pytest.skip.Exception, match="greedy does not declare solves_milp"):
        Kit().test_known_models(KNOWN_MODELS[0])


def test_a_backend_that_declares_models_and_solves_none_is_caught() -> None:
    """A declared capability needs its method."""

    class Kit(BackendConformance):
        spec = BackendSpec(
            "liar", "No solver", frozenset({Capability.SOLVES_MILP}), lambda _options: GreedyBackend()
        )

    with pytest.raises(AssertionError, match="declares solves_milp but has no solve_milp"):
        Kit().test_model_without_a_point()


def test_a_point_of_a_model_without_one_is_caught() -> None:
    """An answer for a model that no point satisfies is wrong, whatever it is."""

    class Invents(HighsBackend):
        def solve_milp(
            self,
            model: MilpModel,
            *_rest: object,
            **_more: object,
        ) -> MilpAnswer:
            return MilpAnswer(MilpStatus.FEASIBLE, np.zeros(model.num_columns))

    class Kit(BackendConformance):
        spec = BackendSpec("invents", "Makes it up", frozenset(Capability), lambda _options: Invents())

    with pytest.raises(AssertionError):
        Kit().test_model_without_a_point()


def test_exclusion_needs_a_reason(pytester: pytest.Pytester) -> None:
    """What a backend excludes is skipped with the reason it gives."""
    pytester.makepyfile(
        """
        from optimizer_core.backends import load_backends
        from optimizer_core.testing import BackendConformance

        class TestGreedy(BackendConformance):
            spec = load_backends().backend("greedy")
            exclude = {"test_answer_is_pickled": "answers hold a socket"}
        """
    )
    run = pytester.runpytest("-p", "no:randomly", "-k", "pickled", "-rs")
    assert run.parseoutcomes()["skipped"] == 1
    run.stdout.fnmatch_lines(["*excluded: answers hold a socket*"])
