"""How many nights the hotel wants between two stays so that a gap can be sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

LONGEST_MINIMUM_STAY_NIGHTS = 21
"""Longest minimum stay that is priced exactly: gap costs span 2^(2m), which must fit 64 bits."""


@dataclass(frozen=True, slots=True)
class MinimumStayPeriod:
    """A minimum stay for the nights of a period.

    Parameters
    ----------
    first, last
        First and last night, both inclusive.
    nights
        Minimum stay on these nights, 0 to `LONGEST_MINIMUM_STAY_NIGHTS`.
    """

    first: date
    last: date
    nights: int


@dataclass(frozen=True, slots=True)
class MinimumStay:
    """Minimum stay by night: a period wins over the weekday, which wins over the default.

    Parameters
    ----------
    default_nights
        Minimum stay of a night that no other rule names.
    by_weekday
        Weekday (Monday is 0) to nights.
    by_period
        Periods; where two overlap, the later one in the tuple wins.
    """

    default_nights: int = 5
    by_weekday: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    by_period: tuple[MinimumStayPeriod, ...] = ()

    def __post_init__(self) -> None:
        """Freeze the weekday table."""
        object.__setattr__(self, "by_weekday", MappingProxyType(dict(sorted(self.by_weekday.items()))))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle through plain containers: a mapping proxy cannot be pickled."""
        return type(self), (self.default_nights, dict(self.by_weekday), self.by_period)

    def on(self, night: date) -> int:
        """Return the minimum stay in nights for a gap whose first free night is `night`."""
        for period in reversed(self.by_period):
            if period.first <= night <= period.last:
                return period.nights
        return self.by_weekday.get(night.weekday(), self.default_nights)
