"""Chains of moves that make room for each other, and what each chain saves.

Two moves belong to one chain if one stay takes the room of the other on one of its nights. All moves of a
chain can therefore be left out together: the plan stays valid, and its extra cost is what the chain saves.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from optimizer_core.domain import Gap, Plan, Problem, Stay
from optimizer_core.objective import gap_cost
from optimizer_core.report.timeline import EMPTY, timelines


@dataclass(frozen=True, slots=True)
class MoveChain:
    """Moves that make room for each other.

    Parameters
    ----------
    stay_ids
        Stays that move, in canonical order.
    gap_cost_saved
        Additional points of gap cost of the plan without these moves; None if the current rooms are not a
        valid plan to compare with.
    orphan_nights_closed
        Additional orphan nights of the plan without these moves; None likewise.
    """

    stay_ids: tuple[str, ...]
    gap_cost_saved: Fraction | None = None
    orphan_nights_closed: int | None = None


def find_takers(problem: Problem, before: Plan, after: Plan) -> dict[str, tuple[Stay, ...]]:
    """Return, for each stay that leaves a room, the stays that take the room on one of its nights.

    Parameters
    ----------
    problem
        The hotel.
    before, after
        The current rooms, and the plan.
    """
    moving = [stay for stay in problem.stays if before.room_of(stay) != after.room_of(stay)]
    left, entered = timelines(moving, before), timelines(moving, after)
    takers: dict[str, list[Stay]] = {}
    for number, comers in entered.items():
        goers = left.get(number, EMPTY)
        for comer in comers.stays:
            for goer in goers.during(comer.arrival, comer.departure):
                takers.setdefault(goer.stay_id, []).append(comer)
    return {stay_id: tuple(found) for stay_id, found in takers.items()}


def find_chains(stays: Sequence[Stay], takers: Mapping[str, Sequence[Stay]]) -> list[tuple[Stay, ...]]:
    """Return the stays of each chain, the chains by their first stay.

    Parameters
    ----------
    stays
        The stays that move, in canonical order.
    takers
        Result of `find_takers`.
    """
    parent = {stay.stay_id: stay.stay_id for stay in stays}

    def root_of(stay_id: str) -> str:
        while parent[stay_id] != stay_id:
            parent[stay_id] = parent[parent[stay_id]]
            stay_id = parent[stay_id]
        return stay_id

    for goer, comers in takers.items():
        for comer in comers:
            if comer.stay_id in parent:  # else it had no room before, so it is not a move
                parent[root_of(comer.stay_id)] = root_of(goer)
    members: dict[str, list[Stay]] = {}
    for stay in stays:
        members.setdefault(root_of(stay.stay_id), []).append(stay)
    return [tuple(chain) for chain in members.values()]


class Packing:
    """The stays of a plan by room, to compute what changes if some stays are in other rooms.

    Parameters
    ----------
    problem
        The hotel.
    plan
        A plan without two stays in one room on one night.
    """

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self._problem = problem
        self._plan = plan
        self._by_room = {number: list(line.stays) for number, line in timelines(problem.stays, plan).items()}

    def saved_by(self, chain: Sequence[Stay], before: Plan) -> tuple[Fraction, int]:
        """Return the points of gap cost and the orphan nights that a chain saves.

        Parameters
        ----------
        chain
            Stays of one chain.
        before
            The current rooms; a valid plan.
        """
        leave: dict[str, list[Stay]] = {}
        come_back: dict[str, list[Stay]] = {}
        for stay in chain:
            leave.setdefault(str(self._plan.room_of(stay)), []).append(stay)
            come_back.setdefault(str(before.room_of(stay)), []).append(stay)
        cost = nights = 0
        for number in {**leave, **come_back}:
            now = self._around(number, [*leave.get(number, ()), *come_back.get(number, ())])
            gone = {stay.stay_id for stay in leave.get(number, ())}
            without = [stay for stay in now if stay.stay_id not in gone] + come_back.get(number, [])
            without.sort(key=lambda stay: stay.arrival)
            cost_without, nights_without = self._measure(number, without)
            cost_now, nights_now = self._measure(number, now)
            cost, nights = cost + cost_without - cost_now, nights + nights_without - nights_now
        return Fraction(cost, self._problem.cost_scale), nights

    def _around(self, number: str, stays: Iterable[Stay]) -> list[Stay]:
        """Return the stays of a room from the last before some nights to the first after them."""
        here = self._by_room.get(number, [])
        first = min(stay.arrival for stay in stays)
        last = max(stay.departure for stay in stays)
        begin = bisect_left(here, first, key=lambda stay: stay.arrival)
        end = bisect_left(here, last, key=lambda stay: stay.arrival)
        return here[max(0, begin - 1) : end + 1]

    def _measure(self, number: str, stays: Sequence[Stay]) -> tuple[int, int]:
        """Return the scaled gap cost and the orphan nights between consecutive stays of a room."""
        problem, cost, nights = self._problem, 0, 0
        for earlier, later in pairwise(stays):
            if later.arrival > earlier.departure:
                minimum = problem.minimum_stays[problem.night(earlier.departure)]
                gap = Gap(number, earlier, later, minimum)
                cost += gap_cost(minimum, gap.nights, problem.cost_scale)
                nights += gap.nights if gap.is_orphan else 0
        return cost, nights
