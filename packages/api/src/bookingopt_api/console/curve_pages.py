"""``/jobs/ID/curve``: the trade-off between moves and cost, and links to the plan of each point."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from bookingopt_api.callers import JobId, OwnedJob, Writer, owned_job
from bookingopt_api.console.curves import HEIGHT, WIDTH, curve_view
from bookingopt_api.console.form_tokens import FormToken
from bookingopt_api.console.job_pages import Shown, job_context, result_to_show, unfinished
from bookingopt_api.console.page_route import PageRoute
from bookingopt_api.console.rendering import page
from bookingopt_api.console.submissions import accept_document
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.routes.submit import CurvePoints
from bookingopt_api.views import require_result
from job_ledger import JobRecord, JobState
from job_ledger.options import FEWEST_POINTS, MOST_POINTS
from job_ledger.record import digest_of

router = APIRouter(prefix="/jobs/{job_id}/curve", route_class=PageRoute, include_in_schema=False)

_Resources = Annotated[Resources, Depends(get_resources)]
_USUAL_POINTS = 15
_LOOKED_AT = 50
"""How many of the caller's newest jobs are searched for a curve of the same hotel."""
_WITH_CURVE = (JobState.QUEUED, JobState.RUNNING, JobState.COMPLETED)


@router.get("")
def show_curve(request: Request, job: OwnedJob, resources: _Resources, shown: Shown) -> Response:
    """Show the curve, the progress of its job, or the button that starts one."""
    if job.options.curve_points is None and (drawn := _curve_job(job, resources)) is not None:
        return _to_curve(drawn)
    if job.state is not JobState.COMPLETED:
        return unfinished(request, job)
    own = {
        "view": curve_view(result_to_show(job, resources), shown.point),
        "width": WIDTH,
        "height": HEIGHT,
        "usual_points": job.options.curve_points or _USUAL_POINTS,
        "fewest_points": FEWEST_POINTS,
        "most_points": MOST_POINTS,
    }
    result = result_to_show(job, resources, shown.point)
    return page("curve.html", job_context(request, job, result, "curve", shown) | own)


@router.post("")
def draw_curve(
    request: Request,
    job_id: JobId,
    caller: Writer,
    resources: _Resources,
    curve_points: Annotated[CurvePoints, Form()] = _USUAL_POINTS,
    token: FormToken = "",
) -> Response:
    """Submit a job that computes the curve for the hotel of a plan."""
    job = owned_job(job_id, caller, resources)
    require_result(job)
    document = resources.store.document(job.job_id)
    if document is None:
        raise ApiProblem("job-not-found")
    options = replace(
        job.options, max_moves=None, move_price=None, curve_points=curve_points or _USUAL_POINTS
    )
    return _to_curve(accept_document(request, document, job.problem_id, caller, resources, options, token))


def _curve_job(job: JobRecord, resources: Resources) -> JobRecord | None:
    """Return the newest job with a curve of the same document; None if there is no such job."""
    document: bytes | None = None
    listed = resources.store.jobs_of(job.user, states=_WITH_CURVE, limit=_LOOKED_AT)
    for other in listed.jobs:
        if other.options.curve_points is None:
            continue
        if document is None:
            document = hashlib.sha256(resources.store.document(job.job_id) or b"").digest()
        if other.digest == digest_of(document, other.options):
            return other
    return None


def _to_curve(job: JobRecord) -> Response:
    return RedirectResponse(f"/jobs/{job.job_id}/curve", status_code=303)
