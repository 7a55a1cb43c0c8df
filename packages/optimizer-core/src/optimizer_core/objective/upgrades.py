"""Stays that got a further allowed type instead of their own."""

from __future__ import annotations

from optimizer_core.domain import Plan, Problem
from optimizer_core.objective.term import Match, Term


def upgrade_term(problem: Problem, plan: Plan) -> Term:
    """Return the stays outside their own type, each counting one."""
    type_by_room = {room.number: room.room_type for room in problem.rooms}
    matches = []
    for stay in problem.stays:
        number = plan.room_of(stay)
        if number is not None and stay.is_upgrade(type_by_room[number]):
            why = f"booked {stay.room_type!r}, given {type_by_room[number]!r}"
            matches.append(Match(1, (stay.stay_id,), (number,), stay.arrival, stay.los_nights, why))
    return Term("upgrades", tuple(matches))
