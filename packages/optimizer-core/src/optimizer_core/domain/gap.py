"""The holes between consecutive stays of a room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from optimizer_core.domain.plan import Plan, stays_by_room
from optimizer_core.domain.problem import Problem
from optimizer_core.domain.stay import Stay


@dataclass(frozen=True, slots=True)
class Gap:
    """Free nights of one room between two consecutive stays.

    Parameters
    ----------
    room_number
        The room.
    before, after
        The stay that leaves before the gap and the one that arrives after it.
    minimum_stay_nights
        Minimum stay of the gap's first night.
    """

    room_number: str
    before: Stay
    after: Stay
    minimum_stay_nights: int

    @property
    def start(self) -> date:
        """First free night."""
        return self.before.departure

    @property
    def nights(self) -> int:
        """Number of free nights."""
        return (self.after.arrival - self.before.departure).days

    @property
    def last(self) -> date:
        """Last free night."""
        return self.after.arrival - timedelta(1)

    @property
    def is_orphan(self) -> bool:
        """Whether the gap is shorter than the minimum stay, so that it cannot be sold."""
        return self.nights < self.minimum_stay_nights


def find_gaps(problem: Problem, plan: Plan) -> list[Gap]:
    """Return the gaps of a plan by room and date; free nights at the edges of the schedule do not count."""
    minimum = problem.minimum_stays
    found = []
    for number, stays in stays_by_room(problem, plan).items():
        for before, after in pairwise(stays):
            if after.arrival > before.departure:
                night = problem.night(before.departure)
                found.append(Gap(number, before, after, minimum[night]))
    return found


def count_orphan_nights(problem: Problem, plan: Plan) -> int:
    """Return the number of free nights in orphan gaps."""
    return sum(gap.nights for gap in find_gaps(problem, plan) if gap.is_orphan)
