"""Restrictions by arrival: the best run of lengths of each date, given the closed departures."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance import BAD, GOOD
from optimizer_core.domain import DailyRestriction
from optimizer_core.restrictions.admission import Classes
from optimizer_core.restrictions.profile import Profile

Run = tuple[int, int]
"""Least and greatest length in nights, both inclusive."""


def restrict_arrivals(
    classes: Classes, is_closed: NDArray[np.bool_], profile: Profile
) -> list[DailyRestriction]:
    """Return the restrictions of each date, the last one a departure only.

    Closed departures that refuse no bad stay are opened again.

    Parameters
    ----------
    classes
        The class of each stay.
    is_closed
        Closed departures, bool, shape (nights + 1,).
    profile
        The profile of the channel.
    """
    nights, longest = classes.shape
    days, needed = [], np.zeros(nights + 1, dtype=np.bool_)
    for arrival in range(nights):
        departures = arrival + np.arange(1, longest + 1)
        through = np.append(is_closed, np.zeros(longest, dtype=np.bool_))[departures]
        run = best_run(classes[arrival], through, has_max_los=profile.has_max_los)
        days.append(_published(run, longest, profile))
        if run is not None:
            chosen = np.zeros(longest, dtype=np.bool_)
            chosen[run[0] - 1 : run[1]] = True
            needed[departures[chosen & (classes[arrival] == BAD)]] = True
    days.append(DailyRestriction())
    return [replace(day, closed_to_departure=bool(closed)) for day, closed in zip(days, needed, strict=True)]


def best_run(
    row: NDArray[np.int8], is_kept_out: NDArray[np.bool_], *, has_max_los: bool = True
) -> Run | None:
    """Return the lengths to sell on an arrival; None to close it.

    The run admits no bad stay and the most good ones; ties are broken by most nights, then by shorter stays.
    An arrival without a bad stay is open even if nothing is left to sell.

    Parameters
    ----------
    row
        The class of each length, int8, shape (longest length,).
    is_kept_out
        Lengths that a closed departure refuses, bool, same shape.
    has_max_los
        Whether a run may end before the longest length.
    """
    longest = row.shape[0]
    blocking = [0, *(np.flatnonzero((row == BAD) & ~is_kept_out) + 1).tolist(), longest + 1]
    is_sold = (row == GOOD) & ~is_kept_out
    best: tuple[int, int, Run] | None = None
    for before, after in pairwise(blocking):
        if after - before < 2 or (after <= longest and not has_max_los):
            continue
        lengths = np.flatnonzero(is_sold[before : after - 1]) + before + 1
        worth = (lengths.size, int(lengths.sum()))
        if best is None or worth > best[:2]:
            best = (*worth, (before + 1, after - 1))
    if best is None or (best[0] == 0 and len(blocking) > 2):
        return None
    return best[2]


def _published(run: Run | None, longest: int, profile: Profile) -> DailyRestriction:
    """Return a run as restrictions; the longest length considered is published as the maximum."""
    if run is None:
        if profile.has_cta:
            return DailyRestriction(closed_to_arrival=True)
        return DailyRestriction(min_los_arrival_nights=longest + 1)
    return DailyRestriction(
        min_los_arrival_nights=run[0] if run[0] > 1 else None,
        max_los_arrival_nights=run[1] if profile.has_max_los else None,
    )
