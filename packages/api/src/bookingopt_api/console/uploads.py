"""Forms with files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from bookingopt_api.problems import ApiProblem

_MOST_FIELDS = 12
_MOST_FILES = 3  # the lists of rooms, reservations and blocks
_LONGEST_FIELD_BYTES = 65_536


@asynccontextmanager
async def read_form(request: Request) -> AsyncIterator[FormData]:
    """Yield the fields and files of a form; the size of its body has been checked before.

    Parameters
    ----------
    request
        The request.

    Raises
    ------
    ApiProblem
        ``invalid-request`` if it is not a form, or has more fields or files, or longer fields, than the forms
        of the pages.
    """
    try:
        form = await request.form(
            max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD_BYTES
        )
    except (HTTPException, MultiPartException, FormParserError, ValueError, OSError) as error:
        raise ApiProblem("invalid-request", "The form cannot be read.") from error
    try:
        yield form
    finally:
        await form.close()


async def file_of(form: FormData, name: str) -> bytes | None:
    """Return the content of a file of a form; None if none was chosen."""
    value = form.get(name)
    if value is None or isinstance(value, str) or not value.filename:
        return None
    return await value.read()


def text_of(form: FormData, name: str) -> str:
    """Return a field of a form as text; empty if it is missing."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""
