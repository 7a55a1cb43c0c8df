"""Adjacency groups: members that have no other member next door."""

from __future__ import annotations

from optimizer_core.domain import LONGEST_HALVING_NIGHTS, Plan, Problem, Stay
from optimizer_core.objective.term import Match, Term

PENALTY_POINTS = 100
"""A member without a neighbor costs this many times 2^m points, m the hotel's default minimum stay.

From `LONGEST_HALVING_NIGHTS` on, m counts no further.
"""


def adjacency_penalty(problem: Problem) -> int:
    """Return the cost of one member that has no other member in an adjacent room: 100 * 2^m, scaled."""
    halvings = min(problem.minimum_stay.default_nights, LONGEST_HALVING_NIGHTS)
    return (PENALTY_POINTS << halvings) * problem.cost_scale


def members_apart(problem: Problem, plan: Plan) -> dict[str, list[Stay]]:
    """Return the members of each group that have no other member in an adjacent room, by label."""
    adjacent = {room.number: room.adjacent for room in problem.rooms}
    apart: dict[str, list[Stay]] = {}
    for label, members in problem.groups.items():
        rooms = {member.stay_id: plan.room_of(member) for member in members}
        for member in members:
            near = adjacent.get(rooms[member.stay_id] or "", frozenset())
            if not any(rooms[other.stay_id] in near for other in members if other is not member):
                apart.setdefault(label, []).append(member)
    return apart


def adjacency_term(problem: Problem, plan: Plan) -> Term:
    """Return the penalties of group members without a neighbor."""
    penalty = adjacency_penalty(problem)
    matches = []
    for label, members in members_apart(problem, plan).items():
        for member in members:
            number = plan.room_of(member)
            matches.append(
                Match(
                    penalty,
                    (member.stay_id,),
                    () if number is None else (number,),
                    member.arrival,
                    member.los_nights,
                    f"no other member of group {label!r} is next door",
                )
            )
    return Term("adjacency", tuple(matches))
