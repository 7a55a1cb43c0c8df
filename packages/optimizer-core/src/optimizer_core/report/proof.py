"""What is proved about a plan, in sentences that the table, the message and the page share."""

from __future__ import annotations

import math
from fractions import Fraction

from optimizer_core.domain import Limit, Outcome, Reason

NO_BOUND = "no lower bound above 0 is known"
"""Text instead of a percentage, which a bound of 0 does not allow."""


def proof(outcome: Outcome) -> str:
    """Return one sentence on the proved quality of a plan."""
    if outcome.reason is Reason.OPTIMAL:
        return "proved: no plan is better"
    ended = {
        Limit.TIME: "the time limit ended the search",
        Limit.CANCEL: "the search was stopped",
    }.get(outcome.limit, "the method proves no more")
    return f"not proved, {_above_best(outcome)}: {ended}"


def moves_sentence(moved: int, of: int, bound: int) -> str:
    """Return how many stays move, and the least possible number at this cost if known.

    Parameters
    ----------
    moved
        Stays that change rooms.
    of
        Stays with a current room.
    bound
        Proved least number among plans of this value; 0 if nothing is proved.
    """
    sentence = f"{moved:,} of {of:,} moved"
    if not bound:
        return sentence
    if moved == bound:
        return f"{sentence}, proved the fewest at this cost"
    return f"{sentence}; at least {bound:,} must"


def percent(gap: float) -> str:
    """Return a share in per cent that never looks smaller than it is, in steps of 0.01 %.

    Parameters
    ----------
    gap
        The share, at least 0; from 1 on it is shown in whole per cent.
    """
    steps = 1 if gap >= 1 else 100
    # 0.0007 is 7.000000000000001 hundredths of a per cent in floating point, which must not become 8.
    rounded = math.ceil(gap * 100 * steps * (1 - 1e-12)) / steps
    return f"{rounded:,}".removesuffix(".0") + " %"


def points(cost: Fraction | float) -> str:
    """Return a cost in points, exactly if it is dyadic."""
    return f"{float(cost):,}".removesuffix(".0")


def _above_best(outcome: Outcome) -> str:
    if outcome.value is None or outcome.bound is None:
        return "and no bound is known"
    if outcome.gap is not None:
        return f"at most {percent(float(outcome.gap))} above the best (bound {points(outcome.bound)})"
    if outcome.bound <= 0:
        return f"and {NO_BOUND}"
    return f"and the bound {points(outcome.bound)} is for plans with fewer stays outside their own type"
