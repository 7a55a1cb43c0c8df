from __future__ import annotations

from typing import Any

import anyio
import pytest
from starlette.types import Message, Receive, Scope, Send

from bookingopt_api.gate import BodyRoom, Gate
from bookingopt_api.problems import ApiProblem


class Visitor:
    """Asks for something, and keeps what it is answered."""

    def __init__(self, path: str = "/api/v1/jobs") -> None:
        self.scope: dict[str, Any] = {"type": "http", "path": path, "state": {"request_id": "r1"}}
        self.answers: list[Message] = []

    async def send(self, message: Message) -> None:
        self.answers.append(message)

    async def receive(self) -> Message:
        raise AssertionError("nobody reads a body here")

    @property
    def status(self) -> int:
        return int(self.answers[0]["status"])


class Slow:
    """Begins an answer, and ends it when it is told to."""

    def __init__(self, kind: bytes) -> None:
        self.kind = kind
        self.begun = anyio.Event()
        self.go_on = anyio.Event()

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", self.kind)]})
        self.begun.set()
        await self.go_on.wait()


async def _second_of_two(kind: bytes, path: str) -> int:
    app = Slow(kind)
    gate = Gate(app, 1)
    first, second = Visitor(), Visitor(path)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(gate, first.scope, first.receive, first.send)
        await app.begun.wait()
        async with anyio.create_task_group() as others:
            others.start_soon(gate, second.scope, second.receive, second.send)
            await anyio.lowlevel.checkpoint()
            app.go_on.set()
    third = Visitor()
    await gate(third.scope, third.receive, third.send)
    assert third.status == 200, "whoever has left makes room"
    return second.status


@pytest.mark.parametrize(
    ("kind", "path", "status"),
    [
        (b"application/json", "/api/v1/jobs", 503),
        (b"application/json", "/readyz", 200),
        (b"text/event-stream; charset=utf-8", "/api/v1/jobs", 200),
    ],
    ids=["full", "a watch gets in", "a stream does not count"],
)
def test_one_too_many_is_told_to_come_again(kind: bytes, path: str, status: int) -> None:
    assert anyio.run(_second_of_two, kind, path) == status


def test_room_for_bodies_is_lent_and_given_back() -> None:
    room = BodyRoom(10)
    with room.share() as first:
        first.take(6)
        with room.share() as second:
            second.take(4)
            with pytest.raises(ApiProblem, match="busy"):
                second.take(1)
        first.take(4)
    with room.share() as third:
        third.take(10)
