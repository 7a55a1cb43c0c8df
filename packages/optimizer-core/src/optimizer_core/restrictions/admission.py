"""The stays that a calendar admits and refuses, computed for all stays at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance import BAD, GOOD
from optimizer_core.domain import RestrictionCalendar

Classes = NDArray[np.int8]
"""Class of each stay, shape (arrivals, longest length), from `AcceptanceMatrix.classify`."""

Stays = NDArray[np.bool_]
"""A set of stays, shape (arrivals, longest length)."""

UNLIMITED = np.iinfo(np.int64).max
"""Maximum stay of a date without a maximum."""


@dataclass(frozen=True)
class Obstacles:
    """The stays that each kind of restriction refuses, independently of the others.

    Parameters
    ----------
    closed_to_arrival, closed_to_departure, minimum, maximum, pattern
        bool, shape (arrivals, longest length).
    """

    closed_to_arrival: Stays
    closed_to_departure: Stays
    minimum: Stays
    maximum: Stays
    pattern: Stays

    @property
    def by_kind(self) -> Mapping[str, Stays]:
        """The sets by kind; a stay refused by several kinds counts under the first."""
        return {
            "closed_to_arrival": self.closed_to_arrival,
            "closed_to_departure": self.closed_to_departure,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "pattern": self.pattern,
        }

    @property
    def admitted(self) -> Stays:
        """The stays that no restriction refuses."""
        refused = np.logical_or.reduce(list(self.by_kind.values()))
        return np.asarray(~refused, dtype=np.bool_)

    def only(self, kind: str) -> Stays:
        """Return the stays that only this kind of restriction refuses."""
        others = [stays for name, stays in self.by_kind.items() if name != kind]
        return np.asarray(self.by_kind[kind] & ~np.logical_or.reduce(others), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Tally:
    """Numbers of stays that restrictions admit and refuse; stays closed by inventory are not counted.

    Parameters
    ----------
    good, bad
        Stays that could be sold, by class.
    refused_good
        Refused good stays.
    admitted_bad
        Admitted bad stays.
    refused_good_by_los
        Refused good stays by length in nights; lengths without any are omitted.
    refused_good_by_kind
        Refused good stays by restriction; a stay refused by several counts under the first of CTA, CTD,
        minimum, maximum and pattern.
    """

    good: int
    bad: int
    refused_good: int
    admitted_bad: int
    refused_good_by_los: Mapping[int, int]
    refused_good_by_kind: Mapping[str, int]

    @property
    def refused_good_nights(self) -> int:
        """Nights of the refused good stays."""
        return sum(los * count for los, count in self.refused_good_by_los.items())


def obstacles(calendar: RestrictionCalendar, num_arrivals: int, longest_los: int) -> Obstacles:
    """Return the stays of a schedule that each kind of restriction refuses.

    Parameters
    ----------
    calendar
        Restrictions; its first date is the first arrival.
    num_arrivals, longest_los
        Nights of the schedule, and greatest length in nights.
    """
    shape = (num_arrivals, longest_los)
    lengths = np.arange(1, longest_los + 1)
    days = calendar.days[:num_arrivals]
    arrival_least = np.array([day.min_los_arrival_nights or 1 for day in days])
    arrival_most = np.array([day.max_los_arrival_nights or UNLIMITED for day in days])
    least, most = through_limits(calendar, num_arrivals)
    pattern = np.zeros(shape, dtype=np.bool_)
    for arrival, day in enumerate(days):
        if day.full_pattern_los is not None:
            pattern[arrival] = [not day.admits_arrival(int(length)) for length in lengths]
    departures_closed = np.zeros(num_arrivals + longest_los + 1, dtype=np.bool_)
    for position, day in enumerate(calendar.days[: num_arrivals + 1]):
        departures_closed[position] = day.closed_to_departure
    arrivals = np.arange(num_arrivals)[:, None]
    return Obstacles(
        np.repeat(np.array([day.closed_to_arrival for day in days])[:, None], longest_los, axis=1),
        departures_closed[arrivals + lengths],
        (lengths < arrival_least[:, None]) | (lengths < _extreme(least, longest_los, np.maximum, 1)),
        (lengths > arrival_most[:, None]) | (lengths > _extreme(most, longest_los, np.minimum, UNLIMITED)),
        pattern,
    )


def through_limits(
    calendar: RestrictionCalendar, num_arrivals: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return minimum and maximum stay through each night; 1 and `UNLIMITED` where not restricted."""
    days = calendar.days[:num_arrivals]
    return (
        np.array([day.min_los_through_nights or 1 for day in days], dtype=np.int64),
        np.array([day.max_los_through_nights or UNLIMITED for day in days], dtype=np.int64),
    )


def _extreme(
    by_night: NDArray[np.int64], longest_los: int, extreme: np.ufunc, neutral: int
) -> NDArray[np.int64]:
    """Return the extreme over the nights of each stay; nights beyond the schedule are neutral."""
    nights = by_night.shape[0]
    padded = np.concatenate([by_night, np.full(longest_los, neutral, dtype=np.int64)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, longest_los)[:nights]
    return np.asarray(extreme.accumulate(windows, axis=1), dtype=np.int64)


def tally(classes: Classes, found: Obstacles) -> Tally:
    """Return what restrictions admit and refuse.

    Parameters
    ----------
    classes
        The class of each stay.
    found
        The stays that each kind of restriction refuses.
    """
    good, bad = classes == GOOD, classes == BAD
    refused = good & ~found.admitted
    by_los = refused.sum(axis=0)
    left, by_kind = refused.copy(), {}
    for kind, stays in found.by_kind.items():
        by_kind[kind] = int((left & stays).sum())
        left &= ~stays
    return Tally(
        int(good.sum()),
        int(bad.sum()),
        int(refused.sum()),
        int((bad & found.admitted).sum()),
        {los + 1: int(count) for los, count in enumerate(by_los) if count},
        {kind: count for kind, count in by_kind.items() if count},
    )
