"""Moves as a table for the front desk: one line for each, by day."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from optimizer_core.wire.csv_cells import guarded, weekday
from optimizer_core.wire.result import MoveEntry, ResultDocument

_HEADER = (
    "date",
    "weekday",
    "from_room",
    "to_room",
    "to_room_type",
    "name",
    "id",
    "arrival",
    "departure",
    "nights",
    "reason",
)


def moves_csv(result: ResultDocument) -> bytes:
    """Return the moves of a result as CSV in UTF-8 with a header, in order of due date.

    A move is due on the arrival or, if the guest is already in the hotel, on the day of the result. Texts
    that a spreadsheet would treat as a formula get an apostrophe before them.

    Parameters
    ----------
    result
        The result.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(_HEADER)
    type_by_room = {entry.room_number: entry.room_type or "" for entry in result.rooms}
    today = result.processing_date
    for move in sorted(result.moves, key=lambda move: (_due(move, today), move.from_room, move.arrival)):
        due = _due(move, today)
        writer.writerow(
            (
                due.isoformat(),
                weekday(due),
                guarded(move.from_room),
                guarded(move.to_room),
                guarded(type_by_room.get(move.to_room, "")),
                guarded(move.name or ""),
                "" if move.id is None else guarded(str(move.id)),
                move.arrival.isoformat(),
                _departure(move).isoformat(),
                move.length,
                guarded(move.reason),
            )
        )
    return text.getvalue().encode()


def _due(move: MoveEntry, today: date) -> date:
    is_in_house = move.arrival < today < _departure(move)
    return today if is_in_house else move.arrival


def _departure(move: MoveEntry) -> date:
    return move.arrival + timedelta(move.length)
