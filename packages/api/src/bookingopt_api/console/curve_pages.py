"""``/jobs/ID/curve``: what fewer moves cost, and the plan of each point."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from bookingopt_api.callers import JobId, OwnedJob, Writer, owned_job
from bookingopt_api.console.curves import (
    HEIGHT,
    WIDTH,
    CurvePoint,
    best_of_each,
    curve_view,
    missing_limits,
    point_of,
    start_of,
)
from bookingopt_api.console.form_tokens import FormToken
from bookingopt_api.console.job_pages import job_context, result_to_show
from bookingopt_api.console.page_route import PageRoute
from bookingopt_api.console.rendering import page
from bookingopt_api.console.submissions import accept_document
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.results import LARGE_BYTES
from bookingopt_api.views import require_result
from bookingopt_worker.jobs import JobOptions, JobRecord, JobState
from bookingopt_worker.jobs.options import MOST_MOVES
from bookingopt_worker.jobs.record import digest_of
from optimizer_core.wire import ResultDocument

router = APIRouter(prefix="/jobs/{job_id}/curve", route_class=PageRoute, include_in_schema=False)

_Resources = Annotated[Resources, Depends(get_resources)]
_LOOKED_AT = 50
"""Jobs of the caller among which the points are sought, newest first."""
_MOST_POINTS = 12
_OPEN = (JobState.QUEUED, JobState.RUNNING)


@router.get("")
def show_curve(request: Request, job: OwnedJob, resources: _Resources) -> Response:
    """Show the points that are known, those being worked out, and how to get more."""
    result = result_to_show(job, resources)
    kin = _kin(job, resources)
    waiting = [other for other in kin if other.state in _OPEN]
    points = best_of_each(_points(job, kin, resources))
    asked = [other.options.max_moves for other in kin if other.options.max_moves is not None]
    own = {
        "view": curve_view(points) if points else None,
        "width": WIDTH,
        "height": HEIGHT,
        "waiting": waiting,
        "missing": missing_limits(points, asked),
        "most_moves": max((point.moves for point in points), default=0),
    }
    return page("curve.html", job_context(request, job, result, "curve") | own)


@router.post("")
def ask_for_points(
    request: Request,
    job_id: JobId,
    caller: Writer,
    resources: _Resources,
    max_moves: Annotated[int | None, Form(ge=0, le=MOST_MOVES)] = None,
    token: FormToken = "",
) -> Response:
    """Make jobs of the points that are missing, or of the one that is asked for.

    Only as many as the caller may have open; the rest can be asked for when these are done.
    """
    job = owned_job(job_id, caller, resources)
    require_result(job)
    document = resources.store.document(job.job_id)
    if document is None:
        raise ApiProblem("job-not-found")
    kin = _kin(job, resources)
    asked = [other.options.max_moves for other in kin if other.options.max_moves is not None]
    limits: tuple[int, ...] = missing_limits(best_of_each(_points(job, kin, resources)), asked)
    if max_moves is not None:
        limits = (max_moves,)
    for count, limit in enumerate(limits):
        options = JobOptions(job.options.backend, job.options.time_limit_seconds, max_moves=limit)
        try:
            accept_document(request, document, job.problem_id, caller, resources, options, token)
        except ApiProblem as problem:
            if count == 0 or problem.kind != "too-many-jobs":
                raise
            break
    return RedirectResponse(f"/jobs/{job.job_id}/curve", status_code=303)


def _kin(job: JobRecord, resources: Resources) -> list[JobRecord]:
    """Return the jobs of the same hotel, this one too: open or completed, of the same document."""
    document = hashlib.sha256(resources.store.document(job.job_id) or b"").digest()
    listed = resources.store.jobs_of(job.user, states=(*_OPEN, JobState.COMPLETED), limit=_LOOKED_AT)
    kin = [
        other
        for other in listed.jobs
        if other.options.move_price is None and other.digest == digest_of(document, other.options)
    ]
    return kin[:_MOST_POINTS] if any(other.job_id == job.job_id for other in kin) else [*kin, job]


def _points(job: JobRecord, kin: list[JobRecord], resources: Resources) -> Iterator[CurvePoint]:
    start: CurvePoint | None = None
    for other in kin:
        most_bytes = math.inf if other.job_id == job.job_id else LARGE_BYTES
        result = _result_of(other, resources, most_bytes) if other.state is JobState.COMPLETED else None
        if result is None:
            continue
        start = start or start_of(result)
        if (point := point_of(result, other.job_id, other.options.max_moves)) is not None:
            yield point
    if start is not None:
        yield start


def _result_of(job: JobRecord, resources: Resources, most_bytes: float) -> ResultDocument | None:
    """Return the result of a completed job; None if it is gone or too large."""
    known = resources.results.find(job)
    if known is None:
        content = resources.store.result(job.job_id)
        if content is None or len(content) > most_bytes:
            return None
        known = resources.results.read(job, lambda: content)
    return known.document if known.size <= most_bytes else None
