"""The figures of an answer as a small table for people."""

from __future__ import annotations

from fractions import Fraction

from optimizer_core.domain import Limit, Outcome, Problem, Reason
from optimizer_core.report.comparison import Comparison, PlanFigures


def closing_table(problem: Problem, outcome: Outcome, comparison: Comparison, seconds: float) -> str:
    """Return what a plan changes, what is proved about it and what it took.

    Parameters
    ----------
    problem
        The hotel.
    outcome
        An outcome with a plan.
    comparison
        The rooms as given against that plan.
    seconds
        Time of solving.
    """
    moved, housed = len(comparison.moves), len(comparison.newly_housed)
    rows = [
        ("", "before", "after"),
        *_packing(comparison),
        ("stays moved", "", f"{moved:,} of {len(problem.stays) - housed:,}"),
    ]
    if housed:
        rows.append(("stays newly given a room", "", f"{housed:,}"))
    if outcome.upgrades[0]:
        rows.append(("stays outside their own type", "", f"{outcome.upgrades[0]:,}"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"  {label:<{widths[0]}}  {before:>{widths[1]}}  {after:>{widths[2]}}".rstrip()
        for label, before, after in rows
    ]
    lines += ["", f"  {proof(outcome)}"]
    if problem.policy.move_price is None and outcome.moves[1]:
        lines.append(f"  {proof_of_moves(*outcome.moves)}")
    lines.append(f"  {outcome.backend}, {seconds:.2f} s")
    return "\n".join(lines)


def proof(outcome: Outcome) -> str:
    """Return in one sentence how good a plan is known to be."""
    if outcome.reason is Reason.OPTIMAL:
        return "proved: no plan is better"
    ended = {
        Limit.TIME: "the time limit ended the search",
        Limit.CANCEL: "the search was stopped",
    }.get(outcome.limit, "the method proves no more")
    if outcome.value is None or outcome.bound is None or outcome.gap is None:
        return f"not proved, and no bound is known: {ended}"
    above = f"at most {float(100 * outcome.gap):.2g} % above the best (bound {points(outcome.bound)})"
    return f"not proved, {above}: {ended}"


def proof_of_moves(found: int, bound: int) -> str:
    """Return in one sentence whether fewer stays could move at the same cost.

    Parameters
    ----------
    found
        Stays that change rooms.
    bound
        Proved least number among plans of this value, above 0.
    """
    if found == bound:
        return "proved: no plan of this cost moves fewer stays"
    return f"at this cost at least {bound:,} {'stay' if bound == 1 else 'stays'} must move"


def points(cost: Fraction) -> str:
    """Return a cost in points, exactly where it is dyadic."""
    return f"{float(cost):,}".removesuffix(".0")


def _packing(comparison: Comparison) -> list[tuple[str, str, str]]:
    before, after = _texts(comparison.before), _texts(comparison.after)
    return list(zip(("orphan nights", "orphan gaps", "gap cost"), before, after, strict=True))


def _texts(figures: PlanFigures | None) -> tuple[str, str, str]:
    if figures is None:
        return "-", "-", "-"
    return f"{figures.orphan_nights:,}", f"{figures.orphan_gaps:,}", points(figures.gap_cost)
