"""The figures of an answer as a small table for people."""

from __future__ import annotations

from optimizer_core.domain import Outcome, Problem
from optimizer_core.report.comparison import Comparison, PlanFigures
from optimizer_core.report.proof import moves_sentence, points, proof

_EXPLANATION = (
    "Orphan nights: empty nights in gaps too short to sell. Gap cost: the points that short gaps cost."
)


def closing_table(problem: Problem, outcome: Outcome, comparison: Comparison, seconds: float) -> str:
    """Return what a plan changes, what is proved about it and the time it took.

    Parameters
    ----------
    problem
        The hotel.
    outcome
        An outcome with a plan.
    comparison
        The current rooms compared with that plan.
    seconds
        Time of solving.
    """
    moved, housed = len(comparison.moves), len(comparison.newly_housed)
    rows = [
        ("", "before", "after"),
        *_packing(comparison),
        ("stays moved", "", f"{moved:,} of {len(problem.guest_stays) - housed:,}"),
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
    if outcome.moves[1]:
        lines.append(f"  {moves_sentence(moved, len(problem.guest_stays) - housed, outcome.moves[1])}")
    lines += [f"  {outcome.backend}, {seconds:.2f} s", "", f"  {_EXPLANATION}"]
    return "\n".join(lines)


def _packing(comparison: Comparison) -> list[tuple[str, str, str]]:
    before, after = _texts(comparison.before), _texts(comparison.after)
    return list(zip(("orphan nights", "orphan gaps", "gap cost"), before, after, strict=True))


def _texts(figures: PlanFigures | None) -> tuple[str, str, str]:
    if figures is None:
        return "-", "-", "-"
    return f"{figures.orphan_nights:,}", f"{figures.orphan_gaps:,}", points(figures.gap_cost)
