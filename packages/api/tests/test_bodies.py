from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.datastructures import Headers
from starlette.types import Message

from bookingopt_api.app import create_app
from bookingopt_api.bodies import MOST_OF_ADDRESS, RULES, SMALL_BYTES, BodyRule, has_body
from bookingopt_api.settings import ApiSettings

JSON = (b"content-type", b"application/json")


class Sender:
    """A client that sends a body in pieces, and then nothing more."""

    def __init__(
        self, app: FastAPI, path: str, chunks: Sequence[bytes], *headers: tuple[bytes, bytes]
    ) -> None:
        self._app = app
        self._waiting = list(chunks)
        self.taken = 0
        self.answers: list[Message] = []
        self.scope: dict[str, Any] = {
            "type": "http", "http_version": "1.1", "method": "POST", "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "scheme": "http", "client": ("192.0.2.1", 1),
            "headers": [(b"host", b"localhost"), (b"transfer-encoding", b"chunked"), *headers],
        }  # fmt: skip

    @property
    def status(self) -> int:
        return int(self.answers[0]["status"])

    async def send_all(self) -> None:
        await self._app(self.scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if not self._waiting:
            await anyio.sleep_forever()
        self.taken += len(self._waiting[0])
        return {"type": "http.request", "body": self._waiting.pop(0), "more_body": True}

    async def _send(self, message: Message) -> None:
        self.answers.append(message)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """Return an application that waits a tenth of a second for a body."""
    settings = ApiSettings(
        data_dir=tmp_path, fit_warm="off", body_timeout=0.1, max_document_bytes=100_000,
        rate_address="1000/second",
    )  # fmt: skip
    made = create_app(settings)
    yield made
    made.state.resources.close()


def test_each_path_with_a_rule_of_its_own_is_a_path_of_the_application(app: FastAPI) -> None:
    assert set(RULES) <= {context.path for context in iter_route_contexts(app.routes)}


def test_a_rule_says_how_long_a_body_may_be() -> None:
    assert BodyRule().most_bytes(1_000_000) == SMALL_BYTES
    assert BodyRule(is_json=True).most_bytes(1000) == 1000
    assert BodyRule(frame_bytes=5).most_bytes(1000) == 1005


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"Content-Length": "0"}, False),
        ({"Content-Length": "1"}, True),
        ({"Content-Length": "one"}, True),
        ({"Transfer-Encoding": "chunked"}, True),
    ],
)
def test_headers_tell_whether_there_is_a_body(headers: dict[str, str], *, expected: bool) -> None:
    assert has_body(Headers(headers)) is expected


def test_a_body_that_says_it_is_too_large_is_refused_unread(app: FastAPI) -> None:
    sender = Sender(app, "/api/v1/optimize", [b"never read"], JSON, (b"content-length", b"100001"))
    anyio.run(sender.send_all)
    assert (sender.status, sender.taken) == (413, 0)


def test_a_body_that_grows_too_large_is_refused_while_it_streams(app: FastAPI) -> None:
    sender = Sender(app, "/api/v1/optimize", [b" " * 40_000] * 10, JSON)
    anyio.run(sender.send_all)
    assert (sender.status, sender.taken) == (413, 120_000)


def test_a_body_that_does_not_arrive_is_not_waited_for(app: FastAPI) -> None:
    sender = Sender(app, "/api/v1/optimize", [b"{"], JSON)
    anyio.run(sender.send_all)
    assert sender.status == 408
    assert (b"connection", b"close") in sender.answers[0]["headers"]


@pytest.mark.parametrize(
    "header",
    [
        (b"content-type", b"application/xml"),
        (b"content-type", b"multipart/form-data"),
        (b"content-encoding", b"gzip"),
    ],
)
def test_other_kinds_of_bodies_are_refused_unread(app: FastAPI, header: tuple[bytes, bytes]) -> None:
    sender = Sender(app, "/api/v1/optimize", [b"never read"], header)
    anyio.run(sender.send_all)
    assert (sender.status, sender.taken) == (415, 0)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/x+json", "text/plain"])
def test_json_is_accepted_by_all_its_names(client: TestClient, kind: str, document: bytes) -> None:
    answer = client.post("/api/v1/optimize", content=document, headers={"Content-Type": kind})
    assert answer.status_code == 200


def test_a_body_in_pieces_is_one_document(client: TestClient, document: bytes) -> None:
    pieces = iter([document[:10], b"", document[10:]])
    assert client.post("/api/v1/optimize", content=pieces).status_code == 200


def test_an_address_has_a_limit_of_bodies_on_their_way_and_gets_its_places_back(app: FastAPI) -> None:
    async def send_many() -> list[int]:
        senders = [Sender(app, "/sign-out", [b"a"], (b"sec-fetch-site", b"same-origin")) for _ in range(38)]
        async with anyio.create_task_group() as tasks:
            for sender in senders:
                tasks.start_soon(sender.send_all)
        return [sender.status for sender in senders]

    for _ in range(2):
        statuses = anyio.run(send_many)
        assert (statuses.count(408), statuses.count(429)) == (MOST_OF_ADDRESS, 38 - MOST_OF_ADDRESS)


def test_who_leaves_before_the_body_is_here_gets_no_answer(app: FastAPI) -> None:
    sender = Sender(app, "/api/v1/optimize", [], JSON)

    async def leave() -> Message:
        await anyio.lowlevel.checkpoint()
        return {"type": "http.disconnect"}

    anyio.run(app, sender.scope, leave, sender._send)
    assert sender.answers == []


def test_a_method_without_a_body_does_not_wait_for_one(app: FastAPI) -> None:
    sender = Sender(app, "/api/v1/jobs", [b"a"])
    sender.scope["method"] = "GET"
    anyio.run(sender.send_all)
    assert (sender.status, sender.taken) == (200, 0)
