"""The plans that a backend tells of before it answers: what is left of a solve that has to be killed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from optimizer_core.domain import Limit, Outcome, Plan, Problem, Reason
from optimizer_core.objective import Score
from optimizer_core.solving.verified import verified_score

SOLVE_SECONDS = "solve_seconds"
"""Name of the statistic that every outcome has: seconds from the loaded backend to the judged plan."""

Draft = Callable[[], Outcome | None]
"""Returns the outcome were the time over now; None if it is no better than the one before."""


class Incumbents:
    """Hands on what a backend tells of, and judges it as soon as somebody wants to know.

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

    def tell(self, plan: Plan) -> None:
        """Take a plan from the backend.

        Raises
        ------
        InvalidAnswer
            If somebody wants to know at once, and the verifier refuses the plan.
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
