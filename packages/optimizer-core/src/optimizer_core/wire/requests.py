"""Requests, of a document or single ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from optimizer_core.domain import DEFAULT_ROOM_TYPE, RUN_OF_HOUSE, Problem, Stay
from optimizer_core.domain.request import Request, request_faults
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.wire.enquiry import RequestedStay
from optimizer_core.wire.faults import of_domain
from optimizer_core.wire.labels import stay_ids
from optimizer_core.wire.problem import NewReservation, ProblemDocument

MOST_CHANGES = 2
"""Default for the changes of room that a request of a document accepts."""
LEAST_PIECE_NIGHTS = 1
"""Default for the least nights in each room."""


def to_requests(document: ProblemDocument, problem: Problem) -> tuple[dict[int, Request], list[Fault]]:
    """Return the requests of a document without a fault, and the faults of the others.

    A request that names no allowable types may use the document's ``AllowableTypesForNewReservation``;
    types that the hotel does not have are left out of either.

    Parameters
    ----------
    document
        The document.
    problem
        Its hotel.

    Returns
    -------
    tuple
        The requests by row, in order, and faults whose places begin with ``"requests"`` and the row.
    """
    entries = document.new_reservations or []
    taken = {stay.stay_id for stay in problem.stays}
    requests: dict[int, Request] = {}
    faults: list[Fault] = []
    for row, (label, entry) in enumerate(zip(stay_ids(entries), entries, strict=True)):
        stay_id = f"request {label}"
        while stay_id in taken:
            stay_id += "'"
        taken.add(stay_id)
        try:
            request = _request(document, problem, stay_id, entry)
        except OverflowError:
            message = f"{entry.length:,} nights reach beyond the calendar"
            faults.append(Fault(("requests", row, "los_nights"), message))
            continue
        found = request_faults(problem, request)
        if not found:
            requests[row] = request
        faults += [replace(fault, place=("requests", row, *fault.place)) for fault in found]
    return requests, faults


def to_request(requested: RequestedStay, problem: Problem) -> Request:
    """Return one single request.

    Parameters
    ----------
    requested
        The request.
    problem
        The hotel.

    Raises
    ------
    InvalidInput
        If the request is invalid; places are field names of the document.
    """
    stay_id = "request"
    while stay_id in problem.stay_index:
        stay_id += "'"
    try:
        departure = requested.arrival + timedelta(requested.length)
    except OverflowError:
        message = f"{requested.length:,} nights reach beyond the calendar"
        raise InvalidInput([Fault(("Length",), message)]) from None
    own = RUN_OF_HOUSE if requested.room_type in {None, DEFAULT_ROOM_TYPE} else requested.room_type
    stay = Stay(stay_id, requested.arrival, departure, own, tuple(requested.allowable_room_types))
    request = Request(stay, (), requested.most_room_changes, requested.least_piece_nights)
    faults = request_faults(problem, request)
    if faults:
        raise InvalidInput(of_domain(faults))
    return request


def check_requests(requested: Sequence[RequestedStay], problem: Problem) -> None:
    """Check that each request of an enquiry is valid.

    Parameters
    ----------
    requested
        The requests.
    problem
        The hotel.

    Raises
    ------
    InvalidInput
        If any request is invalid; lists every fault.
    """
    faults: list[Fault] = []
    for row, stay in enumerate(requested):
        try:
            to_request(stay, problem)
        except InvalidInput as error:
            faults += [replace(fault, place=("Requests", row, *fault.place)) for fault in error.faults]
    if faults:
        raise InvalidInput(faults)


def _request(document: ProblemDocument, problem: Problem, stay_id: str, entry: NewReservation) -> Request:
    order = entry.type_order or []
    allowable = entry.allowable_room_types or document.allowable_types_for_new_reservation or []
    rank = {name: position for position, name in reversed(list(enumerate(order)))}
    own = RUN_OF_HOUSE if entry.room_type in {None, DEFAULT_ROOM_TYPE} else entry.room_type
    known = [name for name in dict.fromkeys(allowable) if name in problem.room_types and name != own]
    stay = Stay(
        stay_id,
        entry.arrival,
        entry.arrival + timedelta(entry.length),
        own,
        tuple(sorted(known, key=lambda name: rank.get(name, len(order)))),
        group=entry.adjacency_group,
    )
    changes, nights = entry.most_room_changes, entry.least_piece_nights
    return Request(
        stay,
        tuple(order),
        MOST_CHANGES if changes is None else changes,
        LEAST_PIECE_NIGHTS if nights is None else nights,
    )
