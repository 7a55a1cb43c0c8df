"""Prices of the locks of a hotel, with an available backend."""

from __future__ import annotations

from optimizer_core.domain import Limits, Outcome, Problem
from optimizer_core.enquiries import milp_solver
from optimizer_core.locks import LockPrice, lock_prices
from optimizer_core.locks.prices import EXACT
from optimizer_core.plugins import AUTO, PluginManager


def price_locks(
    problem: Problem,
    outcome: Outcome,
    *,
    exact: int = EXACT,
    backend: str = AUTO,
    limits: Limits | None = None,
    manager: PluginManager | None = None,
) -> tuple[LockPrice, ...]:
    """Return what each lock of a hotel costs, most expensive first; empty without a plan.

    Parameters
    ----------
    problem, outcome
        The hotel and its solved plan.
    exact
        Number of locks to price exactly; 10 by default.
    backend
        Name of the backend; "auto" for the best that solves single models.
    limits
        When to stop the search for exact prices; None for no limit.
    manager
        The plugins; None for the built-in and the installed ones.

    Raises
    ------
    BackendUnavailable
        If no backend here solves single models.
    """
    solve_milp = milp_solver(problem, backend, manager)
    return lock_prices(problem, outcome, solve_milp, exact=exact, limits=limits)
