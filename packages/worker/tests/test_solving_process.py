from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest

from bookingopt_worker.messages import Reply
from bookingopt_worker.solving_process import SolvingProcess, WarmProcesses
from job_ledger import JobOptions
from job_ledger.messages import Message
from job_ledger.process_pool import ProcessDied

LONG = 30.0


@pytest.fixture
def process(stand_in: str) -> Iterator[SolvingProcess]:
    """Return a process that does what a document asks for, ready."""
    started = SolvingProcess(stand_in)
    assert _last_word(started).kind is Reply.READY
    yield started
    started.kill()


def _last_word(process: SolvingProcess) -> Message[Reply]:
    while True:
        message = process.receive(LONG)
        assert message is not None
        if message.kind is not Reply.PROGRESS:
            return message


def _do(process: SolvingProcess, **asked: str | float) -> None:
    process.solve(json.dumps(asked).encode(), JobOptions("greedy"), 60.0)


def test_a_document_goes_there_and_its_result_comes_back(process: SolvingProcess) -> None:
    assert process.is_ready
    _do(process, ProblemId="x")
    result = _last_word(process)
    assert (result.kind, json.loads(result.document)["SolverName"]) == (Reply.SOLVED, "stand-in-greedy")


def test_silence_is_no_answer(process: SolvingProcess) -> None:
    assert process.receive(0.0) is None


def test_a_cancel_reaches_a_process_that_is_solving(process: SolvingProcess) -> None:
    _do(process, Do="wait for the limit")
    process.cancel()
    assert json.loads(_last_word(process).document)["SolverStatus"] == "cancelled"


def test_a_process_that_dies_is_noticed(process: SolvingProcess) -> None:
    _do(process, Do="die")
    with pytest.raises(ProcessDied):
        _last_word(process)


def test_a_process_that_holds_on_can_be_killed(process: SolvingProcess) -> None:
    _do(process, Do="hold on")
    process.kill()
    assert not process.is_alive
    with pytest.raises(ProcessDied):
        process.receive(0.0)
    with pytest.raises(ProcessDied):
        process.cancel()


def test_a_solver_does_not_get_the_secrets_of_the_worker(
    stand_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = ("REDIS_URL", "QUEUE_SECRET", "QUEUE_SECRET_FILE")
    for name in secrets:
        monkeypatch.setenv(name, "secret")
    process = SolvingProcess(stand_in)
    _last_word(process)
    _do(process, Do="tell the environment")
    reported = json.loads(_last_word(process).document)["Warnings"]
    assert "PYTHONPATH" in reported
    assert not set(secrets) & set(reported)
    process.kill()


def test_a_pool_starts_solving_processes(stand_in: str) -> None:
    processes = WarmProcesses(stand_in, 1)
    with processes.borrow() as first:
        assert _last_word(first).kind is Reply.READY
    with processes.borrow() as again:
        assert again is first
    processes.close()
    assert not first.is_alive


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not keep to the limit")
def test_a_process_has_no_more_address_space_than_it_is_given(stand_in: str) -> None:
    """Too little for a document: it fails with the reason, and the process goes on."""
    process = SolvingProcess(stand_in, 1_000_000_000)
    try:
        assert _last_word(process).kind is Reply.READY
        for _ in range(2):
            _do(process, Do="take memory", Bytes=1_500_000_000)
            answer = _last_word(process)
            assert (answer.kind, answer.fields["error"]) == (Reply.FAILED, "out-of-memory")
        _do(process, Do="take memory", Bytes=1000)
        assert _last_word(process).kind is Reply.SOLVED
    finally:
        process.kill()
