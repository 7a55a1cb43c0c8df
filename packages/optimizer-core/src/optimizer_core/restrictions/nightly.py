"""Limits of every night, chosen greedily by the bad stays refused for each good one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer_core.acceptance import BAD, GOOD
from optimizer_core.restrictions.admission import Classes, Stays


@dataclass
class NightlyChoice:
    """The lengths that each night allows, and the closed dates.

    Parameters
    ----------
    is_allowed
        bool, shape (nights, longest length): lengths that may occupy the night, an interval or empty.
    is_arrival_closed, is_departure_closed
        bool, shape (nights,) and (nights + 1,).
    """

    is_allowed: NDArray[np.bool_]
    is_arrival_closed: NDArray[np.bool_]
    is_departure_closed: NDArray[np.bool_]

    @classmethod
    def open(cls, nights: int, longest_los: int) -> NightlyChoice:
        """Return the choice that refuses nothing."""
        return cls(
            np.ones((nights, longest_los), dtype=np.bool_),
            np.zeros(nights, dtype=np.bool_),
            np.zeros(nights + 1, dtype=np.bool_),
        )

    def obstacles(self) -> NDArray[np.int64]:
        """Return how many nights and closed dates refuse each stay."""
        nights, longest = self.is_allowed.shape
        count = np.zeros((nights, longest), dtype=np.int64)
        count += self.is_arrival_closed[:, None]
        for los in range(1, longest + 1):
            last = nights - los + 1  # later arrivals end after the schedule
            if last > 0:
                refusing = np.concatenate([[0], np.cumsum(~self.is_allowed[:, los - 1])])
                count[:last, los - 1] += refusing[los:] - refusing[:last]
                count[:last, los - 1] += self.is_departure_closed[los:]
        return count

    def admitted(self) -> Stays:
        """Return the stays that are not refused."""
        return np.asarray(self.obstacles() == 0, dtype=np.bool_)

    def refused(self, classes: Classes) -> int:
        """Return the number of good stays refused."""
        return int(((classes == GOOD) & ~self.admitted()).sum())


def first_choice(classes: Classes, *, has_closures: bool) -> NightlyChoice:
    """Return limits that refuse every bad stay; each step refuses most bad stays for each good one.

    Parameters
    ----------
    classes
        The class of each stay.
    has_closures
        Whether arrivals and departures can be closed too.
    """
    nights, longest = classes.shape
    choice = NightlyChoice.open(nights, longest)
    while True:
        admitted = choice.admitted()
        bad, good = admitted & (classes == BAD), admitted & (classes == GOOD)
        if not bad.any():
            return choice
        steps = [*_limit_steps(_covering(bad), _covering(good))]
        if has_closures:
            steps += [(bad.sum(axis=1), good.sum(axis=1)), (_leaving(bad), _leaving(good))]
        worth = [np.where(refused > 0, refused / (lost + 0.01), 0.0) for refused, lost in steps]
        kind = int(np.argmax([part.max() for part in worth]))
        _take(choice, kind, int(np.argmax(worth[kind])))


def _limit_steps(
    bad: NDArray[np.int64], good: NDArray[np.int64]
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]:
    """Return how many stays a minimum above, and a maximum below, each length refuses on each night."""
    at_least = tuple(np.cumsum(part, axis=1) for part in (bad, good))
    at_most = tuple(np.cumsum(part[:, ::-1], axis=1)[:, ::-1] for part in (bad, good))
    return (at_least[0], at_least[1]), (at_most[0], at_most[1])


def _take(choice: NightlyChoice, kind: int, position: int) -> None:
    longest = choice.is_allowed.shape[1]
    if kind == 0:
        choice.is_allowed[position // longest, : position % longest + 1] = False
    elif kind == 1:
        choice.is_allowed[position // longest, position % longest :] = False
    elif kind == 2:
        choice.is_arrival_closed[position] = True
    else:
        choice.is_departure_closed[position] = True


def _covering(stays: Stays) -> NDArray[np.int64]:
    """Return how many of the stays of each length occupy each night."""
    nights, longest = stays.shape
    count = np.zeros((nights, longest), dtype=np.int64)
    for los in range(1, min(longest, nights) + 1):
        running = np.concatenate([[0], np.cumsum(stays[:, los - 1])])
        first = np.maximum(0, np.arange(nights) - los + 1)
        count[:, los - 1] = running[1:] - running[first]
    return count


def _leaving(stays: Stays) -> NDArray[np.int64]:
    """Return how many of the stays leave on each date."""
    arrival, position = np.nonzero(stays)
    return np.bincount(arrival + position + 1, minlength=stays.shape[0] + 1).astype(np.int64)


def loosen(classes: Classes, choice: NightlyChoice) -> None:
    """Remove every limit that refuses no bad stay, closed dates first.

    Parameters
    ----------
    classes
        The class of each stay.
    choice
        Limits that refuse every bad stay; changed in place.
    """
    nights, longest = classes.shape
    count, is_bad = choice.obstacles(), classes == BAD
    for night in np.flatnonzero(choice.is_arrival_closed).tolist():
        if not (is_bad[night] & (count[night] == 1)).any():
            choice.is_arrival_closed[night] = False
            count[night] -= 1
    for day in np.flatnonzero(choice.is_departure_closed).tolist():
        lengths = np.arange(1, min(longest, day) + 1)
        cells = day - lengths, lengths - 1
        if not (is_bad[cells] & (count[cells] == 1)).any():
            choice.is_departure_closed[day] = False
            count[cells] -= 1
    for night in range(nights):
        allowed = np.flatnonzero(choice.is_allowed[night])
        first, last = (int(allowed[0]), int(allowed[-1])) if allowed.size else (longest, longest)
        for position in (*range(first - 1, -1, -1), *range(last + 1, longest)):
            if choice.is_allowed[night, position]:
                continue
            arrivals = slice(max(0, night - position), night + 1)
            if (is_bad[arrivals, position] & (count[arrivals, position] == 1)).any():
                continue
            if not _is_next(choice.is_allowed[night], position):
                continue
            choice.is_allowed[night, position] = True
            count[arrivals, position] -= 1


def _is_next(allowed: NDArray[np.bool_], position: int) -> bool:
    """Return whether the allowed lengths and this one form an interval."""
    beside = allowed[max(0, position - 1) : position + 2]
    return bool(beside.any()) or not allowed.any()
