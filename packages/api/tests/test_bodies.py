from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import anyio
import pytest
from fastapi import Request
from starlette.types import Message

from bookingopt_api.bodies import read_body
from bookingopt_api.gate import BodyRoom
from bookingopt_api.problems import ApiProblem

NONE: Mapping[str, str] = MappingProxyType({})


def _read(
    chunks: Sequence[bytes], *, most_bytes: int = 10, seconds: float = 5, headers: Mapping[str, str] = NONE
) -> bytes:
    """Read a body that comes in chunks; after the last one nothing comes any more."""
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    waiting: list[Message] = [{"type": "http.request", "body": part, "more_body": True} for part in chunks]

    async def receive() -> Message:
        if not waiting:
            await anyio.sleep_forever()
        message = waiting.pop(0)
        return message if waiting or seconds < 1 else {**message, "more_body": False}

    async def read() -> bytes:
        request = Request({"type": "http", "method": "POST", "headers": given}, receive)
        with BodyRoom(100).share() as share:
            return await read_body(request, share, most_bytes=most_bytes, seconds=seconds)

    return anyio.run(read)


def test_a_body_comes_in_pieces() -> None:
    assert _read([b"{", b'"a": 1', b"}"]) == b'{"a": 1}'


def test_a_body_that_says_it_is_too_large_is_refused_unread() -> None:
    with pytest.raises(ApiProblem, match="document-too-large: At most 10 bytes"):
        _read([], headers={"content_length": "11"})


def test_a_body_that_grows_too_large_is_refused_while_it_streams() -> None:
    with pytest.raises(ApiProblem, match="document-too-large"):
        _read([b"12345", b"67890", b"1", b"never read"], headers={"content_length": "5"})


def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    with pytest.raises(ApiProblem, match="body-timeout"):
        _read([b"{"], seconds=0.01)


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "application/x+json", ""]
)
def test_json_is_accepted_by_all_its_names(kind: str) -> None:
    assert _read([b"{}"], headers={"content_type": kind}) == b"{}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content_type", "application/xml"),
        ("content_type", "multipart/form-data"),
        ("content_encoding", "gzip"),
    ],
)
def test_other_kinds_of_bodies_are_refused(name: str, value: str) -> None:
    with pytest.raises(ApiProblem, match="unsupported-media-type"):
        _read([b"{}"], headers={name: value})
