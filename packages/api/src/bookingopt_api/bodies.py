"""The body of a request: not too long, not too slow, and plain."""

from __future__ import annotations

import anyio
from fastapi import Request

from bookingopt_api.gate import BodyShare
from bookingopt_api.problems import ApiProblem

_JSON_TYPES = frozenset({"", "application/json", "text/json", "text/plain"})


async def read_body(request: Request, share: BodyShare, *, most_bytes: int, seconds: float) -> bytes:
    """Return the body of a request.

    Parameters
    ----------
    request
        The request.
    share
        Its part of the memory for bodies.
    most_bytes
        What is longer is refused while it streams in, or before if the request says so.
    seconds
        In which all of it must arrive.

    Raises
    ------
    ApiProblem
        ``document-too-large``, ``body-timeout``, ``unsupported-media-type``, or ``busy`` without room.
    """
    _check_kind(request)
    too_large = ApiProblem("document-too-large", f"At most {most_bytes:,} bytes are accepted.")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most_bytes:
        raise too_large
    body = bytearray()
    try:
        with anyio.fail_after(seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most_bytes:
                    raise too_large
                share.take(len(chunk))
    except TimeoutError:
        problem = f"The body did not arrive within {seconds:g} seconds."
        raise ApiProblem("body-timeout", problem, headers={"Connection": "close"}) from None
    return bytes(body)


def _check_kind(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _JSON_TYPES and not (kind.startswith("application/") and kind.endswith("+json")):
        raise ApiProblem("unsupported-media-type", "Send the document as application/json.")
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise ApiProblem("unsupported-media-type", "Send the document without Content-Encoding.")
