from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from job_ledger.child_process import WITHHELD, ChildProcess

LONG = 30.0
PROGRAMS = Path(__file__).parent / "programs"


@pytest.fixture
def parrot(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChildProcess]:
    """Return a process that repeats what it is told, once its line is read."""
    monkeypatch.setenv("PYTHONPATH", str(PROGRAMS))
    started = ChildProcess("parrot", "one", "two")
    yield started
    started.kill()


def heard(process: ChildProcess) -> bytes:
    assert process.connection.poll(LONG)
    return process.connection.recv_bytes()


def test_it_is_told_its_arguments_and_can_be_talked_to(parrot: ChildProcess) -> None:
    assert json.loads(heard(parrot))["arguments"] == ["one", "two"]
    parrot.connection.send_bytes(b"hello")
    assert heard(parrot) == b"hello"
    assert parrot.is_alive


def test_what_it_may_not_know_is_not_in_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """In small letters too, as the settings are heard."""
    monkeypatch.setenv("PYTHONPATH", str(PROGRAMS))
    secrets = WITHHELD | {name.lower() for name in WITHHELD}
    for name in secrets:
        monkeypatch.setenv(name, "secret")
    process = ChildProcess("parrot")
    names = set(json.loads(heard(process))["names"])
    process.kill()
    assert "PYTHONPATH" in names
    assert not secrets & names


def test_ctrl_c_in_a_terminal_is_for_its_parent_alone(parrot: ChildProcess) -> None:
    assert os.getpgid(parrot.pid) != os.getpgid(0)


def test_it_ends_when_its_parent_hangs_up(parrot: ChildProcess) -> None:
    """The parent's end of the line closes, however the parent ends."""
    heard(parrot)
    parrot.connection.close()
    assert not parrot.is_alive
    ended = os.waitid(os.P_PID, parrot.pid, os.WEXITED | os.WNOWAIT)
    assert ended is not None
    assert (ended.si_code, ended.si_status) == (os.CLD_EXITED, 0)


def test_one_that_is_abandoned_is_silent_and_one_that_is_killed_is_gone(parrot: ChildProcess) -> None:
    heard(parrot)
    os.kill(parrot.pid, signal.SIGSTOP)
    parrot.abandon()
    with pytest.raises((EOFError, ConnectionResetError)):
        heard(parrot)
    parrot.kill()
    assert not parrot.is_alive
    with pytest.raises(ProcessLookupError):
        os.kill(parrot.pid, 0)
