"""The backend under test, and the checks of each of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings

from optimizer_core.domain import Limits, Plan, Problem, Reason
from optimizer_core.objective import Score, score
from optimizer_core.plugins import Backend, BackendAnswer, BackendSpec, Capability, required_capabilities
from optimizer_core.testing.generator import random_hotel
from optimizer_core.testing.oracle import BestPlan
from optimizer_core.testing.strategies import Features
from optimizer_core.verification import verify

PROOF_CLAIMS = frozenset({Reason.OPTIMAL, Reason.INFEASIBLE})


def repeatable(num_hotels: int) -> settings:
    """Return Hypothesis settings that try the same hotels on every machine."""
    return settings(
        max_examples=num_hotels,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            # Each backend has its own subclass; without a database no example is replayed on another one.
            HealthCheck.differing_executors,
        ],
    )


class Subject:
    """Base of the parts of the conformance kit: creates the backend and checks its answers.

    Attributes
    ----------
    spec
        The backend under test; a subclass sets it.
    solver_modules
        Modules that the backend must not import before it is created.
    exclude
        Maps the name of a test to the reason why this backend does not run it.
    """

    spec: ClassVar[BackendSpec]
    solver_modules: ClassVar[tuple[str, ...]] = ()
    exclude: ClassVar[Mapping[str, str]] = {}

    @pytest.fixture(autouse=True)
    def _skip_excluded(self, request: pytest.FixtureRequest) -> None:
        """Skip the tests that the subclass excludes, with its reason."""
        reason = self.exclude.get(request.node.originalname)
        if reason is not None:
            pytest.skip(f"excluded: {reason}")

    def create(self) -> Backend:
        """Return a new backend with its default options."""
        return self.spec.create(self.spec.complete_options({}))

    def can(self, *capabilities: Capability) -> bool:
        """Return whether the backend declares all of these."""
        return self.spec.capabilities.issuperset(capabilities)

    def need(self, *capabilities: Capability) -> None:
        """Skip the running test unless the backend declares all of these."""
        missing = self.spec.missing(frozenset(capabilities))
        if missing:
            pytest.skip(f"{self.spec.name} does not declare {', '.join(missing)}")

    def need_for(self, problem: Problem) -> None:
        """Skip the running test unless the backend declares what the problem requires."""
        self.need(*required_capabilities(problem))

    def features(self) -> Features:
        """Return the features of random hotels that the backend declares."""
        return Features(
            locks=self.can(Capability.LOCKS),
            movable_window=self.can(Capability.LOCKS),
            further_types=self.can(Capability.FURTHER_TYPES),
            run_of_house=self.can(Capability.RUN_OF_HOUSE),
            groups=self.can(Capability.ADJACENCY_GROUPS),
        )

    def hotel(self, num_rooms: int, num_nights: int, **rest: Any) -> Problem:
        """Return a random hotel that requires only locks, and these only if declared."""
        locked = 0.1 if self.can(Capability.LOCKS) else 0.0
        return random_hotel(num_rooms, num_nights, locked=locked, **rest)

    def solve(
        self,
        problem: Problem,
        limits: Limits | None = None,
        *,
        start: Plan | None = None,
        backend: Backend | None = None,
    ) -> BackendAnswer:
        """Return the answer of the backend after the checks for every answer."""
        if backend is None:
            backend = self.create()
        answer = backend.solve(problem, limits or Limits(), start=start, seed=0)
        assert isinstance(answer, BackendAnswer), f"{answer!r} is not a BackendAnswer"
        if answer.plan is not None:
            found = self.judged(problem, answer.plan)
            assert answer.value in {None, found.value}, (
                f"claims the value {answer.value}, the plan costs {found.value}"
            )
            if answer.bound is not None and found.rank[0] <= answer.upgrades_bound:
                assert answer.bound <= found.value, (
                    f"claims the bound {answer.bound}, its own plan costs {found.value}"
                )
            assert answer.claim is not Reason.OPTIMAL or answer.bound == found.value, (
                f"claims to be optimal, but its bound {answer.bound} is not the value {found.value}"
            )
        return answer

    def judged(self, problem: Problem, plan: Plan) -> Score:
        """Return the score of a plan after verifying it."""
        violations = verify(problem, plan)
        assert not violations, "; ".join(str(violation) for violation in violations)
        found = score(problem, plan)
        budget = problem.policy.max_moves
        assert budget is None or found.moves.total <= budget, (
            f"moves {found.moves.total} stays, {budget} are allowed"
        )
        return found

    def compare(
        self, problem: Problem, answer: BackendAnswer, best: BestPlan | None, *, must_prove: bool = True
    ) -> None:
        """Assert that an answer without a limit agrees with the known best plan.

        Parameters
        ----------
        problem, answer, best
            The hotel, the answer of the backend, and the known best plan; None if no plan exists.
        must_prove
            Whether a backend that declares proofs must have proved its answer here.
        """
        must_prove_optimum = must_prove and self.can(Capability.PROVES_OPTIMALITY)
        if best is None:
            assert answer.plan is None, f"there is no plan, and it claims {answer.plan}"
            if must_prove and self.can(Capability.PROVES_INFEASIBILITY):
                assert answer.claim is Reason.INFEASIBLE, f"there is no plan; it claims {answer.claim}"
            return
        assert answer.claim is not Reason.INFEASIBLE, f"there is a plan: {best.plan}"
        self._compare_bounds(problem, answer, best)
        if answer.plan is None:
            assert not must_prove_optimum, f"found nothing; there is {best.plan}"
            return
        found = score(problem, answer.plan).rank
        assert found >= best.rank, "the oracle is wrong: the plan is better than the best"
        assert answer.claim is Reason.OPTIMAL or not must_prove_optimum, f"claims only {answer.claim}"
        if answer.claim is Reason.OPTIMAL:
            assert found[:2] == best.rank[:2], f"claims that {found[:2]} is best; it is {best.rank[:2]}"
            assert answer.moves_bound <= best.rank[2], (
                f"claims {answer.moves_bound} moves at least; {best.rank[2]} will do"
            )

    def _compare_bounds(self, problem: Problem, answer: BackendAnswer, best: BestPlan) -> None:
        """Assert that no bound excludes the best plan."""
        if problem.policy.upgrade_price is None:  # with a price, fewest upgrades are not required
            assert answer.upgrades_bound <= best.rank[0], (
                f"claims {answer.upgrades_bound} upgrades at least; {best.rank[0]} will do"
            )
        if answer.bound is not None and best.rank[0] <= answer.upgrades_bound:
            assert answer.bound <= best.rank[1], (
                f"claims the bound {answer.bound}; the best is {best.rank[1]}"
            )
