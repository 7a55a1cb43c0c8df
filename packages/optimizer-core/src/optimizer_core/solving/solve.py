"""From a problem to an outcome: choose a backend, run it, verify and score its plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from optimizer_core.backends import load_backends
from optimizer_core.domain import Limit, Limits, Outcome, Plan, Problem, Progress, Reason
from optimizer_core.errors import InvalidAnswer
from optimizer_core.objective import Score, score
from optimizer_core.plugins import AUTO, BackendAnswer, PluginManager
from optimizer_core.solving.incumbents import SOLVE_SECONDS, Draft, Incumbents
from optimizer_core.solving.start import best_without_solver, usable_current_plan
from optimizer_core.solving.verified import verified_score


def solve(
    problem: Problem,
    *,
    backend: str = AUTO,
    limits: Limits | None = None,
    seed: int = 0,
    options: Mapping[str, object] | None = None,
    manager: PluginManager | None = None,
    incumbent: Callable[[Draft], None] | None = None,
) -> Outcome:
    """Return the best plan for a problem and what is proved about it.

    Parameters
    ----------
    problem
        The hotel.
    backend
        Name of the backend; "auto" for the best that is available and capable.
    limits
        Time limit, cancel and the listener for progress; None for no limit.
    seed
        Seed of the backend.
    options
        Settings of the backend; None for its defaults.
    manager
        The plugins; None for the built-in and the installed ones.
    incumbent
        Called during the solve for each plan that the backend reports, with a function that returns the
        outcome as if the time were over now, or None if it is no better than the last one. The work is done
        only if that function is called.

    Raises
    ------
    BackendUnavailable
        If the named backend cannot be used here.
    NoCapableBackend
        If no available backend can solve the problem.
    InvalidAnswer
        If the backend claims a plan that the verifier rejects, or a wrong value or bound.
    """
    limits = limits or Limits()
    manager = manager or load_backends()
    spec = manager.select(problem, backend)
    worker = manager.create(spec, options)
    started = time.perf_counter()  # importing a solver is not solving
    manager.solve_started(problem, spec.name, limits)
    limits.report(Progress("first look", 1))
    start = usable_current_plan(problem)
    if incumbent is not None:
        limits = replace(limits, report_plan=Incumbents(problem, spec.name, incumbent).report)
    if start is not None:
        limits.report_plan(start)
    answer = worker.solve(problem, limits, start=start, seed=seed)
    # A method that came to its end is better than the greedy one, which takes seconds for a large hotel.
    is_whole = answer.limit is Limit.METHOD and answer.plan is not None
    if answer.claim not in (Reason.OPTIMAL, Reason.INFEASIBLE) and not is_whole:
        start = best_without_solver(problem, start)
    outcome = judge(problem, spec.name, answer, start)
    seconds = time.perf_counter() - started
    outcome = replace(outcome, statistics={**outcome.statistics, SOLVE_SECONDS: seconds})
    limits.report(Progress("done", 100, outcome.value, outcome.bound))
    manager.solve_finished(problem, outcome)
    return outcome


def judge(problem: Problem, backend: str, answer: BackendAnswer, start: Plan | None) -> Outcome:
    """Verify the plan of an answer and return its outcome.

    Parameters
    ----------
    problem, backend
        The hotel and the name of the backend.
    answer
        The answer of the backend.
    start
        A valid plan known before; the plan of the outcome is never worse.

    Raises
    ------
    InvalidAnswer
        If the plan is invalid, a figure is wrong, or the certificate belongs to another problem.
    """
    if answer.certificate is not None and answer.certificate.problem_digest != problem.digest:
        raise InvalidAnswer(f"backend {backend!r} returned a certificate of another problem")
    claimed = None if answer.plan is None else verified_score(problem, backend, answer.plan)
    if claimed is not None:
        _check_figures(backend, answer, claimed)
    plan, found = answer.plan, claimed
    claim = answer.claim
    if start is not None and claim in (Reason.FEASIBLE, Reason.NO_PLAN_FOUND, Reason.CANCELLED):
        known = score(problem, start)
        if found is None or known.rank < found.rank:
            plan, found = start, known
            claim = Reason.FEASIBLE if claim is Reason.NO_PLAN_FOUND else claim
    if claim is Reason.INFEASIBLE and start is not None:
        raise InvalidAnswer(f"backend {backend!r} claims that no plan exists, but one was known before")
    if plan is None or found is None:
        return Outcome(
            claim,
            answer.limit,
            backend,
            bound=answer.bound,
            shortages=answer.shortages,
            statistics=answer.statistics,
            detail=answer.detail,
            certificate=answer.certificate,
            proved=answer.proved,
        )
    return Outcome(
        claim,
        answer.limit,
        backend,
        plan,
        found.value,
        answer.bound,
        (found.upgrades.total, answer.upgrades_bound),
        (found.moves.total, answer.moves_bound),
        statistics=answer.statistics,
        detail=answer.detail,
        has_upgrade_price=problem.policy.upgrade_price is not None,
        certificate=answer.certificate,
        proved=answer.proved if plan is answer.plan else None,
    )


def _check_figures(backend: str, answer: BackendAnswer, found: Score) -> None:
    """Check the stated value and bound of an answer."""
    if answer.value is not None and answer.value != found.value:
        raise InvalidAnswer(f"backend {backend!r} states the value {answer.value}; it is {found.value}")
    if answer.bound is None:
        if answer.claim is Reason.OPTIMAL:
            raise InvalidAnswer(f"backend {backend!r} claims an optimal plan but no bound")
        return
    if answer.claim is Reason.OPTIMAL and answer.bound != found.value:
        raise InvalidAnswer(f"backend {backend!r} claims {found.value} optimal with the bound {answer.bound}")
    if found.upgrades.total == answer.upgrades_bound and answer.bound > found.value:
        detail = f"states the bound {answer.bound} above the value {found.value}"
        raise InvalidAnswer(f"backend {backend!r} {detail}")
