"""Answers the requests of a document with the desk of its hotel.

This module joins a backend that solves single models with the documents.
"""

from __future__ import annotations

from typing import cast

from optimizer_core.acceptance.fit_answer import FitAnswer
from optimizer_core.acceptance.fit_desk import FitDesk
from optimizer_core.backends import load_backends
from optimizer_core.domain import Limit, Limits, Outcome, Plan, Problem, Reason, current_plan
from optimizer_core.domain.request import Request
from optimizer_core.errors import BackendUnavailable
from optimizer_core.network import MilpSolver
from optimizer_core.objective import score
from optimizer_core.plugins import AUTO, Capability, PluginManager
from optimizer_core.report.fit_line import fit_line
from optimizer_core.solving import SOLVE_SECONDS, solve
from optimizer_core.verification import verify
from optimizer_core.wire import LoadedProblem
from optimizer_core.wire.entries import name_by_row
from optimizer_core.wire.request_answer import RequestEntry
from optimizer_core.wire.request_entries import fit_entry, request_entry, together_fields, wrong_request_entry


def milp_solver(problem: Problem, backend: str = AUTO, manager: PluginManager | None = None) -> MilpSolver:
    """Return a solver of single models: of the backend itself, or of the best available one that is able to.

    Parameters
    ----------
    problem
        The hotel.
    backend
        Name of the backend; "auto" for the best that is available and capable.
    manager
        The plugins; None for the built-in and the installed ones.

    Raises
    ------
    BackendUnavailable
        If no backend here solves single models.
    """
    manager = manager or load_backends()
    chosen = manager.select(problem, backend)
    for spec in (chosen, *manager.backends):
        if Capability.SOLVES_MILP in spec.capabilities and (spec is chosen or spec.availability()):
            solver = getattr(manager.create(spec), "solve_milp", None)
            if not callable(solver):
                raise BackendUnavailable(f"backend {spec.name!r} declares solves_milp but has no solve_milp")
            return cast(MilpSolver, solver)
    raise BackendUnavailable("requests need a backend that solves single models; install highspy")


def rooms_as_they_are(
    problem: Problem,
    *,
    backend: str = AUTO,
    limits: Limits | None = None,
    manager: PluginManager | None = None,
) -> Outcome:
    """Return the current rooms if they are a valid plan, else the best plan.

    Parameters
    ----------
    problem
        The hotel.
    backend, limits, manager
        As for `optimizer_core.solving.solve`.
    """
    given = current_plan(problem)
    if not verify(problem, given):
        found = score(problem, given)
        upgrades = (found.upgrades.total, 0)
        return Outcome(
            Reason.FEASIBLE,
            Limit.METHOD,
            "",
            given,
            found.value,
            upgrades=upgrades,
            statistics={SOLVE_SECONDS: 0.0},
        )
    return solve(problem, backend=backend, limits=limits, manager=manager)


def open_desk(
    problem: Problem, plan: Plan, *, backend: str = AUTO, manager: PluginManager | None = None
) -> FitDesk:
    """Return the desk of a hotel with its current plan."""
    return FitDesk(problem, plan, milp_solver(problem, backend, manager))


def answered(
    loaded: LoadedProblem,
    desk: FitDesk,
    request: Request,
    *,
    row: int | None = None,
    limits: Limits | None = None,
) -> tuple[FitAnswer, RequestEntry]:
    """Return the answer to one request, and its entry; an offer has passed the verifier."""
    answer = desk.answer(request, limits=limits)
    if answer.offer is not None:
        desk.accepted(answer.offer, [request])
    return answer, request_entry(loaded, answer, fit_line(answer, name_by_row(loaded)), row)


def request_fields(
    loaded: LoadedProblem,
    outcome: Outcome,
    *,
    backend: str = AUTO,
    limits: Limits | None = None,
    manager: PluginManager | None = None,
) -> dict[str, object]:
    """Return the fields of the result that are about the document's requests.

    Requests are checked against the current rooms if these are a valid plan, else against the plan found.

    Parameters
    ----------
    loaded
        The hotel and its document.
    outcome
        The outcome of the solve.
    backend, limits, manager
        As for `optimizer_core.solving.solve`.
    """
    given = current_plan(loaded.problem)
    plan = outcome.plan if verify(loaded.problem, given) else given
    if not loaded.document.new_reservations or plan is None:
        return {}
    entries = {
        row: wrong_request_entry(loaded, row)
        for row in range(len(loaded.document.new_reservations))
        if row not in loaded.requests
    }
    if not loaded.requests:
        return {"requests": list(entries.values())}
    desk = open_desk(loaded.problem, plan, backend=backend, manager=manager)
    answers: list[FitAnswer] = []
    for row, request in loaded.requests.items():
        answer, entries[row] = answered(loaded, desk, request, row=row, limits=limits)
        answers.append(answer)
    fields: dict[str, object] = {"requests": [entries[row] for row in sorted(entries)]}
    if loaded.wrong_requests:
        return fields  # whether all fit together cannot be known
    requests = tuple(loaded.requests.values())
    together = desk.together(requests, limits=limits)
    if together.offer is not None:
        desk.accepted(together.offer, requests)
    rows: dict[str, int | None] = {request.stay.stay_id: row for row, request in loaded.requests.items()}
    moves = None if outcome.plan is None else outcome.moves[0]
    fields |= together_fields(loaded, together, answers, dict(plan.room_by_stay), moves)
    fields["requests_together"] = fit_entry(loaded, together, rows)
    return fields
