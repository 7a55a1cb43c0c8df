from __future__ import annotations

import asyncio

import pytest

from bookingopt_api.enquiries import backends
from bookingopt_api.enquiries.backends import BackendAnswer
from bookingopt_api.enquiries.messages import Reply, Request
from bookingopt_api.enquiries.process import TakesLonger
from bookingopt_api.problems import ApiProblem
from job_ledger.messages import Message
from job_ledger.process_pool import ProcessDied

NONE = Message(Reply.DONE, documents=(b"[]",))


class Scripted:
    """A process that says what a test has prepared."""

    started = 0
    answer: Message[Reply] | Exception = NONE

    def __init__(self) -> None:
        type(self).started += 1

    def ask(self, ask: Request, *, seconds: float) -> Message[Reply]:
        assert (ask, seconds > 0) == (Request.BACKENDS, True)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def kill(self) -> None:
        pass


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> type[Scripted]:
    """Return the class of the process that is asked."""

    class Fresh(Scripted):
        pass

    monkeypatch.setattr(backends, "DeskProcess", Fresh)
    return Fresh


def test_a_process_is_asked_once_however_many_want_to_know(process: type[Scripted]) -> None:
    answer = BackendAnswer()

    async def ask_all() -> list[bytes]:
        return await asyncio.gather(*(answer.get() for _ in range(5)))

    assert asyncio.run(ask_all()) == [b"[]"] * 5
    assert process.started == 1


@pytest.mark.parametrize("ending", [TakesLonger(), ProcessDied(), Message(Reply.FAILED)])
def test_no_answer_is_not_kept(process: type[Scripted], ending: Message[Reply] | Exception) -> None:
    answer = BackendAnswer()
    process.answer = ending
    with pytest.raises(ApiProblem, match="busy"):
        asyncio.run(answer.get())
    process.answer = NONE
    assert asyncio.run(answer.get()) == b"[]"


def test_a_process_that_cannot_be_started_gives_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError

    monkeypatch.setattr(backends, "DeskProcess", fail)
    with pytest.raises(ApiProblem, match="busy"):
        asyncio.run(BackendAnswer().get())
