"""A first plan without any solver: to begin with, and to fall back on."""

from __future__ import annotations

from optimizer_core.backends.greedy import greedy_plan
from optimizer_core.domain import Plan, Problem, current_plan
from optimizer_core.objective import score
from optimizer_core.verification import verify


def starting_plan(problem: Problem) -> Plan | None:
    """Return the better of the rooms as they are and the greedy plan; None if neither is a plan."""
    candidates = [current_plan(problem), greedy_plan(problem)]
    most = problem.policy.max_moves
    best: tuple[object, Plan] | None = None
    for plan in candidates:
        if plan is None or verify(problem, plan):
            continue
        found = score(problem, plan)
        if most is not None and found.moves.total > most:
            continue
        if best is None or found.rank < best[0]:  # type: ignore[operator]
            best = (found.rank, plan)
    return None if best is None else best[1]
