"""The seam: a problem document in, a result document out. Everything outside goes through here.

Requests about a hotel that is planned go through `open_hotel`; `installed_backends` lists what there is to
solve with.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

from optimizer_core.domain import Limits, Outcome, Policy
from optimizer_core.enquiries import request_fields, rooms_as_they_are
from optimizer_core.hotel import Hotel, open_hotel
from optimizer_core.installed import Installed, InstalledBackend, installed_backends
from optimizer_core.plugins import PluginManager
from optimizer_core.report import Comparison, compare
from optimizer_core.selling import selling_fields
from optimizer_core.solving import SOLVE_SECONDS, solve
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
    if loaded.document.test_new_booking and loaded.document.new_reservations:
        outcome = rooms_as_they_are(loaded.problem, backend=backend, limits=limits, manager=manager)
    else:
        outcome = solve(loaded.problem, backend=backend, limits=limits, seed=seed, manager=manager)
    comparison = None if outcome.plan is None else compare(loaded.problem, outcome.plan)
    result = to_result(
        loaded,
        outcome,
        comparison,
        solve_seconds=float(outcome.statistics[SOLVE_SECONDS]),
        total_seconds=time.perf_counter() - started,
        today=today or datetime.now(tz=UTC).date(),
    )
    if loaded.document.new_reservations:
        answers = request_fields(loaded, outcome, backend=backend, limits=limits, manager=manager)
        total_seconds = time.perf_counter() - started
        result = result.model_copy(update={**answers, "total_time": total_seconds})
    if restrictions and outcome.plan is not None and not loaded.document.test_new_booking:
        sold = selling_fields(loaded, result, outcome.plan, backend=backend, limits=limits, manager=manager)
        result = result.model_copy(update={**sold, "total_time": time.perf_counter() - started})
    return RunResult(result, outcome, comparison, loaded)


def run_json(
    content: bytes, *, backend: str = "auto", policy: Policy | None = None, limits: Limits | None = None
) -> bytes:
    """Return the JSON of the result for the JSON of a problem.

    Parameters
    ----------
    content
        A problem document in UTF-8.
    backend, policy, limits
        As for `run`.

    Raises
    ------
    InvalidInput
        If the document is wrong; lists every fault.
    BackendError
        If the backend cannot be used, or claims a plan that the verifier refuses.
    """
    return write_json(run(content, backend=backend, policy=policy, limits=limits).result)
