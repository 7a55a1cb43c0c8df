from __future__ import annotations

import json

import pytest

from bookingopt_api.enquiries import child
from bookingopt_api.enquiries.child import IDLE_SECONDS, MOST_HOTELS, Desk
from bookingopt_api.enquiries.messages import Reply, Request
from job_ledger.messages import Message
from optimizer_core.run import run_json

DOCUMENT = json.dumps(
    {
        "ProblemId": "two rooms",
        "Rooms": [{"RoomNumber": "1"}, {"RoomNumber": "2"}],
        "Reservations": [{"Name": "Ada Lovelace", "Arrival": "2027-05-01", "Length": 4, "AssignedRoom": "1"}],
    }
).encode()
RESULT = run_json(DOCUMENT, backend="greedy")


def ask(desk: Desk, job_id: str, arrival: str = "2027-05-01", nights: int = 1) -> Message[Reply]:
    enquiry = json.dumps({"Requests": [{"Arrival": arrival, "Length": nights}]}).encode()
    return desk.answer(Message(Request.FIT, {"job_id": job_id, "limit_seconds": 10.0}, (enquiry,)))


def open_for(desk: Desk, job_id: str) -> Message[Reply]:
    return desk.answer(Message(Request.OPEN, {"job_id": job_id}, (DOCUMENT, RESULT)))


def done(document: bytes) -> Message[Reply]:
    return Message(Reply.DONE, documents=(document,))


def test_a_hotel_is_asked_after_it_was_opened() -> None:
    desk = Desk()
    assert ask(desk, "a") == Message(Reply.CLOSED)
    assert open_for(desk, "a") == done(b'["a"]')
    answer = ask(desk, "a")
    assert answer.kind is Reply.DONE
    assert [entry["Fits"] for entry in json.loads(answer.document)["Requests"]] == [True]


def test_the_hotel_asked_about_longest_ago_makes_place() -> None:
    desk = Desk()
    for number in range(MOST_HOTELS):
        open_for(desk, str(number))
    ask(desk, "0")
    open_for(desk, "new")
    assert desk.open_hotels == ("2", "3", "0", "new")


def test_large_hotels_make_place_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MOST_BYTES", len(DOCUMENT) + len(RESULT) + 1)
    desk = Desk()
    open_for(desk, "a")
    open_for(desk, "b")
    assert desk.open_hotels == ("b",)


def test_an_erased_hotel_is_forgotten() -> None:
    """Names of guests are in its document."""
    desk = Desk()
    open_for(desk, "a")
    open_for(desk, "b")
    assert desk.answer(Message(Request.FORGET, {"job_ids": ["a", "c"]})) == done(b'["b"]')
    assert ask(desk, "a") == Message(Reply.CLOSED)


def test_a_hotel_that_nobody_asks_about_is_closed() -> None:
    desk = Desk()
    open_for(desk, "a")
    asked = desk._hotels["a"].asked
    desk.close_idle(asked + IDLE_SECONDS - 1)
    assert list(desk.open_hotels) == ["a"]
    desk.close_idle(asked + IDLE_SECONDS + 1)
    assert list(desk.open_hotels) == []


def test_a_wrong_request_is_told_with_its_place() -> None:
    desk = Desk()
    open_for(desk, "a")
    answer = ask(desk, "a", nights=0)
    assert answer.kind is Reply.WRONG
    fault = [("Requests", 0, "Length"), "0 nights; a request has at least one night"]
    assert answer.fields["faults"] == [fault]


def test_the_words_of_a_fault_of_ours_are_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Ada Lovelace")

    monkeypatch.setattr(child, "open_hotel", fail)
    assert open_for(Desk(), "a") == Message(Reply.FAILED, {"error": "RuntimeError"})


def test_it_knows_what_is_installed() -> None:
    answer = Desk().answer(Message(Request.BACKENDS))
    assert "greedy" in {backend["name"] for backend in json.loads(answer.document)["backends"]}


def test_warming_up_leaves_nothing_behind() -> None:
    desk = Desk()
    desk.warm_up()
    assert desk.open_hotels == ()
