"""From a problem document to a result document: the entry point for everything outside this library.

`open_hotel` answers requests about a planned hotel; `installed_backends` lists the backends.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

from optimizer_core.domain import Limits, Outcome, Policy, Progress
from optimizer_core.enquiries import request_fields, rooms_as_they_are
from optimizer_core.hotel import Hotel, open_hotel
from optimizer_core.installed import Installed, InstalledBackend, installed_backends
from optimizer_core.lock_report import price_locks
from optimizer_core.plugins import PluginManager
from optimizer_core.report import Comparison, compare
from optimizer_core.selling import NO_TIME_TO_SELL, has_nights_to_sell, selling_fields
from optimizer_core.solving import SOLVE_SECONDS, Draft, solve
from optimizer_core.trade_off_curve import NO_TIME_FOR_CURVE, check_points, trade_off_fields
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
from optimizer_core.wire.lock_entries import lock_entries

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
"""Warning of a result that has a plan but no answers to requests."""


ResultDraft = Callable[[], ResultDocument | None]
"""Returns the result document as if the time were over now; None if it is no better than the last one."""


@dataclass(frozen=True)
class RunResult:
    """The answer of a run.

    Parameters
    ----------
    result
        The result document.
    outcome
        The outcome of the solve; its plan has passed the verifier.
    comparison
        The current rooms compared with the plan; None without a plan.
    loaded
        The hotel and its document.
    """

    result: ResultDocument
    outcome: Outcome
    comparison: Comparison | None
    loaded: LoadedProblem


LOCKS_SHARE = 0.25
"""Share of the time left for exact prices of locks; bounds are cheap."""

CURVE_SHARE = 0.5
"""Share of the time left that the plan, and then the restrictions, must leave for a trade-off curve."""

DRAWING = "trade-off"
"""Stage of the progress while the curve is computed."""


def run(
    document: bytes | ProblemDocument | LoadedProblem,
    *,
    backend: str = "auto",
    policy: Policy | None = None,
    limits: Limits | None = None,
    seed: int = 0,
    largest_bytes: int = LARGEST_DOCUMENT_BYTES,
    today: date | None = None,
    manager: PluginManager | None = None,
    restrictions: bool = True,
    curve_points: int | None = None,
    incumbent: Callable[[ResultDraft], None] | None = None,
) -> RunResult:
    """Return the best plan for the hotel in a document, what is proved about it, and what it changes.

    Parameters
    ----------
    document
        A problem document, its JSON in UTF-8, or what was loaded of one.
    backend
        Name of the backend; "auto" for the best that is available and capable.
    policy
        Prices and budgets; None for the default order of the objective. What is loaded has its own.
    limits
        Time limit, cancel and progress; None for no limit.
    seed
        Seed of the backend.
    largest_bytes
        Size limit of JSON; 64 MB by default.
    today
        Processing date of the result; None for today in UTC.
    manager
        The plugins; None for the built-in and the installed ones.
    restrictions
        Whether to derive restrictions, for the hotel and for each room type.
    curve_points
        Most points of a trade-off curve, 2 to 200; None for no curve. It is computed last, in the time left;
        plan and restrictions each leave half. A document with ``TestNewBooking`` has no curve.
    incumbent
        Called during the run for each intermediate plan, with a function that returns the result as if the
        time were over now, or None if it is no better than the last one. The work is done only if that
        function is called.

    Raises
    ------
    ValueError
        If `curve_points` is out of range.
    InvalidInput
        If the document is wrong; lists every fault.
    BackendError
        If the backend cannot be used, or claims a plan that the verifier refuses.
    """
    check_points(curve_points)
    started = time.perf_counter()
    loaded = _loaded(document, policy, largest_bytes)
    limits = limits or Limits()
    first = limits if curve_points is None else _first_half(limits)
    papers = _Papers(loaded, started, today or datetime.now(tz=UTC).date(), restrictions, curve_points)
    is_test = bool(loaded.document.test_new_booking)
    if is_test and loaded.document.new_reservations:
        outcome = rooms_as_they_are(loaded.problem, backend=backend, limits=first, manager=manager)
    else:
        forwarded = None if incumbent is None else papers.listener(incumbent)
        outcome = solve(
            loaded.problem, backend=backend, limits=first, seed=seed, manager=manager, incumbent=forwarded
        )
    comparison = None if outcome.plan is None else compare(loaded.problem, outcome.plan)
    result = papers.first(outcome, comparison)
    if incumbent is not None and outcome.plan is not None and not is_test:
        incumbent(lambda: papers.unfinished(result))
    if loaded.document.new_reservations:
        answers = request_fields(loaded, outcome, backend=backend, limits=limits, manager=manager)
        result = papers.dated(result, answers)
    if outcome.plan is not None and not is_test:
        result = _More(papers, outcome, backend, manager, limits).completed(result, incumbent)
    return RunResult(result, outcome, comparison, loaded)


def _loaded(
    document: bytes | ProblemDocument | LoadedProblem, policy: Policy | None, largest_bytes: int
) -> LoadedProblem:
    if isinstance(document, LoadedProblem):
        return document
    if isinstance(document, bytes):
        return load_problem(document, policy=policy, largest_bytes=largest_bytes)
    return to_problem(document, policy=policy)


def _first_half(limits: Limits) -> Limits:
    """Return the limits of the steps before a curve: half of the time, reported as half of the work."""
    return replace(
        limits.part(1 - CURVE_SHARE),
        report=lambda progress: limits.report(replace(progress, percent=progress.percent // 2)),
    )


def _second_half(limits: Limits) -> Limits:
    """Return the limits of a curve, reported as the other half of the work, without values of points."""
    highest = 50

    def report(progress: Progress) -> None:
        nonlocal highest
        highest = max(highest, 50 + progress.percent // 2)
        limits.report(Progress(DRAWING, highest))

    return replace(limits, report=report)


@dataclass(frozen=True)
class _Papers:
    """Makes the results of one run: the first one, and those to keep if the run is ended early."""

    loaded: LoadedProblem
    started: float
    today: date
    restrictions: bool
    curve_points: int | None

    def first(self, outcome: Outcome, comparison: Comparison | None) -> ResultDocument:
        """Return the result without requests and restrictions."""
        return to_result(
            self.loaded,
            outcome,
            comparison,
            solve_seconds=float(outcome.statistics[SOLVE_SECONDS]),
            total_seconds=time.perf_counter() - self.started,
            today=self.today,
        )

    def unfinished(self, result: ResultDocument) -> ResultDocument:
        """Return a first result with warnings for the missing parts."""
        document = self.loaded.document
        missing = [NO_TIME_FOR_REQUESTS] if document.new_reservations else []
        if self.restrictions and has_nights_to_sell(self.loaded.problem):
            missing.append(NO_TIME_TO_SELL)
        if self.curve_points is not None:
            missing.append(NO_TIME_FOR_CURVE)
        return self.warned(result, *missing)

    def warned(self, result: ResultDocument, *warnings: str) -> ResultDocument:
        """Return a result with more warnings."""
        return self.dated(result, {"warnings": [*result.warnings, *warnings]})

    def dated(self, result: ResultDocument, fields: Mapping[str, object]) -> ResultDocument:
        """Return a result with more fields and the time used so far."""
        return result.model_copy(update={**fields, "total_time": time.perf_counter() - self.started})

    def listener(self, incumbent: Callable[[ResultDraft], None]) -> Callable[[Draft], None]:
        """Return a listener that turns drafts of outcomes into drafts of results."""

        def result_of(draft: Draft) -> ResultDocument | None:
            outcome = draft()
            if outcome is None or outcome.plan is None:
                return None
            comparison = compare(self.loaded.problem, outcome.plan)
            return self.unfinished(self.first(outcome, comparison))

        return lambda draft: incumbent(partial(result_of, draft))


@dataclass(frozen=True)
class _More:
    """Adds restrictions, lock prices and the trade-off curve to a result."""

    papers: _Papers
    outcome: Outcome
    backend: str
    manager: PluginManager | None
    limits: Limits

    def completed(
        self, result: ResultDocument, incumbent: Callable[[ResultDraft], None] | None
    ) -> ResultDocument:
        """Return the complete result; pass it to `incumbent` before the curve, which takes longest."""
        if self.papers.restrictions:
            result = self.sold(result)
        if self.papers.curve_points is not None:
            without_curve = self.papers.warned(result, NO_TIME_FOR_CURVE)
            if incumbent is not None:
                incumbent(lambda: without_curve)
            result = self.drawn(result, self.papers.curve_points)
        return result

    def sold(self, result: ResultDocument) -> ResultDocument:
        """Return the result with restrictions and lock prices."""
        loaded, plan, limits = self.papers.loaded, self.outcome.plan, self.limits
        if plan is None:
            return result
        if self.papers.curve_points is not None:
            limits = limits.part(1 - CURVE_SHARE)
        fields = selling_fields(
            loaded, result, plan, backend=self.backend, limits=limits, manager=self.manager
        )
        if any(stay.is_locked for stay in loaded.problem.guest_stays):
            prices = price_locks(
                loaded.problem,
                self.outcome,
                backend=self.backend,
                limits=replace(limits.part(LOCKS_SHARE), report=lambda _progress: None),
                manager=self.manager,
            )
            fields["lock_prices"] = lock_entries(loaded, prices)
        return self.papers.dated(result, fields)

    def drawn(self, result: ResultDocument, points: int) -> ResultDocument:
        """Return the result with the trade-off curve."""
        fields = trade_off_fields(
            self.papers.loaded,
            result,
            self.outcome,
            points=points,
            backend=self.backend,
            limits=_second_half(self.limits),
            manager=self.manager,
        )
        return self.papers.dated(result, fields)


def run_json(
    content: bytes,
    *,
    backend: str = "auto",
    policy: Policy | None = None,
    limits: Limits | None = None,
    curve_points: int | None = None,
    incumbent: Callable[[Callable[[], bytes | None]], None] | None = None,
) -> bytes:
    """Return the JSON of the result for the JSON of a problem.

    Parameters
    ----------
    content
        A problem document in UTF-8.
    backend, policy, limits, curve_points
        As for `run`.
    incumbent
        As for `run`, with JSON.

    Raises
    ------
    ValueError
        If `curve_points` is out of range.
    InvalidInput
        If the document is wrong; lists every fault.
    BackendError
        If the backend cannot be used, or claims a plan that the verifier refuses.
    """

    def json_of(draft: ResultDraft) -> bytes | None:
        result = draft()
        return None if result is None else write_json(result)

    forwarded = None if incumbent is None else (lambda draft: incumbent(partial(json_of, draft)))
    found = run(
        content, backend=backend, policy=policy, limits=limits, curve_points=curve_points, incumbent=forwarded
    )
    return write_json(found.result)
