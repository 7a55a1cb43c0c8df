"""The card of each stay, shown when the pointer or the focus is on it."""

from __future__ import annotations

from bookingopt_api.console.names import with_names
from optimizer_core.picture import TapeChart
from optimizer_core.wire import ResultDocument

Card = dict[str, object]


def cards(result: ResultDocument, chart: TapeChart) -> dict[str, Card]:
    """Return the cards by position of the stay in the plan, for the script of the page.

    Parameters
    ----------
    result
        The result document.
    chart
        The chart of the result.

    Returns
    -------
    dict
        ``name``, ``id``, ``arrival``, ``departure``, ``nights``, ``booked`` (type; null for any),
        ``after`` (room; if it has none, ``before``), ``locked``, ``group``, ``new``; for a stay that
        moves also ``before`` and ``type`` (of the room after), ``why`` (reason of the move). Fields that do
        not apply to a stay are left out, because a large hotel has thousands of stays.
    """
    entries = result.optimized_plan or result.initial_plan
    reasons = {move.reservation: with_names(move.reason, entries) for move in result.moves}
    type_of = {room.number: room.room_type for room in chart.rooms}
    found: dict[str, Card] = {}
    for stay in chart.stays:
        if stay.position is None:
            continue
        changes = stay.room_after is not None and stay.room_after != stay.room_before
        card: Card = {
            "name": stay.name,
            "id": entries[stay.position].id,
            "arrival": stay.arrival.isoformat(),
            "departure": stay.departure.isoformat(),
            "nights": stay.los_nights,
            "booked": stay.room_type,
            "before": stay.room_before if changes or stay.room_after is None else None,
            "after": stay.room_after,
            "type": type_of.get(stay.room_after) if changes and stay.room_after is not None else None,
            "locked": stay.is_locked,
            "group": stay.group,
            "new": stay.is_new,
            "why": reasons.get(stay.position),
        }
        found[str(stay.position)] = {key: value for key, value in card.items() if _says_something(value)}
    return found


def _says_something(value: object) -> bool:
    return value is not None and value is not False and value != ""
