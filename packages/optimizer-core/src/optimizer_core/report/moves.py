"""Why each stay moves: the gap it closes, or the stay it makes place for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from optimizer_core.domain import Gap, Plan, Problem, Stay, find_gaps
from optimizer_core.objective import gap_cost, members_apart, moved_stays
from optimizer_core.report.chains import Links, MoveChain, find_chains, find_links
from optimizer_core.report.timeline import timelines


class MoveReason(StrEnum):
    """What a move is good for; where several hold, the first of this list is given."""

    ENDS_OVERLAP = "two stays had the same room"
    TAKES_OWN_TYPE = "it was in a room of another type than its own"
    JOINS_GROUP = "it comes next to its group"
    FILLS_GAP = "it fills a gap"
    LEAVES_GAP = "it ends a gap by leaving"
    MAKES_PLACE = "it makes place for another stay"
    TAKES_PART = "it takes part in a chain of moves"


@dataclass(frozen=True, slots=True)
class Move:
    """One stay that changes rooms.

    Parameters
    ----------
    stay
        The stay.
    from_room, to_room
        Room numbers.
    reason
        What the move is good for.
    closes
        The costliest gap of the rooms as given that it helps to close; None if there is none.
    makes_place_for
        The first stay that takes its old room on one of its nights; None if there is none.
    chain
        Position of its chain.
    """

    stay: Stay
    from_room: str
    to_room: str
    reason: MoveReason
    closes: Gap | None
    makes_place_for: Stay | None
    chain: int


def explain_moves(
    problem: Problem, before: Plan, after: Plan
) -> tuple[tuple[Move, ...], tuple[MoveChain, ...]]:
    """Return the moves with their reasons in canonical order of stays, and the chains by first stay.

    Parameters
    ----------
    problem
        The hotel.
    before
        The rooms as given; stays without a room may be missing.
    after
        The plan.
    """
    stays = moved_stays(problem, after)
    if not stays:
        return (), ()
    gaps = (find_gaps(problem, before), find_gaps(problem, after))
    links = find_links(problem, stays, (before, after), gaps)
    chains = find_chains(problem, stays, links)
    chain_by_stay = {stay_id: index for index, chain in enumerate(chains) for stay_id in chain.stay_ids}
    closes = _costliest(links)
    compulsory = _reasons_beyond_gaps(problem, stays, before, after)
    moves = []
    for stay in stays:
        gap, takers = closes.get(stay.stay_id), links.place_for.get(stay.stay_id, ())
        to_room = str(after.room_of(stay))
        reason = compulsory.get(stay.stay_id) or _reason(gap, to_room, takers)
        moves.append(
            Move(
                stay,
                str(before.room_of(stay)),
                to_room,
                reason,
                gap,
                takers[0] if takers else None,
                chain_by_stay[stay.stay_id],
            )
        )
    return tuple(moves), chains


def _costliest(links: Links) -> dict[str, Gap]:
    """Return for each moving stay the costliest gap that it has a share in closing."""
    best: dict[str, Gap] = {}
    for gap, shared_by in links.closed:
        for stay in shared_by:
            known = best.get(stay.stay_id)
            if known is None or _order(gap) > _order(known):
                best[stay.stay_id] = gap
    return best


def _order(gap: Gap) -> int:
    # Any scale orders alike, as long as all costs are whole.
    return gap_cost(gap.minimum_stay_nights, gap.nights, 1 << gap.minimum_stay_nights)


def _reason(gap: Gap | None, to_room: str, takers: Sequence[Stay]) -> MoveReason:
    if gap is not None:
        return MoveReason.FILLS_GAP if gap.room_number == to_room else MoveReason.LEAVES_GAP
    return MoveReason.MAKES_PLACE if takers else MoveReason.TAKES_PART


def _reasons_beyond_gaps(
    problem: Problem, stays: Sequence[Stay], before: Plan, after: Plan
) -> Mapping[str, MoveReason]:
    """Return the reasons that outweigh gaps: overlaps, types and groups."""
    type_by_room = {room.number: room.room_type for room in problem.rooms}
    given = timelines(problem.stays, before)
    apart_before = {stay.stay_id for group in members_apart(problem, before).values() for stay in group}
    apart_after = {stay.stay_id for group in members_apart(problem, after).values() for stay in group}
    reasons: dict[str, MoveReason] = {}
    for stay in stays:
        old, new = str(before.room_of(stay)), str(after.room_of(stay))
        others = given[old].during(stay.arrival, stay.departure)
        if any(other.stay_id != stay.stay_id for other in others):
            reasons[stay.stay_id] = MoveReason.ENDS_OVERLAP
        elif stay.is_upgrade(type_by_room[old]) and not stay.is_upgrade(type_by_room[new]):
            reasons[stay.stay_id] = MoveReason.TAKES_OWN_TYPE
        elif stay.stay_id in apart_before and stay.stay_id not in apart_after:
            reasons[stay.stay_id] = MoveReason.JOINS_GROUP
    return reasons
