"""Restrictions by date, and the stays that a calendar of restrictions admits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class DailyRestriction:
    """The restrictions of one date; None means no restriction.

    Parameters
    ----------
    min_los_arrival_nights, max_los_arrival_nights
        Least and most nights of stays that arrive on the date.
    closed_to_arrival, closed_to_departure
        Whether no stay may begin, or end, on the date.
    min_los_through_nights, max_los_through_nights
        Least and most nights of stays that occupy the night of the date.
    full_pattern_los
        Which lengths may arrive on the date, from one night on; longer ones may not.

    Raises
    ------
    ValueError
        If a length is below 1, or a maximum below its minimum.
    """

    min_los_arrival_nights: int | None = None
    max_los_arrival_nights: int | None = None
    closed_to_arrival: bool = False
    closed_to_departure: bool = False
    min_los_through_nights: int | None = None
    max_los_through_nights: int | None = None
    full_pattern_los: tuple[bool, ...] | None = None

    def __post_init__(self) -> None:
        """Check the lengths against each other."""
        for what, least, most in (
            ("by arrival", self.min_los_arrival_nights, self.max_los_arrival_nights),
            ("through", self.min_los_through_nights, self.max_los_through_nights),
        ):
            if any(nights is not None and nights < 1 for nights in (least, most)):
                raise ValueError(f"a length of stay {what} is below 1 night; None means no restriction")
            if least is not None and most is not None and most < least:
                raise ValueError(
                    f"the maximum stay {what} is {most}, the minimum {least}; close the arrival instead"
                )

    @property
    def is_open(self) -> bool:
        """Whether the date has no restriction at all."""
        return self == _OPEN

    def admits_arrival(self, los_nights: int) -> bool:
        """Return whether a stay of this length may arrive on the date."""
        pattern = self.full_pattern_los
        return (
            not self.closed_to_arrival
            and _within(los_nights, self.min_los_arrival_nights, self.max_los_arrival_nights)
            and (pattern is None or (los_nights <= len(pattern) and pattern[los_nights - 1]))
        )

    def admits_through(self, los_nights: int) -> bool:
        """Return whether a stay of this length may occupy the night of the date."""
        return _within(los_nights, self.min_los_through_nights, self.max_los_through_nights)


_OPEN = DailyRestriction()


def _within(nights: int, least: int | None, most: int | None) -> bool:
    return (least is None or nights >= least) and (most is None or nights <= most)


@dataclass(frozen=True)
class RestrictionCalendar:
    """Restrictions of consecutive dates; other dates have none.

    Parameters
    ----------
    start
        Date of the first entry.
    days
        One entry a date. The calendar of a schedule has one more entry than nights: the last is for
        departures only.
    """

    start: date
    days: tuple[DailyRestriction, ...]

    @property
    def end(self) -> date:
        """Date after the last entry."""
        return self.start + timedelta(len(self.days))

    def on(self, day: date) -> DailyRestriction:
        """Return the restrictions of a date."""
        position = (day - self.start).days
        return self.days[position] if 0 <= position < len(self.days) else _OPEN

    def admits(self, arrival: date, los_nights: int) -> bool:
        """Return whether the restrictions allow selling a stay.

        Parameters
        ----------
        arrival
            First night.
        los_nights
            Length of stay, from 1.
        """
        return (
            self.on(arrival).admits_arrival(los_nights)
            and not self.on(arrival + timedelta(los_nights)).closed_to_departure
            and all(
                self.on(arrival + timedelta(night)).admits_through(los_nights) for night in range(los_nights)
            )
        )
