"""A backend of somebody else that puts every stay into the first room and calls it the best plan."""

# ruff: noqa: ARG002 - the signature is that of a backend

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from optimizer_core.domain import Limits, Plan, Problem, Reason
from optimizer_core.plugins import BackendAnswer, BackendSpec, Capability, hookimpl


class Liar:
    """Claims without looking."""

    def solve(
        self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
    ) -> BackendAnswer:
        """Return a plan that cannot be, as the proved optimum."""
        first = problem.rooms[0].number
        plan = Plan({stay.stay_id: first for stay in problem.stays})
        return BackendAnswer(Reason.OPTIMAL, plan=plan, value=Fraction(0), bound=Fraction(0))


@hookimpl
def optimizer_backends() -> Iterable[BackendSpec]:
    """Offer the liar."""
    yield BackendSpec(
        name="liar",
        summary="claims plans that cannot be",
        capabilities=frozenset(Capability),
        create=lambda _options: Liar(),
        priority=-1,
    )
