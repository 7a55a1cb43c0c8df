"""Gap cost: the penalty for free nights between the stays of a room."""

from __future__ import annotations

from optimizer_core.domain import Plan, Problem, find_gaps
from optimizer_core.objective.term import Match, Term


def gap_cost(minimum_stay_nights: int, gap_nights: int, scale: int) -> int:
    """Return the cost of a gap between two stays, in units of ``1 / scale``.

    With ``m = minimum_stay_nights`` and ``L = gap_nights``::

        c = 2^(m-L+1)  if L < m          an orphan gap: too short to sell
            2^(m-L)    if m <= L <= 2m   just long enough to sell
            0          if L > 2m or L = 0

    Parameters
    ----------
    minimum_stay_nights
        Minimum stay of the gap's first night.
    gap_nights
        Free nights, at least 0.
    scale
        A power of two, at least 2^m, so that every cost is a whole number.
    """
    m, length = minimum_stay_nights, gap_nights
    if length == 0 or length > 2 * m:
        return 0
    if length < m:
        return scale << (m - length + 1)
    return scale >> (length - m)


def gap_term(problem: Problem, plan: Plan) -> Term:
    """Return the gap cost of a plan, one match for each gap with a cost."""
    scale = problem.cost_scale
    matches = []
    for gap in find_gaps(problem, plan):
        cost = gap_cost(gap.minimum_stay_nights, gap.nights, scale)
        if cost:
            kind = "orphan gap, too short to sell" if gap.is_orphan else "just long enough to sell"
            nights = "1 night" if gap.nights == 1 else f"{gap.nights} nights"
            matches.append(
                Match(
                    cost,
                    (gap.before.stay_id, gap.after.stay_id),
                    (gap.room_number,),
                    gap.start,
                    gap.nights,
                    f"{nights} free, minimum stay {gap.minimum_stay_nights}: {kind}",
                )
            )
    return Term("gaps", tuple(matches))
