from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tooling.serving.child import Child, GivenUp

pytestmark = pytest.mark.integration

SERVER = """
import http.server, os, signal, sys
print("said", flush=True)
if os.environ.get("FAIL"):
    sys.exit(7)
if os.environ.get("STUBBORN"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
address = ("127.0.0.1", int(os.environ["PORT"]))
http.server.HTTPServer(address, http.server.SimpleHTTPRequestHandler).serve_forever()
"""
Make = Callable[..., Child]


@pytest.fixture
def told() -> list[str]:
    """Return what the programs have said."""
    return []


@pytest.fixture
def make(tmp_path: Path, told: list[str]) -> Iterator[Make]:
    """Return what makes a program that answers on a port of its own."""
    (tmp_path / "answering.py").write_text(SERVER)
    made = []

    def child(**settings: str) -> Child:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = os.environ | {"PYTHONPATH": str(tmp_path), "PORT": str(port)} | settings
        made.append(
            Child(
                "answering", "answering", environment, f"http://127.0.0.1:{port}/", signal.SIGTERM,
                lambda name, line: told.append(f"{name} {line}"),
            )
        )  # fmt: skip
        return made[-1]

    yield child
    for one in made:
        one.kill()


def _wait(is_it: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_it():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_program_says_when_it_is_ready_and_ends_when_told(make: Make, told: list[str]) -> None:
    child = make()
    assert not child.is_ready()
    child.start()
    _wait(child.is_ready)
    assert child.stop(10)
    assert "answering said" in told
    assert not child.is_ready()


def test_a_program_that_does_not_listen_is_killed(make: Make) -> None:
    child = make(STUBBORN="yes")
    child.start()
    _wait(child.is_ready)
    assert not child.stop(0.1)


def test_a_program_that_dies_is_started_again_until_it_is_given_up(make: Make, told: list[str]) -> None:
    child = make()
    child.start()
    _wait(child.is_ready)
    for _ in range(2):
        child.hurry()
        _wait(lambda: not child.is_ready())

        def is_back() -> bool:
            child.look_after()
            return child.is_ready()

        _wait(is_back)
    assert [line for line in told if "SIGKILL" in line] == [
        "answering was ended by SIGKILL; started again in 0.5 s",
        "answering was ended by SIGKILL; started again in 1 s",
    ]


def test_a_program_that_never_starts_is_given_up_at_once(make: Make, told: list[str]) -> None:
    child = make(FAIL="yes")
    child.start()

    def look() -> bool:
        child.look_after()
        return False

    with pytest.raises(GivenUp, match="answering did not start: it ended with 7"):
        _wait(look)
    assert told == ["answering said"], "its last words are heard"


def test_a_program_that_dies_again_and_again_is_given_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tooling.serving.child._LONGEST_PAUSE_SECONDS", 0.0)
    child = make()
    child.start()
    _wait(child.is_ready)

    def die() -> bool:
        child.hurry()
        child.look_after()
        return False

    with pytest.raises(GivenUp, match="was ended by SIGKILL, 5 times in a row; it is not started again"):
        _wait(die)
