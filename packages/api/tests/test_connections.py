from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.server import ServerState

from bookingopt_api import connections
from bookingopt_api.connections import MOST_HEAD_BYTES, MOST_HEADERS, MOST_OF_ADDRESS, LimitedConnection

GET = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"


class Wire(asyncio.Transport):
    """What a connection writes to, and is told by."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 1), "sockname": ("127.0.0.1", 80)})
        self.written = b""
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    start: Message = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
    await send(start)
    await send({"type": "http.response.body", "body": b"ok"})


def connect(address: str = "192.0.2.1", **settings: Any) -> tuple[LimitedConnection, Wire]:
    config = Config(answer, http=LimitedConnection, log_config=None, proxy_headers=False, lifespan="off")
    for name, value in settings.items():
        setattr(config, name, value)
    made, wire = LimitedConnection(config, ServerState(), {}), Wire(address)
    made.connection_made(wire)
    return made, wire


def run(talk: Callable[[], Awaitable[None]]) -> None:
    async def all_of_it() -> None:
        await talk()

    asyncio.run(all_of_it())


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - nothing here sets an event
            await asyncio.sleep(0.001)


@pytest.fixture(autouse=True)
def no_connections() -> Iterator[None]:
    """Begin without connections of other tests."""
    LimitedConnection.open_connections.clear()
    yield
    LimitedConnection.open_connections.clear()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing longer than a hundredth of a second."""
    for name in ("HEAD_SECONDS", "LINGER_SECONDS", "STALLED_SECONDS"):
        monkeypatch.setattr(connections, name, 0.01)


def test_a_request_in_small_pieces_and_two_in_one_are_answered() -> None:
    async def talk() -> None:
        made, wire = connect()
        for at in range(len(GET)):
            made.data_received(GET[at : at + 1])
        made.data_received(b"\r\n" + GET + b"\r\n")
        await until(lambda: wire.written.count(b"200 OK") == 2)
        assert not wire.is_closed

    run(talk)


@pytest.mark.parametrize("piece", [1000, 50_000, 1_000_000])
def test_a_header_without_end_is_refused(piece: int) -> None:
    async def talk() -> None:
        made, wire = connect()
        made.data_received(GET + b"X-A: ")
        sent = 0
        while not wire.is_closed:
            made.data_received(b"a" * piece)
            sent += piece
            assert sent <= 1_000_000
        assert wire.written.startswith(b"HTTP/1.1 431 ")
        assert made._head_bytes <= MOST_HEAD_BYTES

    run(talk)


@pytest.mark.parametrize(("count", "status"), [(MOST_HEADERS - 1, b"200"), (MOST_HEADERS, b"431")])
def test_the_number_of_headers_is_limited(count: int, status: bytes) -> None:
    async def talk() -> None:
        made, wire = connect()
        made.data_received(GET + b"A: b\r\n" * count + b"\r\n")
        await until(lambda: bool(wire.written))
        assert wire.written.split()[1] == status

    run(talk)


def test_a_long_address_counts_as_part_of_the_head() -> None:
    async def talk() -> None:
        made, wire = connect()
        made.data_received(b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n\r\n")
        assert wire.written.startswith(b"HTTP/1.1 431 ")

    run(talk)


def test_a_body_is_not_counted_as_head() -> None:
    async def talk() -> None:
        made, wire = connect()
        made.data_received(POST + b"a" * 100_000)
        await until(lambda: b"200 OK" in wire.written)
        assert not wire.is_closed

    run(talk)


@pytest.mark.parametrize("sent", [b"", GET], ids=["nothing", "half a head"])
@pytest.mark.usefixtures("hasty")
def test_a_head_that_does_not_come_ends_the_connection(sent: bytes) -> None:
    async def talk() -> None:
        made, wire = connect()
        if sent:
            made.data_received(sent)
        await until(lambda: wire.is_closed)
        assert wire.written == b""

    run(talk)


@pytest.mark.usefixtures("hasty")
def test_the_second_head_of_a_connection_has_a_time_too() -> None:
    async def talk() -> None:
        made, wire = connect()
        made.data_received(GET + b"\r\n")
        await until(lambda: b"200 OK" in wire.written)
        assert made._deadline is None, "between two requests the pause of a kept connection counts"
        made.data_received(GET)
        await until(lambda: wire.is_closed)

    run(talk)


@pytest.mark.usefixtures("hasty")
def test_the_rest_of_a_body_that_was_not_wanted_is_not_taken_for_ever() -> None:
    async def talk() -> None:
        made, wire = connect()
        made.data_received(POST + b"a")
        await until(lambda: b"200 OK" in wire.written)
        await until(lambda: wire.is_closed)

    run(talk)


@pytest.mark.usefixtures("hasty")
def test_a_client_that_takes_nothing_of_its_answer_is_left() -> None:
    async def talk() -> None:
        made, wire = connect()
        made.data_received(GET + b"\r\n")
        await until(lambda: b"200 OK" in wire.written)
        made.pause_writing()
        made.resume_writing()
        assert made._stalled is None
        made.pause_writing()
        await until(lambda: wire.is_closed)

    run(talk)


def test_an_address_has_a_limit_of_connections_and_others_are_let_in() -> None:
    async def talk() -> None:
        first = [connect() for _ in range(MOST_OF_ADDRESS)]
        _, refused = connect()
        assert refused.is_closed
        assert refused.written.startswith(b"HTTP/1.1 429 ")
        assert not any(wire.is_closed for _, wire in first)
        other, wire = connect("192.0.2.2")
        other.data_received(GET + b"\r\n")
        await until(lambda: b"200 OK" in wire.written)
        for made, _ in first:
            made.connection_lost(None)
        assert LimitedConnection.open_connections == {"192.0.2.1": 1, "192.0.2.2": 1}

    run(talk)


def test_a_trusted_proxy_has_no_limit_of_connections() -> None:
    async def talk() -> None:
        for _ in range(MOST_OF_ADDRESS + 1):
            _, wire = connect("10.1.2.3", proxy_headers=True, forwarded_allow_ips=["10.0.0.0/8"])
            assert not wire.is_closed
        assert LimitedConnection.open_connections == {}

    run(talk)
