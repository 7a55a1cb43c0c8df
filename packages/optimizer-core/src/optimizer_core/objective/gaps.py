"""Gap cost: the penalty for free nights between the stays of a room."""

from __future__ import annotations

from functools import lru_cache

from optimizer_core.domain import LONGEST_HALVING_NIGHTS, Plan, Problem, find_gaps
from optimizer_core.objective.term import Match, Term


def gap_cost(minimum_stay_nights: int, gap_nights: int, scale: int) -> int:
    """Return the cost of a gap between two stays, in units of ``1 / scale``.

    With ``m = minimum_stay_nights`` and ``L = gap_nights``::

        c = 2^(m-L+1)  if L < m          an orphan gap: too short to sell
            2^(m-L)    if m <= L <= 2m   just long enough to sell
            0          if L > 2m or L = 0

    Above ``M = 21`` nights, a gap costs about what one of ``M L / m`` nights costs at a minimum stay of M
    nights: with ``M L = q m + r`` and ``0 <= r < m``, in units of 2^-M points::

        c = floor(2^(2M-q) (2m-r) / 2m) + 2m - L     and twice the first part if L < m

    Costs never rise with the length, so that two gaps never cost less than the gap that they make up.

    Parameters
    ----------
    minimum_stay_nights
        Minimum stay of the gap's first night.
    gap_nights
        Free nights, at least 0.
    scale
        A multiple of 2^min(m, 21), so that every cost is a whole number.
    """
    m, length = minimum_stay_nights, gap_nights
    if length == 0 or length > 2 * m:
        return 0
    if m > LONGEST_HALVING_NIGHTS:
        return _slow_cost(m, length) * (scale >> LONGEST_HALVING_NIGHTS)
    if length < m:
        return scale << (m - length + 1)
    return scale >> (length - m)


@lru_cache(4096)
def _slow_cost(m: int, length: int) -> int:
    """Return the cost of a gap of up to 2m nights at a long minimum stay, in units of 2^-21 points."""
    whole, rest = divmod(LONGEST_HALVING_NIGHTS * length, m)
    power = 2 * LONGEST_HALVING_NIGHTS - whole + (length < m)
    return ((2 * m - rest) << power) // (2 * m) + 2 * m - length


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
