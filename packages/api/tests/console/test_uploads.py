from typing import Any

import pytest
from fastapi import Request
from starlette.types import Message

from bookingopt_api.console.uploads import file_of, read_form, text_of
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


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_form_gives_its_file_and_its_fields() -> None:
    async with read_form(request_of(FORM)) as form:
        assert await file_of(form, "document") == b'{"a": 1}'
        assert text_of(form, "label") == "spring"
        assert text_of(form, "document") == text_of(form, "missing") == ""


async def test_a_form_without_a_choice_has_no_file() -> None:
    async with read_form(request_of(EMPTY)) as form:
        assert await file_of(form, "document") is None
        assert await file_of(form, "missing") is None


async def test_a_form_of_more_fields_than_ours_is_refused() -> None:
    field = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
    with pytest.raises(ApiProblem, match="The form cannot be read"):
        async with read_form(request_of(field * 13 + b"--x--\r\n")):
            pytest.fail("the form was read")
