"""The seam: a problem document in, a result document out. Everything outside goes through here.

Requests about a hotel that is planned go through `open_hotel`; `installed_backends` lists what there is to
solve with.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from optimizer_core.domain import Limits, Outcome, Policy
from optimizer_core.enquiries import request_fields, rooms_as_they_are
from optimizer_core.hotel import Hotel, open_hotel
from optimizer_core.installed import Installed, InstalledBackend, installed_backends
from optimizer_core.plugins import PluginManager
from optimizer_core.report import Comparison, compare
from optimizer_core.selling import NO_TIME_TO_SELL, selling_fields
from optimizer_core.solving import SOLVE_SECONDS, Draft, solve
from optimizer_core.wire import (
    LARGEST_DOCUMENT_BYTES,
    LoadedProblem,
    ProblemDocument,
    ResultDocument,
    load_problem,
    to_problem,
    to_result,
    write_json,
)

__all__ = [
    "Hotel",
    "Installed",
    "InstalledBackend",
    "RunResult",
    "installed_backends",
    "open_hotel",
    "run",
    "run_json",
]


NO_TIME_FOR_REQUESTS = "no time was left to answer the requests"
"""Warning of a result that has a plan and no answers."""


ResultDraft = Callable[[], ResultDocument | None]
"""Returns the result document were the time over now; None if it is no better than the one before."""


@dataclass(frozen=True)
class RunResult:
    """What came of a run.

    Parameters
    ----------
    result
        The result document.
    outcome
        What came of the solve; its plan has passed the verifier.
    comparison
        The rooms as given against the plan; None without a plan.
    loaded
        The hotel and its document.
    """

    result: ResultDocument
    outcome: Outcome
    comparison: Comparison | None
    loaded: LoadedProblem


def run(
    document: bytes | ProblemDocument,
    *,
    backend: str = "auto",
    policy: Policy | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    largest_bytes: int = LARGEST_DOCUMENT_BYTES,
    today: date | None = None,
    manager: PluginManager | None = None,
    restrictions: bool = True,
    incumbent: Callable[[ResultDraft], None] | None = None,
) -> RunResult:
    """Return the best plan for the hotel in a document, what is proved about it, and what it changes.

    Parameters
    ----------
    document
        A problem document, or its JSON in UTF-8.
    backend
        Name of the backend; "auto" for the best that is available and capable.
    policy
        Prices and budgets; None for the default order of the objective.
    limits
        Time limit, cancel and progress; None for no limit.
    seed
        Seed of the backend.
    largest_bytes
        Size limit of JSON; 64 MB by default.
    today
        Day that the result states; None for today in UTC.
    manager
        The plugins; None for the built-in and the installed ones.
    restrictions
        Whether to derive what may still be sold, for the house and for each type.
    incumbent
        Called during the run for each plan on the way: with what returns the result were the time over
        now, or None if it is no better than the one before. What is not called costs nothing.

    Raises
    ------
    InvalidInput
        If the document is wrong; lists every fault.
    BackendError
        If the backend cannot be used, or claims a plan that the verifier refuses.
    """
    started = time.perf_counter()
    if isinstance(document, bytes):
        loaded = load_problem(document, policy=policy, largest_bytes=largest_bytes)
    else:
        loaded = to_problem(document, policy=policy)
    limits = limits or Limits()
    papers = _Papers(loaded, started, today or datetime.now(tz=UTC).date(), restrictions=restrictions)
    if loaded.document.test_new_booking and loaded.document.new_reservations:
        outcome = rooms_as_they_are(loaded.problem, backend=backend, limits=limits, manager=manager)
    else:
        told = None if incumbent is None else papers.listener(incumbent)
        outcome = solve(
            loaded.problem, backend=backend, limits=limits, seed=seed, manager=manager, incumbent=told
        )
    comparison = None if outcome.plan is None else compare(loaded.problem, outcome.plan)
    result = papers.first(outcome, comparison)
    if incumbent is not None and outcome.plan is not None and not loaded.document.test_new_booking:
        incumbent(lambda: papers.unfinished(result))
    if loaded.document.new_reservations:
        answers = request_fields(loaded, outcome, backend=backend, limits=limits, manager=manager)
        total_seconds = time.perf_counter() - started
        result = result.model_copy(update={**answers, "total_time": total_seconds})
    if restrictions and outcome.plan is not None and not loaded.document.test_new_booking:
        sold = selling_fields(loaded, result, outcome.plan, backend=backend, limits=limits, manager=manager)
        result = result.model_copy(update={**sold, "total_time": time.perf_counter() - started})
    return RunResult(result, outcome, comparison, loaded)


@dataclass(frozen=True)
class _Papers:
    """Writes the results of one run: the first one, and those that are kept should it not come to its end."""

    loaded: LoadedProblem
    started: float
    today: date
    restrictions: bool

    def first(self, outcome: Outcome, comparison: Comparison | None) -> ResultDocument:
        """Return the result before anything is said about requests and selling."""
        return to_result(
            self.loaded,
            outcome,
            comparison,
            solve_seconds=float(outcome.statistics[SOLVE_SECONDS]),
            total_seconds=time.perf_counter() - self.started,
            today=self.today,
        )

    def unfinished(self, result: ResultDocument) -> ResultDocument:
        """Return a first result that says what is missing in it."""
        document = self.loaded.document
        missing = [NO_TIME_FOR_REQUESTS] if document.new_reservations else []
        if self.restrictions and self.loaded.problem.stays:
            missing.append(NO_TIME_TO_SELL)
        return result.model_copy(update={"warnings": [*result.warnings, *missing]})

    def listener(self, incumbent: Callable[[ResultDraft], None]) -> Callable[[Draft], None]:
        """Return what turns drafts of outcomes into drafts of results."""

        def result_of(draft: Draft) -> ResultDocument | None:
            outcome = draft()
            if outcome is None or outcome.plan is None:
                return None
            comparison = compare(self.loaded.problem, outcome.plan)
            return self.unfinished(self.first(outcome, comparison))

        return lambda draft: incumbent(partial(result_of, draft))


def run_json(
    content: bytes,
    *,
    backend: str = "auto",
    policy: Policy | None = None,
    limits: Limits | None = None,
    incumbent: Callable[[Callable[[], bytes | None]], None] | None = None,
) -> bytes:
    """Return the JSON of the result for the JSON of a problem.

    Parameters
    ----------
    content
        A problem document in UTF-8.
    backend, policy, limits
        As for `run`.
    incumbent
        As for `run`, with JSON.

    Raises
    ------
    InvalidInput
        If the document is wrong; lists every fault.
    BackendError
        If the backend cannot be used, or claims a plan that the verifier refuses.
    """

    def json_of(draft: ResultDraft) -> bytes | None:
        result = draft()
        return None if result is None else write_json(result)

    told = None if incumbent is None else (lambda draft: incumbent(partial(json_of, draft)))
    return write_json(run(content, backend=backend, policy=policy, limits=limits, incumbent=told).result)
