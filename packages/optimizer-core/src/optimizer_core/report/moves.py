"""Why each stay moves: the gap that it closes, or the stay that it makes room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from optimizer_core.domain import LONGEST_HALVING_NIGHTS, Gap, Plan, Problem, Stay
from optimizer_core.objective import gap_cost, members_apart, moved_stays
from optimizer_core.report.chains import MoveChain, Packing, find_chains, find_takers
from optimizer_core.report.timeline import sharers, timelines


class MoveReason(StrEnum):
    """The purpose of a move; if several apply, the first of this list."""

    ENDS_OVERLAP = "two stays had the same room"
    LEAVES_BLOCK = "its room is blocked"
    TAKES_OWN_TYPE = "it was in a room of another type than its own"
    JOINS_GROUP = "it comes next to its group"
    FILLS_GAP = "it fills a gap"
    LEAVES_GAP = "its departure from the room closes a gap"
    MAKES_PLACE = "it makes room for another stay"
    TAKES_PART = "it is needed for other moves"


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
        The purpose of the move.
    closes
        The costliest gap of the current rooms that it helps to close; None if it closes no gap.
    makes_place_for
        The first stay that takes its old room on one of its nights; None without such a stay.
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
    problem: Problem,
    plans: tuple[Plan, Plan],
    gaps: tuple[Sequence[Gap], Sequence[Gap]],
    *,
    is_comparable: bool,
) -> tuple[tuple[Move, ...], tuple[MoveChain, ...]]:
    """Return the moves with their reasons in canonical order of stays, and the chains by first stay.

    Parameters
    ----------
    problem
        The hotel.
    plans
        The current rooms, where stays without a room may be missing, and the plan.
    gaps
        All gaps of each.
    is_comparable
        Whether the current rooms are valid except for room types, so that moves can be left out.
    """
    before, after = plans
    stays = moved_stays(problem, after)
    if not stays:
        return (), ()
    takers = find_takers(problem, before, after)
    chains = find_chains(stays, takers)
    chain_by_stay = {stay.stay_id: index for index, chain in enumerate(chains) for stay in chain}
    closes = _closed_gaps(stays, plans, gaps)
    beyond_gaps = _reasons_beyond_gaps(problem, stays, before, after)
    if not is_comparable:
        beyond_gaps |= _overlaps(problem, stays, before)
    moves = []
    for stay in stays:
        gap, comers = closes.get(stay.stay_id), takers.get(stay.stay_id, ())
        to_room = str(after.room_of(stay))
        moves.append(
            Move(
                stay,
                str(before.room_of(stay)),
                to_room,
                beyond_gaps.get(stay.stay_id) or _reason(gap, to_room, comers),
                gap,
                comers[0] if comers else None,
                chain_by_stay[stay.stay_id],
            )
        )
    packing = Packing(problem, after) if is_comparable else None
    return tuple(moves), tuple(_valued(chain, packing, before) for chain in chains)


def _valued(chain: Sequence[Stay], packing: Packing | None, before: Plan) -> MoveChain:
    stay_ids = tuple(stay.stay_id for stay in chain)
    if packing is None:
        return MoveChain(stay_ids)
    return MoveChain(stay_ids, *packing.saved_by(chain, before))


def _closed_gaps(
    stays: Sequence[Stay], plans: tuple[Plan, Plan], gaps: tuple[Sequence[Gap], Sequence[Gap]]
) -> dict[str, Gap]:
    """Return, for each moving stay, the costliest gap of the current rooms that it helps to close."""
    still_there = {(gap.room_number, gap.start, gap.nights) for gap in gaps[1]}
    left, entered = timelines(stays, plans[0]), timelines(stays, plans[1])
    costliest: dict[str, Gap] = {}
    for gap in gaps[0]:
        if not _cost(gap) or (gap.room_number, gap.start, gap.nights) in still_there:
            continue
        for stay in sharers(gap, left, entered):
            known = costliest.get(stay.stay_id)
            if known is None or _cost(gap) > _cost(known):
                costliest[stay.stay_id] = gap
    return costliest


def _cost(gap: Gap) -> int:
    return gap_cost(gap.minimum_stay_nights, gap.nights, 1 << LONGEST_HALVING_NIGHTS)


def _reason(gap: Gap | None, to_room: str, takers: Sequence[Stay]) -> MoveReason:
    if gap is not None:
        return MoveReason.FILLS_GAP if gap.room_number == to_room else MoveReason.LEAVES_GAP
    return MoveReason.MAKES_PLACE if takers else MoveReason.TAKES_PART


def _reasons_beyond_gaps(
    problem: Problem, stays: Sequence[Stay], before: Plan, after: Plan
) -> dict[str, MoveReason]:
    """Return the reasons that outweigh gaps: types and groups."""
    type_by_room = {room.number: room.room_type for room in problem.rooms}
    apart_before = {stay.stay_id for group in members_apart(problem, before).values() for stay in group}
    apart_after = {stay.stay_id for group in members_apart(problem, after).values() for stay in group}
    reasons: dict[str, MoveReason] = {}
    for stay in stays:
        old, new = str(before.room_of(stay)), str(after.room_of(stay))
        if stay.is_upgrade(type_by_room[old]) and not stay.is_upgrade(type_by_room[new]):
            reasons[stay.stay_id] = MoveReason.TAKES_OWN_TYPE
        elif stay.stay_id in apart_before and stay.stay_id not in apart_after:
            reasons[stay.stay_id] = MoveReason.JOINS_GROUP
    return reasons


def _overlaps(problem: Problem, stays: Sequence[Stay], before: Plan) -> dict[str, MoveReason]:
    """Return the moving stays that shared their room with another on one of their nights."""
    given = timelines(problem.stays, before)

    def reason(stay: Stay) -> MoveReason | None:
        others = given[str(before.room_of(stay))].during(stay.arrival, stay.departure)
        found = [other for other in others if other.stay_id != stay.stay_id]
        if any(other.is_block for other in found):
            return MoveReason.LEAVES_BLOCK
        return MoveReason.ENDS_OVERLAP if found else None

    return {stay.stay_id: why for stay in stays if (why := reason(stay)) is not None}
