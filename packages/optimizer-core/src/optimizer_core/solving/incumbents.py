"""The plans that a backend reports before it answers: all that is left if a solve must be killed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from optimizer_core.domain import Limit, Outcome, Plan, Problem, Reason
from optimizer_core.objective import Score
from optimizer_core.solving.verified import verified_score

SOLVE_SECONDS = "solve_seconds"
"""Name of a statistic of every outcome: seconds from the loaded backend to the verified plan."""

Draft = Callable[[], Outcome | None]
"""Returns the outcome as if the time were over now; None if it is no better than the last one."""


class Incumbents:
    """Forwards the plans that a backend reports; verifies one only when its outcome is requested.

    Parameters
    ----------
    problem
        The hotel.
    backend
        Name of the backend.
    listen
        Called with a draft for each plan. Verifying and scoring a large plan takes a second, so the
        listener decides whether it is worth it.
    """

    def __init__(self, problem: Problem, backend: str, listen: Callable[[Draft], None]) -> None:
        self._problem = problem
        self._backend = backend
        self._listen = listen
        self._started = time.perf_counter()
        self._best: Score | None = None

    def report(self, plan: Plan) -> None:
        """Forward a plan of the backend.

        Raises
        ------
        InvalidAnswer
            If the listener requests the outcome at once and the verifier rejects the plan.
        """
        self._listen(partial(self._outcome, plan))

    def _outcome(self, plan: Plan) -> Outcome | None:
        found = verified_score(self._problem, self._backend, plan)
        if self._best is not None and found.rank >= self._best.rank:
            return None
        self._best = found
        return Outcome(
            Reason.FEASIBLE,
            Limit.TIME,
            self._backend,
            plan,
            found.value,
            upgrades=(found.upgrades.total, 0),
            moves=(found.moves.total, 0),
            statistics={SOLVE_SECONDS: time.perf_counter() - self._started},
        )
