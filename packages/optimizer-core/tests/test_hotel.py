"""A planned hotel answers requests by the plan of its result."""

from __future__ import annotations

import json
from typing import Any

import pytest

from optimizer_core.errors import InvalidAnswer, InvalidDocument, InvalidInput
from optimizer_core.hotel import Hotel, open_hotel
from optimizer_core.run import run_json
from optimizer_core.wire import RequestedStay


@pytest.fixture
def documents(document: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return a problem in which Ann and Bob must change places, and its result."""
    document["Reservations"].pop()
    content = json.dumps(document).encode()
    return content, run_json(content, backend="highs")


@pytest.fixture
def hotel(documents: tuple[bytes, bytes]) -> Hotel:
    """Return the hotel, open."""
    return open_hotel(*documents, backend="highs")


def asked(arrival: str, nights: int, **more: Any) -> RequestedStay:
    return RequestedStay.model_validate({"Arrival": arrival, "Length": nights} | more)


def test_the_plan_counts_and_not_the_rooms_as_given(hotel: Hotel) -> None:
    """As given, 101 is free on 3 May; in the plan it is 102."""
    entry = hotel.answer(asked("2026-05-03", 1, RoomType="A"))
    assert entry.fits
    assert [free.room for free in entry.types[0].free_rooms] == ["102"]


def test_an_answer_says_who_moves_from_where_to_where() -> None:
    """Rooms as given: one stay in each room, one after the other; four nights need them in one room."""
    document = {
        "ProblemId": "one after the other",
        "Rooms": [{"RoomNumber": "1"}, {"RoomNumber": "2"}],
        "Reservations": [
            {"Arrival": "2026-05-01", "Length": 2, "AssignedRoom": "1", "IsLocked": True},
            {"Arrival": "2026-05-03", "Length": 2, "AssignedRoom": "2"},
        ],
        "NewReservations": [{"Arrival": "2026-05-01", "Length": 1}],
        "TestNewBooking": True,
    }
    content = json.dumps(document).encode()
    hotel = open_hotel(content, run_json(content, backend="highs"), backend="highs")
    offer = hotel.answer(asked("2026-05-01", 4)).types[0].with_moves
    assert offer is not None
    assert [(move.reservation, move.from_room, move.to_room) for move in offer.moves] == [(1, "2", "1")]


def test_a_few_are_answered_each_for_itself(hotel: Hotel) -> None:
    answer = hotel.answer_all([asked("2026-05-03", 1), asked("2026-05-01", 1)])
    assert answer.problem_id == "two rooms"
    assert [(entry.request, entry.fits) for entry in answer.requests] == [(0, True), (1, False)]


def test_every_fault_is_told_and_nothing_is_answered(hotel: Hotel) -> None:
    wrong = [asked("2026-05-03", 1), asked("2005-05-03", 1, RoomType="Z"), asked("2026-05-03", 0)]
    with pytest.raises(InvalidInput) as caught:
        hotel.answer_all(wrong)
    places = [fault.place for fault in caught.value.faults]
    assert places == [("Requests", 1, "Arrival"), ("Requests", 1, "RoomType"), ("Requests", 2, "Length")]


def test_a_result_without_a_plan_answers_nothing(documents: tuple[bytes, bytes]) -> None:
    document, result = documents
    none = json.loads(result) | {"Succeeded": False, "OptimizedPlan": []}
    with pytest.raises(InvalidInput, match="no plan"):
        open_hotel(document, json.dumps(none).encode())


def test_a_plan_of_another_hotel_is_refused(documents: tuple[bytes, bytes]) -> None:
    document, result = documents
    changed = json.loads(document)
    changed["Reservations"][0]["Length"] = 4
    with pytest.raises(InvalidAnswer):
        open_hotel(json.dumps(changed).encode(), result, backend="highs")
    with pytest.raises(InvalidDocument):
        open_hotel(b"{", result)
