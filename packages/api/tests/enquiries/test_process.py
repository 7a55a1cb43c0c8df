from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bookingopt_api.enquiries import process as processes
from bookingopt_api.enquiries.messages import Reply, Request
from bookingopt_api.enquiries.process import DeskProcess, TakesLonger
from job_ledger.messages import Message
from job_ledger.process_pool import ProcessDied

LONG = 60.0


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskProcess]:
    """Return a process of the desk of an API that has secrets."""
    for name in ("REDIS_URL", "SESSION_SECRET", "QUEUE_SECRET_FILE"):
        monkeypatch.setenv(name, "a secret")
    started = DeskProcess()
    yield started
    started.kill()


def test_it_answers_in_time_or_is_killed_and_knows_no_secrets(process: DeskProcess) -> None:
    answer = process.ask(Request.FIT, b"{}", seconds=LONG, job_id="a", limit_seconds=1.0)
    assert answer == Message(Reply.CLOSED)
    environment = Path(f"/proc/{process.pid}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"a secret" not in environment
    with pytest.raises(TakesLonger):
        process.ask(Request.BACKENDS, seconds=0.0)
    assert not process.is_alive
    with pytest.raises(ProcessDied):
        process.ask(Request.BACKENDS, seconds=LONG)


def test_it_ends_when_the_api_is_gone(process: DeskProcess) -> None:
    """Our end of the pipe closes, however the API ends."""
    process._process.connection.close()
    ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    assert (ended.si_code, ended.si_status) == (os.CLD_EXITED, 0)


def test_ctrl_c_in_a_terminal_is_for_the_api_alone(process: DeskProcess) -> None:
    assert os.getpgid(process.pid) != os.getpgid(0)


def test_a_process_that_does_not_get_ready_is_killed(
    process: DeskProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "START_SECONDS", 0.0)
    with pytest.raises(TakesLonger):
        process.ask(Request.BACKENDS, seconds=LONG)
    assert not process.is_alive


def test_a_process_that_is_abandoned_answers_nobody(process: DeskProcess) -> None:
    process.abandon()
    with pytest.raises(ProcessDied):
        process.ask(Request.BACKENDS, seconds=LONG)
    assert not process.is_alive


def test_a_process_that_dies_is_noticed(process: DeskProcess) -> None:
    process._process.kill()
    with pytest.raises(ProcessDied):
        process.ask(Request.BACKENDS, seconds=LONG)
    assert not process.is_alive
