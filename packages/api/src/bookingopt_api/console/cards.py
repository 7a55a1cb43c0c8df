"""The card of each stay: what is shown when it is pointed at, focused or tapped."""

from __future__ import annotations

from bookingopt_api.console.names import with_names
from optimizer_core.picture import TapeChart
from optimizer_core.wire import ResultDocument

Card = dict[str, object]


def cards(result: ResultDocument, chart: TapeChart) -> dict[str, Card]:
    """Return the cards by position of the stay in the plan, as the page's script wants them.

    Parameters
    ----------
    result
        The result document.
    chart
        The chart drawn of it.

    Returns
    -------
    dict
        ``name``, ``id``, ``arrival``, ``departure``, ``nights``, ``booked`` (type; null for any),
        ``before``, ``after`` (rooms), ``type`` (of the room after, else before), ``locked``, ``group``,
        ``new``, ``why`` (reason of the move); what does not hold of a stay is left out.
    """
    entries = result.optimized_plan or result.initial_plan
    reasons = {move.reservation: with_names(move.reason, entries) for move in result.moves}
    type_of = {room.number: room.room_type for room in chart.rooms}
    found: dict[str, Card] = {}
    for stay in chart.stays:
        if stay.position is None:
            continue
        room = stay.room_after or stay.room_before
        card: Card = {
            "name": stay.name,
            "id": entries[stay.position].id,
            "arrival": stay.arrival.isoformat(),
            "departure": stay.departure.isoformat(),
            "nights": stay.los_nights,
            "booked": stay.room_type,
            "before": stay.room_before,
            "after": stay.room_after,
            "type": None if room is None else type_of.get(room),
            "locked": stay.is_locked,
            "group": stay.group,
            "new": stay.is_new,
            "why": reasons.get(stay.position),
        }
        found[str(stay.position)] = {key: value for key, value in card.items() if _says_something(value)}
    return found


def _says_something(value: object) -> bool:
    return value is not None and value is not False and value != ""
