"""Forms with files: not too long, not too slow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import Request
from starlette.datastructures import FormData
from starlette.types import Message, Receive

from bookingopt_api.gate import BodyShare
from bookingopt_api.problems import ApiProblem

_MOST_FIELDS = 12
_MOST_FILES = 2
_LONGEST_FIELD_BYTES = 65_536
_FRAME_BYTES = 65_536
"""Bytes of a form besides its files."""


@asynccontextmanager
async def read_form(
    request: Request, share: BodyShare, *, most_bytes: int, seconds: float
) -> AsyncIterator[FormData]:
    """Lend the fields and files of a form.

    Parameters
    ----------
    request
        The request; its body must not have been read.
    share
        Memory for it.
    most_bytes
        What its files together may have.
    seconds
        In which all of it must arrive.

    Raises
    ------
    ApiProblem
        ``document-too-large``, ``body-timeout`` or ``busy``.
    HTTPException
        If it is no form.
    """
    counted = Request(request.scope, _counted(request.receive, share, most_bytes + _FRAME_BYTES))
    try:
        with anyio.fail_after(seconds):
            form = await counted.form(
                max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD_BYTES
            )
    except TimeoutError:
        raise ApiProblem("body-timeout", headers={"Connection": "close"}) from None
    try:
        yield form
    finally:
        await form.close()


def _counted(receive: Receive, share: BodyShare, most_bytes: int) -> Receive:
    """Return a receiver that refuses to go on after so many bytes."""

    async def take() -> Message:
        message = await receive()
        share.take(len(message.get("body", b"")))
        if share.used > most_bytes:
            raise ApiProblem("document-too-large", headers={"Connection": "close"})
        return message

    return take


async def file_of(form: FormData, name: str) -> bytes | None:
    """Return the content of a file of a form; None where none was chosen."""
    value = form.get(name)
    if value is None or isinstance(value, str) or not value.filename:
        return None
    return await value.read()


def text_of(form: FormData, name: str) -> str:
    """Return a field of a form as text; empty where it is missing."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""
