"""The acceptance matrix: the cost of one more stay, for every arrival and length."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

UNSELLABLE = 1 << 62
"""Cost of a stay that fits after no re-arrangement, and of one that ends after the schedule."""

UPGRADING = 1 << 61
"""Cost of a stay that fits only with more upgrades of others: higher than any gap cost."""

CLOSED = 0
"""The stay does not fit: inventory closes it."""

BAD = 1
"""The stay fits, or might, but costs more than the threshold or is not proved to cost less."""

GOOD = 2
"""The stay fits and costs at most the threshold."""


@dataclass(frozen=True)
class AcceptanceMatrix:
    """Marginal cost of one more stay of a type; cell [a, n - 1] is for n nights from night a.

    A cell is the best value of the hotel with this stay, less the best value without it, after any
    re-arrangement; it is negative where the stay fills a gap with a cost.

    Parameters
    ----------
    room_type
        The type; None for a run-of-house stay.
    start
        Date of the first night of the schedule.
    scale
        Units in a point.
    lower, upper
        int64, shape (arrivals, longest length), in units: proved bounds; equal where the cell is exact.
        `UPGRADING` and `UNSELLABLE` rank above every number.

    Raises
    ------
    ValueError
        If the shapes differ or a lower bound is above its upper bound.
    """

    room_type: str | None
    start: date
    scale: int
    lower: NDArray[np.int64] = field(repr=False)
    upper: NDArray[np.int64] = field(repr=False)

    def __post_init__(self) -> None:
        """Check the bounds against each other and make them read-only."""
        if self.lower.ndim != 2 or self.lower.shape != self.upper.shape:
            raise ValueError(
                f"bounds must be two matrices of one shape, not {self.lower.shape}, {self.upper.shape}"
            )
        if bool((self.lower > self.upper).any()):
            raise ValueError("a lower bound is above its upper bound")
        self.lower.setflags(write=False)
        self.upper.setflags(write=False)

    @property
    def num_arrivals(self) -> int:
        """Nights of the schedule; each may be an arrival."""
        return int(self.lower.shape[0])

    @property
    def longest_los(self) -> int:
        """Greatest length of a stay in nights."""
        return int(self.lower.shape[1])

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Return which stays lie within the schedule, bool, shape (arrivals, longest length)."""
        arrivals = np.arange(self.num_arrivals)[:, None]
        departures = arrivals + np.arange(1, self.longest_los + 1)[None, :]
        return np.asarray(departures <= self.num_arrivals, dtype=np.bool_)

    @property
    def is_exact(self) -> NDArray[np.bool_]:
        """Return which cells are exact, bool, shape (arrivals, longest length)."""
        return np.asarray(self.lower == self.upper, dtype=np.bool_)

    def since(self, day: date | None) -> AcceptanceMatrix:
        """Return the matrix without the arrivals before a day; itself for None.

        Raises
        ------
        ValueError
            If no arrival is left.
        """
        first = 0 if day is None else (day - self.start).days
        if first <= 0:
            return self
        if first >= self.num_arrivals:
            raise ValueError(f"no night from {day} lies within the schedule")
        return replace(
            self,
            start=self.start + timedelta(first),
            lower=self.lower[first:].copy(),
            upper=self.upper[first:].copy(),
        )

    def cost(self, arrival: int, los_nights: int) -> Fraction | None:
        """Return the marginal cost of a stay in points; None if the cell is not exact or not a number.

        Parameters
        ----------
        arrival
            Position of the first night, from 0.
        los_nights
            Length, from 1.
        """
        lower, upper = self.lower[arrival, los_nights - 1], self.upper[arrival, los_nights - 1]
        return Fraction(int(lower), self.scale) if lower == upper < UPGRADING else None

    def classify(self, threshold: Fraction | int = 0) -> NDArray[np.int8]:
        """Return `GOOD`, `BAD` or `CLOSED` for each cell; what is not proved good counts as bad.

        Parameters
        ----------
        threshold
            Most points that a good stay may cost.
        """
        most = int(threshold * self.scale // 1)
        classes = np.full(self.lower.shape, BAD, dtype=np.int8)
        classes[self.upper <= most] = GOOD
        classes[self.lower >= UNSELLABLE] = CLOSED
        return classes
