from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bookingopt_api.enquiries import desk as desks
from bookingopt_api.enquiries.desk import EnquiryDesk
from bookingopt_api.enquiries.messages import Reply, Request
from bookingopt_api.enquiries.process import DeskProcess, TakesLonger
from job_ledger.messages import Message
from job_ledger.process_pool import ProcessDied
from optimizer_core.errors import InvalidInput
from optimizer_core.run import run_json

DOCUMENT = json.dumps(
    {
        "ProblemId": "two rooms",
        "Rooms": [{"RoomNumber": "1"}, {"RoomNumber": "2"}],
        "Reservations": [{"Arrival": "2027-05-01", "Length": 4, "AssignedRoom": "1"}],
    }
).encode()
RESULT = run_json(DOCUMENT, backend="greedy")
ENQUIRY = b'{"Requests": [{"Arrival": "2027-05-01", "Length": 1}]}'


CLOSED = Message(Reply.CLOSED)


def done(document: bytes) -> Message[Reply]:
    return Message(Reply.DONE, documents=(document,))


def documents() -> tuple[bytes, bytes]:
    return DOCUMENT, RESULT


class Scripted:
    """A process that says what a test has prepared; only `ask` and what is around it."""

    def __init__(self, *answers: Message[Reply] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []
        self.is_alive = True

    def ask(self, ask: Request, *_documents: bytes, **_fields: Any) -> Message[Reply]:
        self.asked.append(ask)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def kill(self) -> None:
        self.is_alive = False

    def abandon(self) -> None:
        self.is_alive = False


def scripted(monkeypatch: pytest.MonkeyPatch, *answers: Message[Reply] | Exception) -> Scripted:
    process = Scripted(*answers)
    monkeypatch.setattr(desks, "DeskProcess", lambda: process)
    return process


def answer(desk: EnquiryDesk, enquiry: bytes = ENQUIRY) -> bytes | None:
    return asyncio.run(desk.answer("ann", "job", enquiry, documents))


@pytest.fixture(scope="module")
def real() -> Iterator[EnquiryDesk]:
    """Return a desk with a process of its own."""
    desk = EnquiryDesk(30.0)
    yield desk
    desk.close()


def test_a_hotel_is_opened_once_and_answered_from_then_on(real: EnquiryDesk) -> None:
    told = answer(real)
    assert told is not None
    assert json.loads(told)["Requests"][0]["Fits"] is True

    def never() -> tuple[bytes, bytes]:
        raise AssertionError

    assert asyncio.run(real.answer("ann", "job", ENQUIRY, never)) == told


def test_a_wrong_request_is_the_callers_fault(real: EnquiryDesk) -> None:
    with pytest.raises(InvalidInput) as caught:
        answer(real, ENQUIRY.replace(b'"Length": 1', b'"Length": 0'))
    assert caught.value.faults[0].place == ("Requests", 0, "Length")


def test_after_a_kill_the_next_enquiry_has_a_new_process(real: EnquiryDesk) -> None:
    assert answer(real) is not None
    assert isinstance(real.process, DeskProcess)
    before = real.process.pid
    real.process.kill()
    assert answer(real) is not None
    assert real.process.pid != before


def test_a_hotel_is_opened_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    process = scripted(monkeypatch, CLOSED, done(b'["job"]'), done(b"yes"))
    assert answer(EnquiryDesk(3.0)) == b"yes"
    assert process.asked == [Request.FIT, Request.OPEN, Request.FIT]


def forgotten(desk: EnquiryDesk) -> frozenset[str]:
    asyncio.run(desk.forget(["job"]))
    return desk.kept_jobs


def test_a_hotel_is_forgotten_when_its_job_was_erased(real: EnquiryDesk) -> None:
    assert answer(real) is not None
    assert real.kept_jobs == {"job"}
    assert forgotten(real) == frozenset()
    asked: list[bool] = []

    def once_more() -> tuple[bytes, bytes]:
        asked.append(True)
        return documents()

    assert asyncio.run(real.answer("ann", "job", ENQUIRY, once_more)) is not None
    assert asked == [True], "the hotel had to be opened again"


@pytest.mark.parametrize("ending", [TakesLonger(), ProcessDied()])
def test_a_process_that_has_ended_keeps_nothing(monkeypatch: pytest.MonkeyPatch, ending: Exception) -> None:
    process = scripted(monkeypatch, CLOSED, done(b'["job"]'), done(b"yes"), ending)
    desk = EnquiryDesk(3.0)
    assert answer(desk) == b"yes"
    assert forgotten(desk) == frozenset()
    desk = EnquiryDesk(3.0)
    process.answers = [CLOSED, done(b'["job"]'), done(b"yes")]
    assert answer(desk) == b"yes"
    process.is_alive = False
    assert forgotten(desk) == frozenset()


def test_a_process_that_cannot_forget_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    process = scripted(monkeypatch, done(b"yes"), Message(Reply.FAILED))
    desk = EnquiryDesk(3.0)
    assert answer(desk) == b"yes"
    asyncio.run(desk.forget(["job"]))
    assert not process.is_alive


def test_so_is_one_that_is_busy_for_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """An erased hotel does not stay open because others are asked about."""
    monkeypatch.setattr(desks, "FORGET_SECONDS", 0.0)
    is_asked, is_ended = threading.Event(), threading.Event()

    class Busy(Scripted):
        def ask(self, *_asked: Any, **_fields: Any) -> Message[Reply]:
            is_asked.set()
            is_ended.wait(10)
            raise ProcessDied

        def abandon(self) -> None:
            is_ended.set()

    monkeypatch.setattr(desks, "DeskProcess", Busy)
    desk = EnquiryDesk(3.0)

    async def forget_meanwhile() -> bytes | None:
        asked = asyncio.create_task(desk.answer("ann", "job", ENQUIRY, documents))
        await asyncio.to_thread(is_asked.wait, 10)
        await desk.forget(["job"])
        return await asked

    assert asyncio.run(forget_meanwhile()) is None
    assert is_ended.is_set()


@pytest.mark.parametrize(
    "answers",
    [
        [TakesLonger()],
        [ProcessDied()],
        [Message(Reply.FAILED)],
        [CLOSED, Message(Reply.FAILED)],
        [CLOSED, Message(Reply.WRONG, {"faults": []})],
        [CLOSED, TakesLonger()],
    ],
)
def test_what_cannot_be_had_at_once_is_none(
    monkeypatch: pytest.MonkeyPatch, answers: list[Message[Reply] | Exception]
) -> None:
    scripted(monkeypatch, *answers)
    assert answer(EnquiryDesk(3.0)) is None


def test_a_hotel_beyond_all_measure_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "MOST_HOTEL_BYTES", 10)
    process = scripted(monkeypatch, CLOSED)
    assert answer(EnquiryDesk(3.0)) is None
    assert process.asked == [Request.FIT]


