"""The list of moves for the front desk, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from bookingopt_api.console.names import name_of, with_names
from bookingopt_api.console.nights import is_weekend
from optimizer_core.wire import ResultDocument


@dataclass(frozen=True, slots=True)
class MoveLine:
    """One stay that changes rooms.

    Parameters
    ----------
    position
        Position of the stay in the plan.
    name, identity
        Guest, and Id of the reservation as text; empty if it has none.
    arrival, departure, nights
        First night, morning after the last, and number of nights.
    from_room, to_room
        Room numbers.
    from_type, to_type
        Their types.
    reason
        Why, in one sentence.
    """

    position: int
    name: str
    identity: str
    arrival: date
    departure: date
    nights: int
    from_room: str
    to_room: str
    from_type: str
    to_type: str
    reason: str


@dataclass(frozen=True, slots=True)
class DayOfMoves:
    """The stays of one arrival date that change rooms."""

    day: date
    is_weekend: bool
    is_today: bool
    lines: tuple[MoveLine, ...]


def moves_by_day(result: ResultDocument, today: date) -> tuple[DayOfMoves, ...]:
    """Return the moves by arrival, and within a day in the order of the rooms they leave.

    Parameters
    ----------
    result
        The result document.
    today
        The arrival to be marked.
    """
    order = {room.room_number: row for row, room in enumerate(result.rooms)}
    types = {room.room_number: room.room_type or "" for room in result.rooms}
    entries = result.optimized_plan
    lines = [
        MoveLine(
            move.reservation,
            name_of(entries, move.reservation),
            "" if move.id is None else str(move.id),
            move.arrival,
            move.arrival + timedelta(move.length),
            move.length,
            move.from_room,
            move.to_room,
            types.get(move.from_room, ""),
            types.get(move.to_room, ""),
            with_names(move.reason, entries),
        )
        for move in result.moves
    ]
    lines.sort(key=lambda line: (line.arrival, order.get(line.from_room, len(order)), line.position))
    return tuple(
        DayOfMoves(day, is_weekend(day), day == today, tuple(of_day))
        for day, of_day in groupby(lines, key=lambda line: line.arrival)
    )
