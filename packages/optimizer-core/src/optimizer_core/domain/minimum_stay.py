"""The least number of nights between two stays that can be sold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from optimizer_core.domain.wrong_types import check_all, check_date, check_kind, check_whole

LONGEST_MINIMUM_STAY_NIGHTS = 365
"""Longest minimum stay."""

LONGEST_HALVING_NIGHTS = 21
"""Longest minimum stay whose gap costs halve with each night.

They span 2^(2m), which must fit into 64 bits. The costs of longer minimum stays span no more: these fall more
slowly.
"""


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

    def __post_init__(self) -> None:
        """Check the types."""
        check_date("MinimumStayPeriod.first", self.first)
        check_date("MinimumStayPeriod.last", self.last)
        check_whole("MinimumStayPeriod.nights", self.nights)


@dataclass(frozen=True, slots=True)
class MinimumStay:
    """Minimum stay by night: a period wins over the weekday, which wins over the default.

    Parameters
    ----------
    default_nights
        Minimum stay of a night without another rule.
    by_weekday
        Weekday (Monday is 0) to nights.
    by_period
        Periods; where two overlap, the later one in the tuple wins.

    Raises
    ------
    TypeError
        If a value is of a wrong type, such as True or 3.0 for nights.
    """

    default_nights: int = 5
    by_weekday: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    by_period: tuple[MinimumStayPeriod, ...] = ()

    def __post_init__(self) -> None:
        """Check the types and freeze the weekday table."""
        check_whole("MinimumStay.default_nights", self.default_nights)
        check_kind("MinimumStay.by_weekday", self.by_weekday, Mapping, "{5: 2} for two nights on Saturdays")
        for weekday, nights in self.by_weekday.items():
            check_whole("each weekday of MinimumStay.by_weekday", weekday)
            check_whole(f"MinimumStay.by_weekday[{weekday}]", nights)
        check_all("MinimumStay.by_period", self.by_period, MinimumStayPeriod)
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
