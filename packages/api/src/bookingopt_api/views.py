"""Views of a finished job, such as pictures and tables: made in threads, with entity tags for clients."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from typing import Annotated, Any

from anyio import to_thread
from fastapi import Query, Request, Response

from bookingopt_api.http_caching import cache_headers, is_known
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources
from bookingopt_api.results import LARGE_BYTES, ReadResult
from job_ledger import JobRecord, JobState
from job_ledger.options import MOST_POINTS
from optimizer_core.errors import InvalidInput
from optimizer_core.wire import ResultDocument, read_problem, result_of_point

MOST_BYTES = 20_000_000
"""Larger results are not read here at all."""
_TAG_CHARACTERS = 32
_TOO_LARGE = (
    f"The result has more than {MOST_BYTES // 1_000_000} MB. Fetch it from result, and make the view with"
    " the command line: bookingopt chart, bookingopt restrictions."
)
PointNumber = Annotated[
    int | None,
    Query(
        ge=0,
        lt=MOST_POINTS,
        description="Position in `TradeOff.Points`, from 0: the plan of that point instead of the job's.",
    ),
]
"""The query parameter ``point`` of views that exist for each plan of a curve."""
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "The client has it already."}}
"""Part of the `responses` of a path whose answer has an ``ETag``."""


def made_as(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a path whose answer is a view of one of these media types."""
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
    """Return the result document of a job that has one; accesses the store.

    Raises
    ------
    ApiProblem
        ``job-not-found`` if it has expired in the meantime.
    """
    found = resources.store.result(job.job_id)
    if found is None:
        raise ApiProblem("job-not-found")
    return found


def read_result(job: JobRecord, resources: Resources, point: int | None = None) -> ResultDocument:
    """Return the result of a job that has one; accesses the store unless it was read recently.

    Parameters
    ----------
    job
        The job.
    resources
        Resources of the application.
    point
        Position of a point of its curve, to get the result of that point; None for the result itself.

    Raises
    ------
    ApiProblem
        ``job-not-found`` if it has expired in the meantime; ``not-available`` if there is no such point.
    """
    whole = resources.results.read(job, lambda: result_of(job, resources))
    return whole.document if point is None else _read_point(job, resources, whole, point)


def _read_point(job: JobRecord, resources: Resources, whole: ReadResult, point: int) -> ResultDocument:
    curve = whole.document.trade_off
    num_points = 0 if curve is None else len(curve.points)
    if point >= num_points:
        there = (
            f"its points are 0 to {num_points - 1}" if num_points else "submit with curve_points to get one"
        )
        what = "curve" if num_points == 0 else f"point {point}"
        raise ApiProblem("not-available", f"The result has no {what}; {there}.")
    document = resources.store.document(job.job_id)
    if document is None:
        raise ApiProblem("job-not-found")
    return resources.results.read_point(
        job, point, whole, lambda: result_of_point(read_problem(document), whole.document, point)
    )


async def answer_view(
    request: Request,
    job: JobRecord,
    resources: Resources,
    make: Callable[[ResultDocument], bytes],
    *,
    media_type: str,
    file_name: str | None = None,
    point: int | None = None,
) -> Response:
    """Return a view of a finished job, or 304 if the client has it.

    Parameters
    ----------
    request
        The request; its address and its ``If-None-Match`` are used.
    job
        A job that has passed `require_result`.
    resources
        Resources of the application.
    make
        Makes the view; may raise `InvalidInput`, whose places are query parameters.
    media_type
        Media type of the view.
    file_name
        Name under which a browser saves it; None to show it.
    point
        Position of the point of its curve whose plan is viewed; None for the plan of the job.

    Raises
    ------
    ApiProblem
        ``not-available`` if `make` refuses, or if there is no such point.
    """
    request.state.job_id = job.job_id
    headers = cache_headers(job) | {"ETag": _tag(request, job)}
    if is_known(headers, request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    if file_name is not None:
        headers["Content-Disposition"] = f'attachment; filename="{file_name}"'

    try:
        # A view of a large hotel takes memory and time: other requests wait here, not in a thread.
        async with resources.drawings:
            known = resources.results.find(job)
            result = b"" if known else await to_thread.run_sync(result_of, job, resources)
            size = known.size if known else len(result)
            if size > MOST_BYTES:
                raise ApiProblem("not-available", _TOO_LARGE)
            limiter = resources.large_readings if size > LARGE_BYTES else None

            def view() -> bytes:
                whole = known or resources.results.read(job, lambda: result)
                return make(whole.document if point is None else _read_point(job, resources, whole, point))

            content = await to_thread.run_sync(view, limiter=limiter)
    except InvalidInput as error:
        raise ApiProblem("not-available", "; ".join(map(str, error.faults)), faults=error.faults) from None
    return Response(content, media_type=media_type, headers=headers)


def _tag(request: Request, job: JobRecord) -> str:
    """Return the entity tag of a view: the same job, address and program make the same bytes."""
    finished = None if job.finished is None else job.finished.isoformat()
    parts = [job.job_id, finished, request.url.path, sorted(request.query_params.multi_items()), _version()]
    return f'"{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_TAG_CHARACTERS]}"'


@cache
def _version() -> str:
    return version("optimizer-core")
