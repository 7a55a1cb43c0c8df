"""An enquiry about a planned hotel as a separate problem document, to solve it as a job."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer_core.wire.convert import LoadedProblem
from optimizer_core.wire.enquiry import RequestedStay
from optimizer_core.wire.plan_entries import rooms_of
from optimizer_core.wire.problem import NewReservation
from optimizer_core.wire.result import ResultDocument


def enquiry_problem(
    loaded: LoadedProblem, result: ResultDocument, requested: Sequence[RequestedStay]
) -> bytes:
    """Return a problem document that only checks whether requests fit into the plan of a result.

    Its assigned rooms are those of the plan. Positions in ``Reservations`` do not change.

    Parameters
    ----------
    loaded
        The hotel and its document.
    result
        Its result, with a plan.
    requested
        The requests.

    Returns
    -------
    bytes
        JSON in UTF-8.
    """
    rooms, _ = rooms_of(loaded, result.optimized_plan)
    reservations = [
        entry.model_copy(update={"assigned_room": rooms.get(stay_id)})
        if stay_id in loaded.problem.stay_index
        else entry
        for stay_id, entry in zip(loaded.stay_ids, loaded.document.reservations, strict=True)
    ]
    asked = [
        NewReservation(
            arrival=stay.arrival,
            length=stay.length,
            room_type=stay.room_type,
            allowable_room_types=stay.allowable_room_types,
            most_room_changes=stay.most_room_changes,
            least_piece_nights=stay.least_piece_nights,
        )
        for stay in requested
    ]
    changed = {
        "reservations": reservations,
        "new_reservations": asked,
        "allowable_types_for_new_reservation": None,
        "restrictions_for_initial_plan": None,
        "test_new_booking": True,
    }
    document = loaded.document.model_copy(update=changed)
    return document.model_dump_json(by_alias=True, exclude_none=True).encode()
