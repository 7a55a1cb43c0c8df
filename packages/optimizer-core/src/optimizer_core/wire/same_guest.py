"""Warnings about reservations that look like one guest, or like one row listed twice."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer_core.wire.notes import Notes
from optimizer_core.wire.problem import Reservation


def note_same_guests(entries: Sequence[Reservation], notes: Notes) -> None:
    """Note reservations of one ``Id`` that touch, or that agree in nights and room.

    A plan may give the two parts of a stay different rooms, so that the guest would have to move. With a
    ``SplitGroup`` the parts are meant to be separate entries.

    Parameters
    ----------
    entries
        The reservations of a document, in their order.
    notes
        Collects the warnings.
    """
    by_id: dict[str, list[int]] = {}
    for row, entry in enumerate(entries):
        if entry.id is not None and entry.id not in ("", -1):  # older clients send -1 for no id
            by_id.setdefault(repr(entry.id), []).append(row)
    for rows in by_id.values():
        if len(rows) > 1:
            _note_pairs(entries, rows, notes)


def _note_pairs(entries: Sequence[Reservation], rows: Sequence[int], notes: Notes) -> None:
    first_of: dict[object, int] = {}
    leaving: dict[int, int] = {}
    for row in rows:
        entry = entries[row]
        nights = (entry.arrival.toordinal(), entry.length)
        twin = first_of.setdefault((*nights, entry.assigned_room), row)
        if twin != row:
            notes.add(
                ("Reservations", row),
                f"has the Id, the nights and the room of entry {twin}; is it listed twice?",
            )
        elif entry.split_group in {None, ""}:
            leaving.setdefault(sum(nights), row)
    for row in rows:
        before = leaving.get(entries[row].arrival.toordinal())
        if before is not None and entries[row].split_group in {None, ""}:
            day = entries[row].arrival
            notes.add(
                ("Reservations", row),
                f"has the Id of entry {before} and arrives on {day}, when that leaves; the plan may give the "
                "guest two rooms",
            )
