"""From a hotel that was made in Python to the document that describes it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from optimizer_core.domain import Problem, Stay
from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.faults import WEEKDAYS
from optimizer_core.wire.load import to_document


def from_problem(problem: Problem) -> LoadedProblem:
    """Return a hotel with its document; ids of stays are the ``Id`` of reservations.

    Parameters
    ----------
    problem
        The hotel.

    Raises
    ------
    InvalidDocument
        If a document cannot hold it, such as a room without a number.
    """
    by_weekday = problem.minimum_stay.by_weekday
    value: dict[str, Any] = {
        "ProblemId": problem.problem_id,
        "Rooms": [
            {"RoomNumber": room.number, "RoomType": room.room_type, "AdjacentRooms": sorted(room.adjacent)}
            for room in problem.rooms
        ],
        "Reservations": [_reservation(problem, stay) for stay in problem.guest_stays],
        "RoomBlocks": [
            {"RoomNumber": stay.current_room, "Start": _text(stay.arrival), "End": _text(stay.departure)}
            for stay in problem.stays
            if stay.is_block
        ]
        or None,
        "MinimumStay": problem.minimum_stay.default_nights,
        "MinimumStayByDay": {WEEKDAYS[day]: nights for day, nights in by_weekday.items()} or None,
        "MinimumStayByDate": [
            {"Start": _text(period.first), "End": _text(period.last), "MinimumStay": period.nights}
            for period in problem.minimum_stay.by_period
        ],
        "RequestStartDate": _text(problem.movable_first),
        "RequestEndDate": _text(problem.movable_last),
        "ScheduleStart": _text(problem.schedule_start),
        "ScheduleEnd": _text(problem.schedule_end),
        "Today": _text(problem.today),
        "FreezeDays": problem.freeze_days or None,
    }
    stay_ids = tuple(stay.stay_id for stay in problem.guest_stays)
    return LoadedProblem(problem, to_document(value), stay_ids)


def _reservation(problem: Problem, stay: Stay) -> dict[str, Any]:
    # A stay in house has arrived before the schedule, on a night that no longer counts.
    before = int(stay.is_in_house and stay.arrival == problem.schedule_start)
    return {
        "Id": stay.stay_id,
        "Arrival": _text(stay.arrival - timedelta(before)),
        "Length": stay.los_nights + before,
        "RoomType": stay.room_type,
        "AllowableRoomTypes": list(stay.further_types),
        "TypeOrder": list(stay.further_types),
        "AssignedRoom": stay.current_room,
        "IsLocked": stay.is_locked or (stay.is_in_house and not before),
        "AdjacencyGroup": stay.group,
    }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
