"""``/`` and the list of jobs: the way to a plan, and to those made before."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from bookingopt_api.callers import JobId, Reader, Writer, owned_job
from bookingopt_api.console.example_hotels import EXAMPLES
from bookingopt_api.console.job_pages import is_signed_in
from bookingopt_api.console.page_route import PageRoute
from bookingopt_api.console.rendering import page
from bookingopt_api.console.submissions import submit_document
from bookingopt_api.console.uploads import file_of, read_form
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.routes.submit import LARGE_BYTES
from bookingopt_worker.jobs import JobRecord
from optimizer_core.errors import Fault

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_Resources = Annotated[Resources, Depends(get_resources)]
_RECENT_JOBS = 5
_JOBS_OF_A_PAGE = 25


@router.get("/")
def show_start(request: Request, caller: Reader, resources: _Resources) -> Response:
    """Show how a plan is begun, and the latest ones."""
    recent = resources.store.jobs_of(caller.user, limit=_RECENT_JOBS)
    return page(
        "start.html",
        {
            "where": "new",
            "signed_in": is_signed_in(request),
            "examples": EXAMPLES.values(),
            "jobs": recent.jobs,
        },
    )


@router.post("/new")
async def submit_file(request: Request, caller: Writer, resources: _Resources) -> Response:
    """Accept a file as a job."""
    settings = resources.settings
    with resources.bodies.share() as share:
        most, seconds = settings.max_document_bytes, settings.body_timeout
        async with read_form(request, share, most_bytes=most, seconds=seconds) as form:
            content = await file_of(form, "document")
        if content is None:
            fault = Fault(("file",), "none was chosen; choose a JSON file")
            raise ApiProblem("invalid-request", faults=[fault])
        limiter = resources.large_readings if len(content) > LARGE_BYTES else None
        job = await to_thread.run_sync(submit_document, request, content, caller, resources, limiter=limiter)
    return to_job_page(job)


@router.post("/example")
def submit_example(
    request: Request, caller: Writer, resources: _Resources, name: Annotated[str, Form(max_length=40)]
) -> Response:
    """Make a job of an example hotel."""
    if name not in EXAMPLES:
        raise ApiProblem("not-found", "There is no such example hotel.")
    return to_job_page(submit_document(request, EXAMPLES[name].document, caller, resources))


@router.get("/jobs")
def list_jobs(
    request: Request,
    caller: Reader,
    resources: _Resources,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Show the caller's jobs, newest first."""
    listed = resources.store.jobs_of(caller.user, after=after, limit=_JOBS_OF_A_PAGE)
    return page(
        "jobs.html",
        {
            "where": "jobs",
            "signed_in": is_signed_in(request),
            "jobs": listed.jobs,
            "after": listed.after,
        },
    )


@router.post("/jobs/{job_id}/cancel")
def cancel_job(job_id: JobId, caller: Writer, resources: _Resources) -> Response:
    """Stop a job that is queued or running."""
    job = owned_job(job_id, caller, resources)
    resources.store.cancel(job.job_id)
    return to_job_page(job)


@router.post("/jobs/{job_id}/erase")
def erase_job(job_id: JobId, caller: Writer, resources: _Resources) -> Response:
    """Forget a job that has ended."""
    resources.store.erase(owned_job(job_id, caller, resources).job_id)
    return RedirectResponse("/jobs", status_code=303)


def to_job_page(job: JobRecord) -> Response:
    """Return the way to the page of a job."""
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)
