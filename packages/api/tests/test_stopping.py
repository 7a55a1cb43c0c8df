from __future__ import annotations

import signal
from collections.abc import Iterator
from threading import Event
from types import FrameType

import anyio
import anyio.lowlevel
import pytest
from starlette.types import Message, Receive, Scope, Send

from bookingopt_api.stopping import StopsInSteps


class Server:
    """Keeps the signals that it got, as a server that would stop."""

    def __init__(self) -> None:
        self.got: list[int] = []

    def stop(self, number: int, _frame: FrameType | None) -> None:
        self.got.append(number)


@pytest.fixture
def server() -> Iterator[Server]:
    """Return a server that listens to the signals to stop; afterwards they are as before."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.getsignal(number) for number in numbers}
    listening = Server()
    for number in numbers:
        signal.signal(number, listening.stop)
    yield listening
    for number, handler in before.items():
        signal.signal(number, handler)


async def _nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Answer nothing."""


async def _receive() -> Message:
    return {"type": "lifespan.startup"}


async def _send(_message: Message) -> None:
    """Take what is sent."""


async def _told(
    draining: Event, grace_seconds: float, number: signal.Signals, server: Server
) -> list[list[int]]:
    """Send a signal, and return what the server has heard at once, and after the grace."""
    await StopsInSteps(_nothing, draining, grace_seconds)({"type": "lifespan"}, _receive, _send)
    signal.raise_signal(number)
    at_once = list(server.got)
    assert draining.is_set()
    with anyio.fail_after(5):
        while not server.got:
            await anyio.lowlevel.checkpoint()
    return [at_once, server.got]


def test_the_server_stops_after_the_grace(server: Server) -> None:
    assert anyio.run(_told, Event(), 0.05, signal.SIGTERM, server) == [[], [signal.SIGTERM]]


def test_without_a_grace_it_stops_at_once(server: Server) -> None:
    assert anyio.run(_told, Event(), 0.0, signal.SIGTERM, server)[0] == [signal.SIGTERM]


def test_a_person_does_not_wait(server: Server) -> None:
    assert anyio.run(_told, Event(), 60.0, signal.SIGINT, server)[0] == [signal.SIGINT]


def test_a_second_signal_ends_the_grace(server: Server) -> None:
    draining = Event()
    draining.set()
    assert anyio.run(_told, draining, 60.0, signal.SIGTERM, server)[0] == [signal.SIGTERM]
