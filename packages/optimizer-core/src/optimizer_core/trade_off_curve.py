"""Moves against gap cost: plans from the fewest moves to the best packing, each with its bound."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from optimizer_core.domain import Limit, Limits, Outcome, Plan, Problem, count_orphan_nights
from optimizer_core.enquiries import milp_solver
from optimizer_core.objective import score
from optimizer_core.planning import Answer
from optimizer_core.planning import trade_off as find_points
from optimizer_core.plugins import AUTO, PluginManager
from optimizer_core.wire import LoadedProblem, ResultDocument
from optimizer_core.wire.trade_points import trade_off_entry

MOST_POINTS = 200
"""Points of a curve at most; each takes a search of its own."""

MOST_ROOMS = 300_000
"""Rooms of stays in the curve of a result, which take about 15 bytes each; large hotels get fewer points."""

NO_TIME_FOR_CURVE = "no time was left to draw the trade-off curve"
"""Warning of a result that has a plan and no curve."""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One plan of a trade-off curve.

    Parameters
    ----------
    moves
        Stays that change rooms.
    gap_cost
        Gap cost in points.
    orphan_nights
        Free nights in gaps shorter than the minimum stay.
    value
        Gap cost with the penalties of adjacency groups and priced upgrades, in points.
    bound
        Proved lower bound on the value of every plan with at most as many moves, in points.
    plan
        The plan.
    """

    moves: int
    gap_cost: Fraction
    orphan_nights: int
    value: Fraction
    bound: Fraction
    plan: Plan


def trade_off(
    problem: Problem,
    *,
    points: int = 15,
    backend: str = AUTO,
    limits: Limits | None = None,
    manager: PluginManager | None = None,
) -> tuple[CurvePoint, ...]:
    """Return plans from the fewest moves to the best value; every plan has passed the verifier.

    Parameters
    ----------
    problem
        The hotel. Budget and price for moves of its policy are not looked at.
    points
        Most points, from 2 to `MOST_POINTS`; 15 by default.
    backend
        Name of the backend; "auto" for the best that solves single models.
    limits
        Time limit, cancel and progress; None for no limit. At the limit the points found so far are
        returned, with bounds that hold.
    manager
        The plugins; None for the built-in and the installed ones.

    Returns
    -------
    tuple of CurvePoint
        By moves, each of a lower value than the one before; empty if no plan was found.

    Raises
    ------
    ValueError
        If `points` is out of range.
    BackendUnavailable
        If no backend here solves single models.
    """
    check_points(points)
    solve_milp = milp_solver(problem, backend, manager)
    found = []
    for point in find_points(problem, solve_milp, limits or Limits(), points=points):
        judged = score(problem, point.plan)
        orphan_nights = count_orphan_nights(problem, point.plan)
        found.append(
            CurvePoint(point.moves, judged.gap_cost, orphan_nights, point.value, point.bound, point.plan)
        )
    return tuple(found)


def check_points(points: int | None) -> None:
    """Check how many points a curve is to have; None for no curve.

    Raises
    ------
    ValueError
        If the number is out of range.
    """
    if points is not None and not 2 <= points <= MOST_POINTS:
        raise ValueError(f"{points} points: a curve has 2 to {MOST_POINTS}")


def trade_off_fields(
    loaded: LoadedProblem,
    result: ResultDocument,
    outcome: Outcome,
    *,
    points: int,
    backend: str = AUTO,
    limits: Limits | None = None,
    manager: PluginManager | None = None,
) -> dict[str, object]:
    """Return the fields of the result that are about moves against gap cost.

    Parameters
    ----------
    loaded
        The hotel and its document.
    result
        The result so far.
    outcome
        The outcome of the solve; it has a plan.
    points
        Most points, from 2 to `MOST_POINTS`; hotels of more than `MOST_ROOMS` / `points` stays get fewer.
    backend, manager
        As for `trade_off`.
    limits
        When to stop; the points found by then are in the curve, and without time left there is no curve.

    Raises
    ------
    BackendUnavailable
        If no backend here solves single models.
    """
    limits = limits or Limits()
    if limits.is_over():
        return {"warnings": [*result.warnings, NO_TIME_FOR_CURVE]}
    most = max(2, min(points, MOST_ROOMS // max(1, len(loaded.problem.stays))))
    solve_milp = milp_solver(loaded.problem, backend, manager)
    best = _best_known(loaded.problem, outcome)
    found = find_points(loaded.problem, solve_milp, limits, points=most, best=best)
    entry = trade_off_entry(loaded, found, most, is_complete=not limits.is_over())
    fields: dict[str, object] = {"trade_off": entry}
    if most < points:
        warning = f"the trade-off curve has at most {most} points, not {points}: the hotel has many stays"
        fields["warnings"] = [*result.warnings, warning]
    return fields


def _best_known(problem: Problem, outcome: Outcome) -> Answer | None:
    """Return what a solve says about the end of the curve; None if it was asked something else."""
    policy = problem.policy
    is_limited = policy.max_moves is not None or policy.move_price is not None
    if outcome.plan is None or is_limited or outcome.limit is Limit.METHOD:
        return None
    upgraded, least = outcome.upgrades
    if upgraded > least and policy.upgrade_price is None:
        # The bound holds for plans with fewer upgrades; the curve is that of as many as were found.
        return Answer(outcome.reason, outcome.limit, outcome.plan, outcome.value, None, upgraded)
    return Answer(outcome.reason, outcome.limit, outcome.plan, outcome.value, outcome.bound, least)
