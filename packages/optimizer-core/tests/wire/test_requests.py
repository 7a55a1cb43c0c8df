from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from optimizer_core.errors import InvalidInput
from optimizer_core.run import run_json
from optimizer_core.wire import LoadedProblem, RequestedStay, load_problem, load_result
from optimizer_core.wire.requests import check_requests

REQUEST = {"Id": "r", "Arrival": "2026-05-02", "Length": 2, "RoomType": "A"}


def load(document: dict[str, Any]) -> LoadedProblem:
    return load_problem(json.dumps(document).encode())


def test_a_document_without_requests_has_none(document: dict[str, Any]) -> None:
    assert load(document).requests == {}


def test_a_request_is_a_stay_with_an_id_of_its_own(document: dict[str, Any]) -> None:
    document["NewReservations"] = [{**REQUEST, "Id": 1, "AssignedRoom": "101", "IsLocked": True}, REQUEST]
    first, second = load(document).requests.values()
    assert (first.stay.stay_id, second.stay.stay_id) == ("request 1", "request r")
    assert (first.stay.arrival, first.stay.departure) == (date(2026, 5, 2), date(2026, 5, 4))
    assert (first.stay.current_room, first.stay.is_locked) == (None, False)


def test_types_come_from_the_request_else_from_the_document(document: dict[str, Any]) -> None:
    document["Rooms"] += [{"RoomNumber": n, "RoomType": n} for n in "BCD"]
    document["AllowableTypesForNewReservation"] = ["D", "A", "Z", "B"]
    document["NewReservations"] = [
        REQUEST,
        {**REQUEST, "AllowableRoomTypes": ["B", "C"], "TypeOrder": ["C", "A"]},
        {**REQUEST, "RoomType": "Default"},
    ]
    requests = list(load(document).requests.values())
    assert [request.stay.further_types for request in requests] == [("D", "B"), ("C", "B"), ("D", "A", "B")]
    assert [request.rank("A") for request in requests[:2]] == [0, 1]


def test_a_request_says_how_it_may_be_split_or_else_has_two_changes(document: dict[str, Any]) -> None:
    said = {**REQUEST, "Id": "s", "MostRoomChanges": 0, "LeastPieceNights": 2}
    document["NewReservations"] = [REQUEST, said]
    split = [
        (request.most_changes, request.least_piece_nights) for request in load(document).requests.values()
    ]
    assert split == [(2, 1), (0, 2)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"Arrival": "2036-06-30"}, "NewReservations[0].Arrival: 2036-06-30 is too far away"),
        ({"RoomType": "Z"}, "NewReservations[0].RoomType: no room has the type 'Z'"),
        ({"Length": 400}, "NewReservations[0].Length: 400 nights; a request has at most 365"),
        ({"MostRoomChanges": -1}, "NewReservations[0].MostRoomChanges: -1 changes; give 0 or more"),
        ({"LeastPieceNights": 0}, "NewReservations[0].LeastPieceNights: 0 nights; a piece has at least one"),
        ({"Length": 0}, "NewReservations[0].Length: 0 nights; a request has at least one night"),
        ({"Length": 999_999}, "NewReservations[0].Length: 999,999 nights; a request has at most 365"),
        (
            {"Arrival": "9999-12-30", "Length": 9},
            "NewReservations[0].Length: 9 nights reach beyond the calendar",
        ),
    ],
)
def test_a_wrong_request_is_one_clear_message(
    document: dict[str, Any], changes: dict[str, object], told: str
) -> None:
    document["NewReservations"] = [{**REQUEST, **changes}]
    loaded = load(document)
    [fault] = loaded.wrong_requests
    assert str(fault).startswith(told)
    assert fault in loaded.warnings
    assert loaded.requests == {}


def test_a_wrong_request_leaves_the_others_and_the_plan_alone(document: dict[str, Any]) -> None:
    document["NewReservations"] = [REQUEST, {**REQUEST, "Id": "z", "RoomType": "Z", "Length": 0}, REQUEST]
    result = load_result(run_json(json.dumps(document).encode()))
    assert result.succeeded
    assert [entry.request for entry in result.requests] == [0, 1, 2]
    wrong = result.requests.pop(1)
    assert (wrong.id, wrong.fits, wrong.proved, wrong.types) == ("z", False, False, [])
    assert wrong.faults == [
        "NewReservations[1].Length: 0 nights; a request has at least one night",
        wrong.faults[1],
    ]
    assert wrong.faults[1].startswith("NewReservations[1].RoomType: no room has the type 'Z'")
    assert wrong.message == f"not answered: {wrong.faults[0]}"
    assert set(wrong.faults) <= set(result.warnings)
    assert all(entry.proved and entry.types and not entry.faults for entry in result.requests)
    assert result.new_reservation_infeasible is None
    assert result.requests_together is None


def test_without_a_right_request_the_hotel_is_planned(document: dict[str, Any]) -> None:
    document["NewReservations"] = [{**REQUEST, "Length": 400}]
    result = load_result(run_json(json.dumps(document).encode()))
    assert result.succeeded
    assert [len(entry.faults) for entry in result.requests] == [1]


def test_an_enquiry_is_checked_request_by_request(document: dict[str, Any]) -> None:
    problem = load(document).problem
    right, short, strange = (
        RequestedStay.model_validate({"Arrival": "2026-05-02", "Length": nights, "AllowableRoomTypes": types})
        for nights, types in ((1, []), (0, []), (1, ["Z"]))
    )
    check_requests([right], problem)
    with pytest.raises(InvalidInput) as caught:
        check_requests([right, short, strange], problem)
    assert [fault.place for fault in caught.value.faults] == [
        ("Requests", 1, "Length"),
        ("Requests", 2, "AllowableRoomTypes"),
    ]
