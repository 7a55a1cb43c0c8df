from collections.abc import Callable
from typing import Any

import anyio
import pytest
from fastapi import Request
from starlette.types import Message

from bookingopt_api.console.uploads import file_of, read_form, text_of
from bookingopt_api.gate import BodyRoom, BodyShare
from bookingopt_api.problems import ApiProblem

BOUNDARY = "x"
FORM = (
    b'--x\r\nContent-Disposition: form-data; name="document"; filename="hotel.json"\r\n\r\n{"a": 1}\r\n'
    b'--x\r\nContent-Disposition: form-data; name="label"\r\n\r\n spring \r\n--x--\r\n'
)
EMPTY = b'--x\r\nContent-Disposition: form-data; name="document"; filename=""\r\n\r\n\r\n--x--\r\n'
pytestmark = pytest.mark.anyio


def request_of(body: bytes, kind: str = f"multipart/form-data; boundary={BOUNDARY}") -> Request:
    pieces = [body[start : start + 50] for start in range(0, len(body), 50)]

    async def receive() -> Message:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/", "query_string": b""}
    return Request(scope | {"headers": [(b"content-type", kind.encode())]}, receive)


async def refused(request: Request, share: BodyShare, seconds: float = 5) -> None:
    async with read_form(request, share, most_bytes=1000, seconds=seconds):
        pytest.fail("the form was read")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_form_gives_its_file_and_its_fields() -> None:
    with BodyRoom(10_000_000).share() as share:
        async with read_form(request_of(FORM), share, most_bytes=1000, seconds=5) as form:
            assert await file_of(form, "document") == b'{"a": 1}'
            assert text_of(form, "label") == "spring"
            assert text_of(form, "document") == text_of(form, "missing") == ""


async def test_a_form_without_a_choice_has_no_file() -> None:
    with BodyRoom(10_000_000).share() as share:
        async with read_form(request_of(EMPTY), share, most_bytes=1000, seconds=5) as form:
            assert await file_of(form, "document") is None
            assert await file_of(form, "missing") is None


async def test_a_form_that_is_too_long_is_refused_while_it_comes_in() -> None:
    long = FORM.replace(b'{"a": 1}', b" " * 200_000)
    with BodyRoom(10_000_000).share() as share, pytest.raises(ApiProblem, match="document-too-large"):
        await refused(request_of(long), share)


async def test_a_form_takes_its_room_from_the_memory_for_bodies() -> None:
    with BodyRoom(100).share() as share, pytest.raises(ApiProblem, match="busy"):
        await refused(request_of(FORM), share)


async def test_a_form_that_does_not_arrive_is_not_waited_for(forever: Callable[[], Any]) -> None:
    scope = request_of(FORM).scope
    with BodyRoom(100).share() as share, pytest.raises(ApiProblem, match="body-timeout"):
        await refused(Request(scope, forever), share, seconds=0.01)


@pytest.fixture
def forever() -> Callable[[], Any]:
    async def receive() -> Message:
        await anyio.sleep_forever()
        return {}

    return receive
