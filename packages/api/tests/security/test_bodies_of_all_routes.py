"""Bodies on every path, also on those that are added later: limited, timed, and of known callers."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import Message

from bookingopt_api.app import ROUTERS, create_app
from bookingopt_api.bodies import RULES, SMALL_BYTES
from bookingopt_api.settings import ApiSettings

CHUNK = b"x" * 16_384
MOST_DOCUMENT_BYTES = 200_000
FORM = b"multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.json"\r\n\r\n'
UNKNOWN = "01935891-0000-7000-8000-000000000000"
CHANGING = sorted(
    {
        (method, str(route.path))
        for router in ROUTERS
        for route in iter_route_contexts(router.routes)
        for method in route.methods or ()
        if method not in {"GET", "HEAD", "OPTIONS"}
    }
)
PUBLIC = {"/sign-in", "/sign-out"}


class Flood:
    """A body that never ends: as fast as it is taken, or with nothing after the first piece."""

    def __init__(
        self, app: FastAPI, method: str, path: str, key: str | None, *, is_slow: bool = False
    ) -> None:
        self._app = app
        self._is_slow = is_slow
        self.taken = 0
        self.answers: list[Message] = []
        kind = b"application/json" if path.startswith("/api/") else FORM
        headers = [
            (b"host", b"localhost"), (b"transfer-encoding", b"chunked"), (b"content-type", kind),
            (b"sec-fetch-site", b"same-origin"),
        ]  # fmt: skip
        if key is not None:
            headers.append((b"x-api-key", key.encode()))
        path = path.format(job_id=UNKNOWN)
        self._scope: dict[str, Any] = {
            "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
            "query_string": b"", "root_path": "", "scheme": "http", "client": ("192.0.2.1", 1),
            "headers": headers,
        }  # fmt: skip

    def run(self) -> int:
        anyio.run(self._app, self._scope, self._receive, self._send)
        return int(self.answers[0]["status"])

    async def _receive(self) -> Message:
        if self.taken and self._is_slow:
            await anyio.sleep_forever()
        chunk = CHUNK if self.taken else PART + CHUNK[len(PART) :]
        self.taken += len(chunk)
        assert self.taken < 10_000_000, "it would be taken for ever"
        return {"type": "http.request", "body": chunk, "more_body": True}

    async def _send(self, message: Message) -> None:
        self.answers.append(message)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """Return an application that asks for keys, and waits a tenth of a second for a body."""
    settings = ApiSettings(
        data_dir=tmp_path, fit_warm="off", authentication="on", body_timeout=0.1,
        max_document_bytes=MOST_DOCUMENT_BYTES, rate_submit="1000/second", rate_read="1000/second",
        rate_address="1000/second",
    )  # fmt: skip
    made = create_app(settings)
    yield made
    made.state.resources.close()


@pytest.fixture
def key(app: FastAPI) -> str:
    """Return a key that may do everything."""
    return str(app.state.resources.keys.create("ann", "a test").text)


def test_there_are_paths_to_try() -> None:
    assert {("POST", path) for path in RULES} <= set(CHANGING)
    assert len(CHANGING) >= 10


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_nothing_is_read_of_a_stranger_where_a_key_is_asked_for(app: FastAPI, method: str, path: str) -> None:
    flood = Flood(app, method, path, None)
    status = flood.run()
    if path in PUBLIC:
        assert status == 413
        assert flood.taken <= SMALL_BYTES + len(CHUNK)
    else:
        assert status in {401, 303}  # a page leads to the sign-in
        assert flood.taken == 0


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_a_body_without_end_is_refused_at_the_limit(app: FastAPI, key: str, method: str, path: str) -> None:
    flood = Flood(app, method, path, key)
    most = RULES[path].most_bytes(MOST_DOCUMENT_BYTES) if path in RULES else SMALL_BYTES
    assert flood.run() == 413
    assert most < flood.taken <= most + len(CHUNK)


@pytest.mark.parametrize(("method", "path"), CHANGING)
def test_a_body_that_does_not_come_is_not_waited_for(app: FastAPI, key: str, method: str, path: str) -> None:
    assert Flood(app, method, path, key, is_slow=True).run() == 408


def test_an_upload_of_a_stranger_writes_no_file(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", refuse)
    monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile", refuse)
    for path in ("/new", "/new/check", "/sign-in", "/sign-out"):
        assert Flood(app, "POST", path, None).run() in {303, 413}
