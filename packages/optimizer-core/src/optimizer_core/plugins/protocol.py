"""The interface of a backend, and the answer that it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol

from optimizer_core.certificate import Certificate, Proved
from optimizer_core.domain import Limit, Limits, Plan, Problem, Reason, Shortage

_WITH_PLAN = frozenset({Reason.OPTIMAL, Reason.FEASIBLE})
_WITHOUT_PLAN = frozenset({Reason.INFEASIBLE, Reason.NO_PLAN_FOUND})


@dataclass(frozen=True, slots=True)
class BackendAnswer:
    """The answer of a backend: a claim, which `optimizer_core.solving` verifies before it is used.

    Parameters
    ----------
    claim
        Optimal or feasible (with `plan`), infeasible or no_plan_found (without), or cancelled (with or
        without).
    limit
        What ended the search.
    plan
        The best plan found; None if no plan was found.
    value
        Cost of the plan in points of gap cost, as `optimizer_core.objective.Score.value` counts; None if
        the backend does not say.
    bound
        Proved lower bound on the value of every plan with as few upgrades; None if nothing is proved.
    upgrades_bound
        Proved lower bound on the number of stays outside their own type.
    moves_bound
        Proved lower bound on the moves of every plan of this value.
    shortages
        Where rooms are short, if the claim is infeasible and the backend knows.
    statistics
        Counts and times of the method, for people who tune it.
    detail
        One sentence in plain words, or the solver's own words.
    certificate
        Numbers that prove bounds, for `optimizer_core.proof.check`; None if the backend has none.
    proved
        What the certificate proves, if the backend has computed that; None to let the reader compute it.

    Raises
    ------
    ValueError
        If the claim and the plan contradict each other, or the claim is `Reason.ERROR`: a backend that fails
        raises an exception.
    """

    claim: Reason
    limit: Limit = Limit.NONE
    plan: Plan | None = None
    value: Fraction | None = None
    bound: Fraction | None = None
    upgrades_bound: int = 0
    moves_bound: int = 0
    shortages: tuple[Shortage, ...] = ()
    statistics: Mapping[str, int | float | str] = field(default_factory=dict, hash=False)
    detail: str = ""
    certificate: Certificate | None = None
    proved: Proved | None = None

    def __post_init__(self) -> None:
        """Check that the claim and the plan match, and freeze the statistics."""
        if self.claim is Reason.ERROR:
            raise ValueError("a backend cannot claim an error; raise BackendError instead")
        if self.claim in _WITH_PLAN and self.plan is None:
            raise ValueError(f"the claim {self.claim.value!r} needs a plan")
        if self.claim in _WITHOUT_PLAN and self.plan is not None:
            raise ValueError(f"the claim {self.claim.value!r} contradicts the plan that comes with it")
        object.__setattr__(self, "statistics", MappingProxyType(dict(self.statistics)))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle through plain containers: a mapping proxy cannot be pickled."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return _rebuild, (values | {"statistics": dict(self.statistics)},)


def _rebuild(values: Mapping[str, object]) -> BackendAnswer:
    return BackendAnswer(**values)  # type: ignore[arg-type]


class Backend(Protocol):
    """Solves problems; keeps no state between solves and returns equal answers for equal inputs."""

    def solve(
        self, problem: Problem, limits: Limits, *, start: Plan | None = None, seed: int = 0
    ) -> BackendAnswer:
        """Return the best plan that the backend can find within the limits.

        Parameters
        ----------
        problem
            The hotel.
        limits
            Time limit, cancel and the listener for progress. A backend checks them as often as its method
            allows.
        start
            A start plan, not necessarily valid; a backend may ignore it.
        seed
            Seed for the random parts of the method.
        """
        ...