def test_a_warm_desk_has_its_process_before_anybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "WARM_SECONDS", 0.0)
    process = scripted(monkeypatch)
    desk = EnquiryDesk(3.0)
    assert desk.process is None
    asyncio.run(desk.keep_warm())
    assert (id(desk.process), process.asked) == (id(process), [])


def test_a_warm_desk_has_a_new_process_right_after_a_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next enquiry need not wait for it to start."""

    class Killed(Scripted):
        def ask(self, *_asked: Any, **_fields: Any) -> Message[Reply]:
            self.kill()
            raise TakesLonger

    monkeypatch.setattr(desks, "WARM_SECONDS", 0.0)
    monkeypatch.setattr(desks, "DeskProcess", Killed)
    for is_warm in (False, True):
        desk = EnquiryDesk(3.0)
        if is_warm:
            asyncio.run(desk.keep_warm())
        assert answer(desk) is None
        assert desk.process is not None
        assert desk.process.is_alive is is_warm


def test_a_desk_that_cannot_start_its_process_is_not_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "WARM_SECONDS", 0.0)
    tried: list[bool] = []

    def fail() -> None:
        tried.append(True)
        raise OSError

    monkeypatch.setattr(desks, "DeskProcess", fail)
    desk = EnquiryDesk(3.0)
    asyncio.run(desk.keep_warm())
    assert answer(desk) is None
    assert len(tried) == 3, "with the API, with the enquiry, and after it"


def test_a_closed_desk_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    process = scripted(monkeypatch, done(b"yes"))
    desk = EnquiryDesk(3.0)
    assert answer(desk) == b"yes"
    desk.close()
    assert not process.is_alive
    assert answer(desk) is None
