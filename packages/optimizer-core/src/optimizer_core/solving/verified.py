"""The score of a backend's plan, after verification."""

from __future__ import annotations

from optimizer_core.domain import Plan, Problem
from optimizer_core.errors import InvalidAnswer
from optimizer_core.objective import Score, score
from optimizer_core.verification import verify


def verified_score(problem: Problem, backend: str, plan: Plan) -> Score:
    """Return the score of a plan.

    Parameters
    ----------
    problem
        The hotel.
    backend
        Name of the backend that claims the plan.
    plan
        The plan.

    Raises
    ------
    InvalidAnswer
        If the plan is invalid, or moves more stays than allowed.
    """
    violations = verify(problem, plan)
    if violations:
        raise InvalidAnswer(f"backend {backend!r} claims a plan that is not valid: {violations[0]}")
    found = score(problem, plan)
    most = problem.policy.max_moves
    if most is not None and found.moves.total > most:
        raise InvalidAnswer(f"backend {backend!r} moves {found.moves.total} stays; at most {most} may move")
    return found
