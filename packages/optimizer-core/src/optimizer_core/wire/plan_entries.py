"""Maps the plan in a result document to the stays of its problem."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.problem import ProblemDocument, Reservation
from optimizer_core.wire.result import PlanEntry


def rooms_of(loaded: LoadedProblem, entries: Sequence[PlanEntry]) -> tuple[dict[str, str], list[str]]:
    """Return the room of each stay, and a sentence for each entry that matches no stay of the problem.

    Parameters
    ----------
    loaded
        The hotel and its document.
    entries
        ``OptimizedPlan`` of a result, in any order.

    Returns
    -------
    tuple
        Room number by id of each stay and block, and the sentences.
    """
    blocks = (stay for stay in loaded.problem.stays if stay.is_block)
    rooms = {block.stay_id: str(block.current_room) for block in blocks}
    faults: list[str] = []
    for index, (entry, row) in enumerate(zip(entries, _rows(loaded.document, entries), strict=True)):
        if row is None and not entry.test_stay:
            faults.append(
                f"OptimizedPlan[{index}] matches no reservation of the problem, or one that another entry has"
            )
        elif row is not None and loaded.stay_ids[row] not in loaded.problem.stay_index:
            if entry.assigned_room != loaded.document.reservations[row].assigned_room:
                faults.append(f"OptimizedPlan[{index}] lies outside the schedule, but has another room")
        elif row is not None and entry.assigned_room is not None:
            rooms[loaded.stay_ids[row]] = entry.assigned_room
    return rooms, faults


def _rows(document: ProblemDocument, entries: Sequence[PlanEntry]) -> list[int | None]:
    """Return the reservation of each entry: its own row, else the first of equal content."""
    reservations = document.reservations
    if len(entries) == len(reservations) and all(
        _content(entry) == _content(reservation)
        for entry, reservation in zip(entries, reservations, strict=True)
    ):
        return list(range(len(entries)))
    open_rows: dict[object, list[int]] = {}
    for row in reversed(range(len(reservations))):
        open_rows.setdefault(_content(reservations[row]), []).append(row)
    found = (open_rows.get(_content(entry)) for entry in entries)
    return [rows.pop() if rows else None for rows in found]


def _content(entry: PlanEntry | Reservation) -> object:
    is_given = entry.id is not None and entry.id != -1  # older clients send -1 for no id
    identity = repr(entry.id) if is_given else None
    return identity, entry.name or "", entry.arrival, entry.length
