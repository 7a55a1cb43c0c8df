"""Stays of one room by date, and which of them touch a gap."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import accumulate

from optimizer_core.domain import Gap, Plan, Stay


class Timeline:
    """Stays of one room, found by date; they may overlap.

    Parameters
    ----------
    stays
        The stays, in order of arrival.
    """

    def __init__(self, stays: Iterable[Stay] = ()) -> None:
        self.stays = tuple(stays)
        self._latest_departures = list(accumulate((stay.departure for stay in self.stays), max))

    def __contains__(self, stay: Stay) -> bool:
        """Return whether the stay is one of them."""
        return any(other.stay_id == stay.stay_id for other in self.during(stay.arrival, stay.departure))

    def during(self, first: date, end: date) -> Iterator[Stay]:
        """Yield the stays that occupy one of the nights ``[first, end)``."""
        for stay in self.stays[bisect_right(self._latest_departures, first) :]:
            if stay.arrival >= end:
                return
            if stay.departure > first:
                yield stay


EMPTY = Timeline()
"""The timeline of a room without stays."""


def timelines(stays: Iterable[Stay], plan: Plan) -> dict[str, Timeline]:
    """Return the timeline of each room that some of the stays, in order of arrival, have in a plan."""
    by_room: dict[str, list[Stay]] = {}
    rooms = plan.room_by_stay
    for stay in stays:
        number = rooms.get(stay.stay_id)
        if number is not None:
            by_room.setdefault(number, []).append(stay)
    return {number: Timeline(members) for number, members in by_room.items()}


def sharers(gap: Gap, left: Mapping[str, Timeline], entered: Mapping[str, Timeline]) -> list[Stay]:
    """Return the stays whose moves between two plans close a gap of the first plan.

    They enter the room during the gap, or are next to the gap and leave the room.

    Parameters
    ----------
    gap
        A gap of the first plan.
    left, entered
        By room number, the moving stays in their rooms of the first and of the second plan.
    """
    leavers = left.get(gap.room_number, EMPTY)
    comers = entered.get(gap.room_number, EMPTY)
    found = [stay for stay in (gap.before, gap.after) if stay in leavers]
    return [*found, *comers.during(gap.start, gap.after.arrival)]
