"""The bad stays that only one kind of restriction refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer_core.acceptance import BAD
from optimizer_core.domain import RestrictionCalendar
from optimizer_core.restrictions.admission import Classes, Stays, obstacles

StaysByDate = Mapping[int, tuple[tuple[int, int], ...]]
"""By position of a date: the stays, as position of the arrival and length in nights."""


@dataclass(frozen=True)
class AvoidedStays:
    """Bad stays that would be admitted if all restrictions of one kind were lifted, by date.

    Parameters
    ----------
    by_closed_arrival, by_closed_departure
        By the closed date.
    by_maximum
        By the first date whose maximum is too short for the stay.
    """

    by_closed_arrival: StaysByDate
    by_closed_departure: StaysByDate
    by_maximum: StaysByDate


def avoided_stays(classes: Classes, calendar: RestrictionCalendar) -> AvoidedStays:
    """Return the bad stays that only closed arrivals, closed departures or maximum stays refuse.

    Parameters
    ----------
    classes
        The class of each stay.
    calendar
        Restrictions whose first date is the first arrival.
    """
    nights, longest = classes.shape
    found = obstacles(calendar, nights, longest)
    bad = classes == BAD

    def by_date(stays: Stays, kind: str) -> StaysByDate:
        listed: dict[int, list[tuple[int, int]]] = {}
        for arrival, position in np.argwhere(stays & bad).tolist():
            los = position + 1
            listed.setdefault(_date(calendar, kind, arrival, los), []).append((arrival, los))
        return {date: tuple(entries) for date, entries in sorted(listed.items())}

    return AvoidedStays(
        *(by_date(found.only(kind), kind) for kind in ("closed_to_arrival", "closed_to_departure", "maximum"))
    )


def _date(calendar: RestrictionCalendar, kind: str, arrival: int, los: int) -> int:
    """Return the position of the date whose restriction refuses the stay."""
    if kind == "closed_to_departure":
        return arrival + los
    if kind == "closed_to_arrival":
        return arrival
    for night in range(arrival, arrival + los):
        most = calendar.days[night].max_los_through_nights
        if most is not None and most < los:
            return night
    return arrival
