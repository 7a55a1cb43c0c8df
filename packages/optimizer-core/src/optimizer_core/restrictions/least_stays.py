"""The shortest and the longest stay that may cover each night, and on how many nights each holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance import GOOD
from optimizer_core.domain import RestrictionCalendar
from optimizer_core.restrictions.admission import UNLIMITED, Classes, obstacles, through_limits


def least_stays(classes: Classes, calendar: RestrictionCalendar) -> list[int | None]:
    """Return the minimum stay through each night: the shortest good stay that is admitted and covers it.

    A night that no such stay covers keeps the minimum of the calendar, or None.

    Parameters
    ----------
    classes
        The class of each stay.
    calendar
        Restrictions whose first date is the first arrival.
    """
    nights, longest = classes.shape
    sold = (classes == GOOD) & obstacles(calendar, nights, longest).admitted
    least, _ = through_limits(calendar, nights)
    shortest = np.full(nights, UNLIMITED, dtype=np.int64)
    for arrival, position in np.argwhere(sold).tolist():
        covered = shortest[arrival : arrival + position + 1]
        np.minimum(covered, position + 1, out=covered)
    return [
        int(found) if found < UNLIMITED else (int(kept) if kept > 1 else None)
        for found, kept in zip(shortest, least, strict=True)
    ]


def binding_maximum(calendar: RestrictionCalendar, longest_los: int) -> NDArray[np.int64]:
    """Return the maximum stay through each date, `UNLIMITED` from the longest length considered on."""
    _, most = through_limits(calendar, len(calendar.days))
    return np.where(most < longest_los, most, UNLIMITED)


def nights_by_least_stay(
    before: Sequence[int | None], after: Sequence[int | None]
) -> dict[int | None, tuple[int, int]]:
    """Return the number of nights of each minimum stay, before and after; None for no minimum.

    Parameters
    ----------
    before, after
        Minimum stay by night.
    """
    counts = Counter(before), Counter(after)
    values = sorted({*before, *after}, key=lambda nights: (nights is None, nights or 0))
    return {value: (counts[0][value], counts[1][value]) for value in values}
