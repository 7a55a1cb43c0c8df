"""Stays that change rooms."""

from __future__ import annotations

from optimizer_core.domain import Plan, Problem, Stay
from optimizer_core.objective.term import Match, Term


def moved_stays(problem: Problem, plan: Plan) -> list[Stay]:
    """Return the stays that have a current room of the hotel and get another, in canonical order."""
    known = problem.room_index
    return [
        stay
        for stay in problem.stays
        if stay.current_room is not None
        and stay.current_room in known
        and plan.room_of(stay) not in (None, stay.current_room)
    ]


def move_term(problem: Problem, plan: Plan) -> Term:
    """Return the moves of a plan, each counting one."""
    return Term(
        "moves",
        tuple(
            Match(
                1,
                (stay.stay_id,),
                (str(stay.current_room), str(plan.room_of(stay))),
                stay.arrival,
                stay.los_nights,
                f"from room {stay.current_room} to room {plan.room_of(stay)}",
            )
            for stay in moved_stays(problem, plan)
        ),
    )
