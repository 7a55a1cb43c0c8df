import json
from typing import Any

from optimizer_core.run import run
from optimizer_core.wire import RequestedStay, load_problem, parse
from optimizer_core.wire.enquiry_problem import enquiry_problem


def test_the_plan_becomes_the_rooms_as_given_and_only_the_requests_are_answered(
    document: dict[str, Any],
) -> None:
    document["Reservations"].pop()
    content = json.dumps(document).encode()
    planned = run(content, backend="highs").result
    asked = RequestedStay.model_validate({"Arrival": "2026-05-03", "Length": 1, "RoomType": "A"})
    written = enquiry_problem(load_problem(content), planned, [asked])
    rooms = [entry["AssignedRoom"] for entry in parse(written)["Reservations"]]  # type: ignore[index]
    assert rooms == [entry.assigned_room for entry in planned.optimized_plan]
    answered = run(written, backend="highs").result
    assert answered.moved_stays == 0
    assert [entry.fits for entry in answered.requests] == [True]
    assert [entry.name for entry in answered.optimized_plan] == ["Ann", "Bob", "Cy"]


def test_how_a_stay_may_be_split_is_asked_as_it_came(document: dict[str, Any]) -> None:
    document["Reservations"].pop()
    content = json.dumps(document).encode()
    planned = run(content, backend="highs").result
    asked = [
        RequestedStay.model_validate({"Arrival": "2026-05-03", "Length": 1, **split})
        for split in ({}, {"MostRoomChanges": 3, "LeastPieceNights": 2})
    ]
    requests = load_problem(enquiry_problem(load_problem(content), planned, asked)).requests.values()
    assert [(request.most_changes, request.least_piece_nights) for request in requests] == [(0, 1), (3, 2)]


def test_a_document_that_keeps_its_rooms_can_still_be_asked(document: dict[str, Any]) -> None:
    """What was asked for with the first document is not asked again."""
    document["Reservations"].pop()
    document["RestrictionsForInitialPlan"] = True
    content = json.dumps(document).encode()
    planned = run(content, backend="highs").result
    asked = RequestedStay.model_validate({"Arrival": "2026-05-01", "Length": 1})
    written = enquiry_problem(load_problem(content), planned, [asked])
    answered = run(written, backend="highs").result
    assert (answered.requests[0].fits, answered.requests[0].proved) == (False, True)
