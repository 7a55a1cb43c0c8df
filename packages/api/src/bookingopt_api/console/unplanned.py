"""Adds the stays of the problem to a result without a plan, so that the page can name those that compete."""

from __future__ import annotations

from optimizer_core.wire import PlanEntry, ProblemDocument, Reservation, ResultDocument


def with_stays(result: ResultDocument, problem: ProblemDocument) -> ResultDocument:
    """Return a result whose stays are those of the problem, in their current rooms.

    Parameters
    ----------
    result
        A result without a plan and without current rooms.
    problem
        The document it answers; some of its stays have no room, or share one.
    """
    return result.model_copy(update={"initial_plan": [_entry(stay) for stay in problem.reservations]})


def _entry(stay: Reservation) -> PlanEntry:
    return PlanEntry(
        name=stay.name,
        id=stay.id,
        is_locked=bool(stay.is_locked),
        assigned_room=stay.assigned_room,
        room_type=stay.room_type,
        arrival=stay.arrival,
        length=stay.length,
        adjacency_group=stay.adjacency_group,
    )
