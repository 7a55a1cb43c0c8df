"""Plans without any solver: to start from, and to fall back on."""

from __future__ import annotations

from optimizer_core.backends.greedy import greedy_plan
from optimizer_core.domain import Plan, Problem, current_plan
from optimizer_core.objective import score
from optimizer_core.verification import verify


def usable_current_plan(problem: Problem) -> Plan | None:
    """Return the current rooms if they are a valid plan, else None."""
    plan = current_plan(problem)
    return None if verify(problem, plan) else plan


def best_without_solver(problem: Problem, known: Plan | None) -> Plan | None:
    """Return the better of a known plan and the greedy one; None if neither exists.

    Parameters
    ----------
    problem
        The hotel; a plan over its budget of moves does not count.
    known
        A plan that the verifier accepts; None if no plan is known.
    """
    most = problem.policy.max_moves
    best: tuple[tuple[object, ...], Plan] | None = None
    for plan in (known, greedy_plan(problem)):
        if plan is None or verify(problem, plan):
            continue
        found = score(problem, plan)
        is_within = most is None or found.moves.total <= most
        if is_within and (best is None or found.rank < best[0]):
            best = (found.rank, plan)
    return None if best is None else best[1]
