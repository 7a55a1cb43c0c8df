"""Views of a finished job: made of its result in a thread, and made once for each client that keeps them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from typing import Any

from anyio import to_thread
from fastapi import Request, Response

from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources
from bookingopt_api.results import LARGE_BYTES
from bookingopt_api.routes.jobs import cache_headers
from bookingopt_worker.jobs import JobRecord, JobState
from optimizer_core.errors import InvalidInput
from optimizer_core.wire import ResultDocument

MOST_BYTES = 20_000_000
"""Results above this are not read here at all."""
_TAG_CHARACTERS = 32
_TOO_LARGE = (
    f"The result has more than {MOST_BYTES // 1_000_000} MB. Fetch it from result, and make the view with"
    " the command line: bookingopt chart, bookingopt restrictions."
)
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The client has it already."}}
"""Of the `responses` of a path whose answer has an ``ETag``."""


def made_as(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a path whose answer is a view of one of these kinds."""
    return NOT_MODIFIED | {200: {"content": {media_type: {} for media_type in media_types}}}


def require_result(job: JobRecord, *, with_plan: bool = True) -> None:
    """Check that a job has a result.

    Parameters
    ----------
    job
        The job.
    with_plan
        Whether the result must have a plan.

    Raises
    ------
    ApiProblem
        ``not-finished``, ``no-result`` or ``no-plan``.
    """
    if not job.state.is_final:
        raise ApiProblem("not-finished", headers={"Retry-After": "1"})
    if job.state is not JobState.COMPLETED or job.outcome is None:
        raise ApiProblem("no-result")
    if with_plan and not job.outcome.succeeded:
        raise ApiProblem("no-plan")


def result_of(job: JobRecord, resources: Resources) -> bytes:
    """Return the result document of a job that has one; goes to the store.

    Raises
    ------
    ApiProblem
        ``job-not-found`` if its time has run out in the meantime.
    """
    found = resources.store.result(job.job_id)
    if found is None:
        raise ApiProblem("job-not-found")
    return found


def read_result(job: JobRecord, resources: Resources) -> ResultDocument:
    """Return the result of a job that has one; goes to the store unless it was read not long ago.

    Raises
    ------
    ApiProblem
        ``job-not-found`` if its time has run out in the meantime.
    """
    return resources.results.read(job, lambda: result_of(job, resources)).document


async def answer_view(
    request: Request,
    job: JobRecord,
    resources: Resources,
    make: Callable[[ResultDocument], bytes],
    *,
    media_type: str,
    file_name: str | None = None,
) -> Response:
    """Return a view of a finished job, or 304 where the client has it.

    Parameters
    ----------
    request
        The request; its address and its ``If-None-Match`` count.
    job
        A job that has passed `require_result`.
    resources
        Of the application.
    make
        Makes the view; may raise `InvalidInput`, whose places are query parameters.
    media_type
        Of the view.
    file_name
        Name under which a browser saves it; None to show it.

    Raises
    ------
    ApiProblem
        ``not-available`` where `make` refuses.
    """
    request.state.job_id = job.job_id
    headers = cache_headers(job) | {"ETag": _tag(request, job)}
    if is_known(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if file_name is not None:
        headers["Content-Disposition"] = f'attachment; filename="{file_name}"'

    try:
        # A view of a large hotel takes memory and time: the others wait here, not in a thread.
        async with resources.drawings:
            known = resources.results.find(job)
            result = b"" if known else await to_thread.run_sync(result_of, job, resources)
            size = known.size if known else len(result)
            if size > MOST_BYTES:
                raise ApiProblem("not-available", _TOO_LARGE)
            limiter = resources.large_readings if size > LARGE_BYTES else None
            content = await to_thread.run_sync(
                lambda: make((known or resources.results.read(job, lambda: result)).document),
                limiter=limiter,
            )
    except InvalidInput as error:
        raise ApiProblem("not-available", "; ".join(map(str, error.faults)), faults=error.faults) from None
    return Response(content, media_type=media_type, headers=headers)


def _tag(request: Request, job: JobRecord) -> str:
    """Return the entity tag of a view: the same job, address and program make the same bytes."""
    finished = None if job.finished is None else job.finished.isoformat()
    parts = [job.job_id, finished, request.url.path, sorted(request.query_params.multi_items()), _version()]
    return f'"{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_TAG_CHARACTERS]}"'


def is_known(request: Request, tag: str) -> bool:
    """Return whether the client says that it has what an entity tag stands for."""
    known = request.headers.get("if-none-match", "")
    return any(part.strip().removeprefix("W/") in {tag, "*"} for part in known.split(","))


@cache
def _version() -> str:
    return version("optimizer-core")
