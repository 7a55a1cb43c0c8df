from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator

import pytest

from bookingopt_worker.jobs import JobOptions
from bookingopt_worker.messages import Kind, Message
from bookingopt_worker.solving_process import ProcessDied, SolvingProcess, WarmProcesses

LONG = 30.0


@pytest.fixture
def process(stand_in: str) -> Iterator[SolvingProcess]:
    """Return a process that does what a document asks for, ready."""
    started = SolvingProcess(stand_in)
    assert _last_word(started).kind is Kind.READY
    yield started
    started.kill()


def _last_word(process: SolvingProcess) -> Message:
    while True:
        message = process.receive(LONG)
        assert message is not None
        if message.kind is not Kind.PROGRESS:
            return message


def _do(process: SolvingProcess, **asked: str | float) -> None:
    process.solve(json.dumps(asked).encode(), JobOptions("greedy"), 60.0)


def test_a_document_goes_there_and_its_result_comes_back(process: SolvingProcess) -> None:
    assert process.is_ready
    _do(process, ProblemId="x")
    result = _last_word(process)
    assert (result.kind, json.loads(result.payload)["SolverName"]) == (Kind.SOLVED, "stand-in-greedy")


def test_silence_is_no_answer(process: SolvingProcess) -> None:
    assert process.receive(0.0) is None


def test_a_cancel_reaches_a_process_that_is_solving(process: SolvingProcess) -> None:
    _do(process, Do="wait for the limit")
    process.cancel()
    assert json.loads(_last_word(process).payload)["SolverStatus"] == "cancelled"


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
    told = json.loads(_last_word(process).payload)["Warnings"]
    assert "PYTHONPATH" in told
    assert not set(secrets) & set(told)
    process.kill()


def test_processes_are_started_before_they_are_needed_and_used_again(stand_in: str) -> None:
    processes = WarmProcesses(stand_in, 1)
    with processes.borrow() as first:
        assert _last_word(first).kind is Kind.READY
    with processes.borrow() as again:
        assert again is first
        with processes.borrow() as second:
            assert second is not first
    processes.close()


def test_one_more_than_there_are_is_had_and_does_not_stay(stand_in: str) -> None:
    processes = WarmProcesses(stand_in, 1)
    with processes.borrow() as first:
        with processes.borrow() as more:
            assert more is not first
        assert not more.is_alive
    with processes.borrow() as again:
        assert again is first
    processes.close()


def test_a_process_that_was_killed_is_replaced_before_the_next_job(stand_in: str) -> None:
    processes = WarmProcesses(stand_in, 1)
    with processes.borrow() as first:
        first.kill()
    with processes.borrow() as second:
        assert second.pid != first.pid
        assert second.is_alive
    processes.close()


def test_a_process_that_died_while_it_was_idle_is_not_handed_out(stand_in: str) -> None:
    processes = WarmProcesses(stand_in, 1)
    with processes.borrow() as first:
        assert _last_word(first).kind is Kind.READY
    os.kill(first.pid, signal.SIGKILL)
    os.waitid(os.P_PID, first.pid, os.WEXITED | os.WNOWAIT)
    with processes.borrow() as second:
        assert second is not first
    processes.close()


def test_a_process_that_may_still_be_solving_is_not_used_again(stand_in: str) -> None:
    processes = WarmProcesses(stand_in, 1)
    with pytest.raises(RuntimeError), processes.borrow() as first:
        raise RuntimeError
    assert not first.is_alive
    processes.close()


def test_after_the_end_no_process_is_left_and_none_is_handed_out(stand_in: str) -> None:
    processes = WarmProcesses(stand_in, 2)
    with processes.borrow() as busy:
        processes.close()
    assert not busy.is_alive
    with pytest.raises(ProcessDied), processes.borrow():
        pass


def test_whoever_has_a_process_hangs_up_and_nobody_else(stand_in: str) -> None:
    """A descriptor that is closed twice may be another file's by the second time."""
    processes = WarmProcesses(stand_in, 1)
    with processes.borrow() as busy:
        assert _last_word(busy).kind is Kind.READY
        processes.close()
        assert not busy._process.connection.closed
        with pytest.raises(ProcessDied):
            busy.receive(LONG)
    assert busy._process.connection.closed
