"""The hooks: what a plugin may add to the optimizer, and when each hook is called.

Four hooks, in the order in which a solve meets them. An implementation may leave out arguments that it
does not need. An exception in one implementation is recorded or logged, and never stops the others. The
functions here only give the signatures: pluggy calls the implementations, never these, so they raise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from optimizer_core.domain import Limits, Outcome, Problem
    from optimizer_core.plugins.spec import BackendSpec

PROJECT_NAME = "optimizer_core"
"""Name of the hook markers and of the entry point group."""

hookspec = pluggy.HookspecMarker(PROJECT_NAME)
hookimpl = pluggy.HookimplMarker(PROJECT_NAME)
"""Marks a function as the implementation of the hook of the same name."""


# When a plugin is loaded -----------------------------------------------------------------------------


@hookspec
def optimizer_backends() -> Iterable[BackendSpec]:
    """Return the backends that this plugin provides.

    Called once, when the plugin is loaded, so it must not import the solver: that belongs in
    `BackendSpec.create`. If it raises, this plugin is left out and the fault is reported.

    Returns
    -------
    Iterable[BackendSpec]
        Zero or more specs; their names must be unique among all plugins.

    Examples
    --------
    A backend that leaves every stay in its current room:

    >>> from optimizer_core.domain import Limit, Reason, current_plan
    >>> from optimizer_core.plugins import BackendAnswer, BackendSpec, Capability, hookimpl
    >>> class KeepEverything:
    ...     def solve(self, problem, limits, *, start=None, seed=0):
    ...         return BackendAnswer(Reason.FEASIBLE, Limit.METHOD, current_plan(problem))
    >>> @hookimpl
    ... def optimizer_backends():
    ...     yield BackendSpec(
    ...         name="keep-everything",
    ...         summary="Leaves every stay in its current room",
    ...         capabilities=frozenset({Capability.LOCKS, Capability.DETERMINISTIC}),
    ...         create=lambda options: KeepEverything(),
    ...     )
    >>> [spec.name for spec in optimizer_backends()]
    ['keep-everything']
    """
    raise NotImplementedError  # a specification: pluggy calls the implementations only


# When a solve begins ---------------------------------------------------------------------------------


@hookspec(firstresult=True)
def optimizer_select_backend(problem: Problem, candidates: tuple[BackendSpec, ...]) -> str | None:
    """Choose the backend of a solve whose caller left the choice open (``"auto"``).

    Implementations are called in turn, the plugin loaded last first, until one answers. Without an answer the
    first candidate is taken. An implementation that raises, or names no candidate, is logged and skipped.

    Parameters
    ----------
    problem
        The hotel to be planned.
    candidates
        The backends that are available and offer what the problem requires, highest priority first.

    Returns
    -------
    str or None
        Name of a candidate; None to leave the choice to others.

    Examples
    --------
    Small hotels do not need a solver that is slow to import:

    >>> from optimizer_core.plugins import hookimpl
    >>> @hookimpl
    ... def optimizer_select_backend(problem, candidates):
    ...     names = [spec.name for spec in candidates]
    ...     return "highs" if len(problem.stays) < 100 and "highs" in names else None
    """
    raise NotImplementedError  # a specification: pluggy calls the implementations only


@hookspec
def optimizer_solve_started(problem: Problem, backend_name: str, limits: Limits) -> None:
    """React to the start of a solve; the result is ignored.

    Parameters
    ----------
    problem
        The hotel to be planned.
    backend_name
        Name of the chosen backend.
    limits
        When the solve must end.

    Examples
    --------
    >>> from optimizer_core.plugins import hookimpl
    >>> @hookimpl
    ... def optimizer_solve_started(problem, backend_name):
    ...     print(f"{problem.problem_id}: {len(problem.stays)} stays go to {backend_name}")
    """
    raise NotImplementedError  # a specification: pluggy calls the implementations only


# When a solve has ended ------------------------------------------------------------------------------


@hookspec
def optimizer_solve_finished(problem: Problem, outcome: Outcome) -> None:
    """React to the outcome of a solve; the result is ignored.

    Parameters
    ----------
    problem
        The hotel that was planned.
    outcome
        The outcome; a plan in it has passed the verifier.

    Examples
    --------
    >>> from optimizer_core.plugins import hookimpl
    >>> @hookimpl
    ... def optimizer_solve_finished(problem, outcome):
    ...     print(f"{problem.problem_id}: {outcome.reason} by {outcome.backend}")
    """
    raise NotImplementedError  # a specification: pluggy calls the implementations only
