from __future__ import annotations

import os
import signal
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

import pytest

from job_ledger.messages import Message
from job_ledger.process_pool import MessageProcess, ProcessDied, ProcessPool

LONG = 30.0
PROGRAMS = Path(__file__).parent / "programs"


class Kind(StrEnum):
    READY = "ready"
    REPEAT = "repeat"


READY = Message(Kind.READY)
Start: TypeAlias = Callable[[], MessageProcess[Kind]]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Start:
    """Return what starts a process that repeats each message."""
    monkeypatch.setenv("PYTHONPATH", str(PROGRAMS))
    return lambda: MessageProcess("repeater", replies=Kind)


def test_a_process_reports_that_it_is_ready_and_then_answers(start: Start) -> None:
    process = start()
    was_ready = process.is_ready
    assert process.receive(LONG) == READY
    assert (was_ready, process.is_ready) == (False, True)
    assert process.receive(0.0) is None
    message = Message(Kind.REPEAT, {"number": 1}, (b"one", b"two"))
    process.send(message)
    assert process.receive(LONG) == message
    process.kill()


def test_a_process_that_was_killed_neither_takes_nor_sends_a_message(start: Start) -> None:
    process = start()
    process.kill()
    assert not process.is_alive
    with pytest.raises(ProcessDied):
        process.receive(0.0)
    with pytest.raises(ProcessDied):
        process.send(READY)


def test_a_process_that_died_is_noticed(start: Start) -> None:
    process = start()
    process.receive(LONG)
    process.abandon()
    with pytest.raises(ProcessDied):
        process.receive(LONG)
    process.kill()


def test_processes_are_started_before_they_are_needed_and_used_again(start: Start) -> None:
    processes = ProcessPool(start, 1)
    with processes.borrow() as first:
        assert first.receive(LONG) == READY
    with processes.borrow() as again:
        assert again is first
        with processes.borrow() as second:
            assert second is not first
    processes.close()


def test_one_more_than_there_are_is_had_and_does_not_stay(start: Start) -> None:
    processes = ProcessPool(start, 1)
    with processes.borrow() as first:
        with processes.borrow() as more:
            assert more is not first
        assert not more.is_alive
    with processes.borrow() as again:
        assert again is first
    processes.close()


def test_a_process_that_was_killed_is_replaced_before_the_next_job(start: Start) -> None:
    processes = ProcessPool(start, 1)
    with processes.borrow() as first:
        first.kill()
    with processes.borrow() as second:
        assert second.pid != first.pid
        assert second.is_alive
    processes.close()


def test_a_process_that_died_while_it_was_idle_is_not_handed_out(start: Start) -> None:
    processes = ProcessPool(start, 1)
    with processes.borrow() as first:
        assert first.receive(LONG) == READY
    os.kill(first.pid, signal.SIGKILL)
    os.waitid(os.P_PID, first.pid, os.WEXITED | os.WNOWAIT)
    with processes.borrow() as second:
        assert second is not first
    processes.close()


def test_a_process_that_may_still_be_busy_is_not_used_again(start: Start) -> None:
    processes = ProcessPool(start, 1)
    with pytest.raises(RuntimeError), processes.borrow() as first:
        raise RuntimeError
    assert not first.is_alive
    processes.close()


def test_after_the_end_no_process_is_left_and_none_is_handed_out(start: Start) -> None:
    processes = ProcessPool(start, 2)
    with processes.borrow() as busy:
        processes.close()
    assert not busy.is_alive
    with pytest.raises(ProcessDied), processes.borrow():
        pass


def test_only_the_borrower_closes_a_connection(start: Start) -> None:
    """A descriptor that is closed twice may be another file's by the second time."""
    processes = ProcessPool(start, 1)
    with processes.borrow() as busy:
        assert busy.receive(LONG) == READY
        processes.close()
        assert not busy._process.connection.closed
        with pytest.raises(ProcessDied):
            busy.receive(LONG)
    assert busy._process.connection.closed
