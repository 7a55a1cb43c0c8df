"""``/api/v1/jobs``: the caller's jobs, one by one and as a list."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from bookingopt_api.audit import Act
from bookingopt_api.callers import JobId, Reader, Writer, owned_job, readable_job
from bookingopt_api.documentation import refusals
from bookingopt_api.http_caching import cache_headers, is_known
from bookingopt_api.job_answers import Cancellation, JobList, JobWithResult, job_content, to_job
from bookingopt_api.logs import log_trouble
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources, resources_of
from job_ledger import CancelAnswer, EraseAnswer, JobPage, JobRecord, JobState

router = APIRouter(prefix="/api/v1", tags=["jobs"])

_Resources = Annotated[Resources, Depends(get_resources)]


@router.get("/jobs", response_model=JobList)
def list_jobs(
    caller: Reader,
    resources: _Resources,
    status: Annotated[list[JobState] | None, Query(description="Only jobs in these states.")] = None,
    after: Annotated[str | None, Query(max_length=64, description="`after` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="Most jobs of a page.")] = 20,
) -> JobList:
    """List the caller's jobs, newest first."""
    page = list_page(resources, caller.user, states=status or (), after=after, limit=limit)
    return JobList(
        jobs=[to_job(job) for job in page.jobs], after=page.after, unreadable=list(page.unreadable)
    )


def list_page(
    resources: Resources,
    user: str,
    *,
    states: Collection[JobState] = (),
    after: str | None = None,
    limit: int,
) -> JobPage:
    """Return jobs of a user, as `JobStore.jobs_of` does; log the jobs that cannot be read."""
    page = resources.store.jobs_of(user, states=states, after=after, limit=limit)
    for job_id in page.unreadable:
        log_trouble("record unreadable", job_id=job_id)
    return page


@router.get(
    "/jobs/{job_id}",
    response_model=JobWithResult,
    responses=refusals("job-not-found") | {304: {"description": "Not changed since that ETag"}},
)
async def read_job(
    request: Request,
    job_id: JobId,
    resources: _Resources,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Return the state of a job and, once it is completed, its result."""
    job, result = await resources.ask(_look, request, job_id, if_none_match)
    request.state.job_id = job.job_id
    headers = cache_headers(job)
    is_cached = is_known(headers, if_none_match)
    request.state.is_poll = is_cached or job.state is not JobState.COMPLETED  # this answer contains no result
    if is_cached:
        return Response(status_code=304, headers=headers)
    if job.state is JobState.COMPLETED and result is None:
        result = await to_thread.run_sync(resources.store.result, job.job_id)
    return Response(job_content(job, result), media_type="application/json", headers=headers)


def _look(request: Request, job_id: str, if_none_match: str | None) -> tuple[JobRecord, bytes | None]:
    """Return a job, and also its result if that is needed and this already runs in a thread.

    Reading it here saves the cost of another thread.
    """
    job, resources = readable_job(request, job_id), resources_of(request)
    if job.state is not JobState.COMPLETED or not resources.asks_in_threads:
        return job, None
    if is_known(cache_headers(job), if_none_match):
        return job, None
    return job, resources.store.result(job.job_id)


@router.delete("/jobs/{job_id}", response_model=Cancellation, responses=refusals("nothing-to-cancel"))
def delete_job(
    request: Request,
    job_id: JobId,
    caller: Writer,
    resources: _Resources,
    erase: Annotated[bool, Query(description="Erase a job that was cancelled before, too.")] = False,
) -> Cancellation:
    """Cancel a job that is queued or running, and erase one that has finished."""
    try:
        job = owned_job(job_id, caller, resources)
    except ApiProblem:
        raise ApiProblem("nothing-to-cancel") from None
    if job.state is JobState.CANCELLED and not erase:
        raise ApiProblem("nothing-to-cancel", "The job was cancelled already.")
    answer = resources.store.cancel(job.job_id)
    if answer is CancelAnswer.FINISHED:
        request.state.act = Act.ERASE
        is_erased = resources.store.erase(job.job_id) is EraseAnswer.ERASED
        answer = answer if is_erased else CancelAnswer.UNKNOWN
    if answer is CancelAnswer.UNKNOWN:
        raise ApiProblem("nothing-to-cancel")
    return Cancellation(message=_DELETED[answer], job_id=job.job_id)


_DELETED = {
    CancelAnswer.CANCELLED: "The job was cancelled.",
    CancelAnswer.STOPPING: "The job is being stopped.",
    CancelAnswer.ALREADY_STOPPING: "The job is being stopped already.",
    CancelAnswer.FINISHED: "The job had finished; it was erased.",
}
