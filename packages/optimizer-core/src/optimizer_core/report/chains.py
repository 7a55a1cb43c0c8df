"""Moves that hang together, and what they save together.

Two moves belong to one chain if one stay takes the room of the other on one of its nights, or if both
have a share in the same gap. A gap that only one of the two plans has belongs to exactly one chain, so
the savings of the chains sum up to the saving of the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer_core.domain import Gap, Plan, Problem, Stay
from optimizer_core.objective import gap_cost
from optimizer_core.report.timeline import EMPTY, Timeline, sharers, timelines


@dataclass(frozen=True, slots=True)
class MoveChain:
    """Moves that hang together.

    Parameters
    ----------
    stay_ids
        Stays that move, in canonical order.
    closed, opened
        Gaps with a cost that are there only before, and only after.
    gap_cost_saved
        Points of gap cost before minus after.
    """

    stay_ids: tuple[str, ...]
    closed: tuple[Gap, ...]
    opened: tuple[Gap, ...]
    gap_cost_saved: Fraction

    @property
    def orphan_nights_closed(self) -> int:
        """Orphan nights before minus after."""
        closed = sum(gap.nights for gap in self.closed if gap.is_orphan)
        return closed - sum(gap.nights for gap in self.opened if gap.is_orphan)


@dataclass(frozen=True, slots=True)
class Links:
    """What holds the moves of a plan together.

    Parameters
    ----------
    place_for
        By id of a moving stay: the stays that take its old room on one of its nights.
    closed, opened
        Gaps with a cost that only the first or only the second plan has, each with the moving stays
        that have a share in it.
    """

    place_for: Mapping[str, tuple[Stay, ...]]
    closed: tuple[tuple[Gap, tuple[Stay, ...]], ...]
    opened: tuple[tuple[Gap, tuple[Stay, ...]], ...]


def find_links(
    problem: Problem,
    stays: Sequence[Stay],
    plans: tuple[Plan, Plan],
    gaps: tuple[Sequence[Gap], Sequence[Gap]],
) -> Links:
    """Return what holds the moves together.

    Parameters
    ----------
    problem
        The hotel.
    stays
        The stays that move, in canonical order.
    plans, gaps
        The rooms as given and the plan, and all gaps of each.
    """
    moving = {stay.stay_id for stay in stays}
    newly_placed = [stay for stay in problem.stays if plans[0].room_of(stay) != plans[1].room_of(stay)]
    left, entered = timelines(stays, plans[0]), timelines(newly_placed, plans[1])
    place_for: dict[str, list[Stay]] = {}
    for number, comers in entered.items():
        goers = left.get(number, EMPTY)
        for comer in comers.stays:
            for goer in goers.during(comer.arrival, comer.departure):
                place_for.setdefault(goer.stay_id, []).append(comer)

    def shared(gap: Gap, out: dict[str, Timeline], into: dict[str, Timeline]) -> tuple[Stay, ...]:
        return tuple(stay for stay in sharers(gap, out, into) if stay.stay_id in moving)

    closed, opened = _only_in_first(problem, *gaps), _only_in_first(problem, *reversed(gaps))
    return Links(
        {stay_id: tuple(takers) for stay_id, takers in place_for.items()},
        tuple((gap, shared(gap, left, entered)) for gap in closed),
        tuple((gap, shared(gap, entered, left)) for gap in opened),
    )


def find_chains(problem: Problem, stays: Sequence[Stay], links: Links) -> tuple[MoveChain, ...]:
    """Return the chains by their first stay.

    Parameters
    ----------
    problem
        The hotel.
    stays
        The stays that move, in canonical order.
    links
        What holds them together.
    """
    root = _roots(stays, links)
    members: dict[str, list[str]] = {}
    for stay in stays:
        members.setdefault(root[stay.stay_id], []).append(stay.stay_id)
    closed, opened = _gaps_by_chain(links.closed, root), _gaps_by_chain(links.opened, root)
    return tuple(
        MoveChain(
            tuple(stay_ids),
            tuple(closed.get(head, ())),
            tuple(opened.get(head, ())),
            _cost(problem, closed.get(head, ())) - _cost(problem, opened.get(head, ())),
        )
        for head, stay_ids in members.items()
    )


def _roots(stays: Sequence[Stay], links: Links) -> dict[str, str]:
    """Return for each moving stay the id that stands for its chain."""
    parent = {stay.stay_id: stay.stay_id for stay in stays}

    def root_of(stay_id: str) -> str:
        while parent[stay_id] != stay_id:
            parent[stay_id] = parent[parent[stay_id]]
            stay_id = parent[stay_id]
        return stay_id

    for goer, takers in links.place_for.items():
        for taker in takers:
            if taker.stay_id in parent:  # else it had no room and moves nowhere
                parent[root_of(taker.stay_id)] = root_of(goer)
    for _, shared_by in (*links.closed, *links.opened):
        for other in shared_by[1:]:
            parent[root_of(other.stay_id)] = root_of(shared_by[0].stay_id)
    return {stay_id: root_of(stay_id) for stay_id in parent}


def _gaps_by_chain(
    gaps: Iterable[tuple[Gap, tuple[Stay, ...]]], root: Mapping[str, str]
) -> dict[str, list[Gap]]:
    by_chain: dict[str, list[Gap]] = {}
    for gap, shared_by in gaps:
        if shared_by:  # else a stay that had no room is why
            by_chain.setdefault(root[shared_by[0].stay_id], []).append(gap)
    return by_chain


def _only_in_first(problem: Problem, first: Sequence[Gap], second: Sequence[Gap]) -> list[Gap]:
    """Return the gaps with a cost whose room and nights are no gap of the second plan."""
    kept = {(gap.room_number, gap.start, gap.nights) for gap in second}
    return [
        gap
        for gap in first
        if (gap.room_number, gap.start, gap.nights) not in kept and _cost(problem, (gap,))
    ]


def _cost(problem: Problem, gaps: Iterable[Gap]) -> Fraction:
    scale = problem.cost_scale
    return Fraction(sum(gap_cost(gap.minimum_stay_nights, gap.nights, scale) for gap in gaps), scale)
