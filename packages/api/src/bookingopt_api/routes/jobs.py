"""``/api/v1/jobs``: the caller's jobs, one by one and as a list."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from bookingopt_api.audit import Act
from bookingopt_api.callers import JobId, Reader, Writer, owned_job, readable_job
from bookingopt_api.documentation import refusals
from bookingopt_api.job_answers import Cancellation, JobList, JobWithResult, job_content, to_job
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources, resources_of
from bookingopt_worker.jobs import CancelAnswer, EraseAnswer, JobRecord, JobState

router = APIRouter(prefix="/api/v1", tags=["jobs"])

FINISHED_SECONDS = 30
"""How long a client may keep the state of a job that has ended."""

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
    page = resources.store.jobs_of(caller.user, states=status or (), after=after, limit=limit)
    return JobList(jobs=[to_job(job) for job in page.jobs], after=page.after)


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
    """Tell where a job stands and, once it is completed, its result."""
    job, result = await resources.ask(_look, request, job_id, if_none_match)
    request.state.job_id = job.job_id
    headers = cache_headers(job)
    is_known = _is_known(headers, if_none_match)
    request.state.is_poll = is_known or job.state is not JobState.COMPLETED  # nothing of it is handed out
    if is_known:
        return Response(status_code=304, headers=headers)
    if job.state is JobState.COMPLETED and result is None:
        result = await to_thread.run_sync(resources.store.result, job.job_id)
    return Response(job_content(job, result), media_type="application/json", headers=headers)


def _look(request: Request, job_id: str, if_none_match: str | None) -> tuple[JobRecord, bytes | None]:
    """Return a job, and its result if it is wanted and this is in a thread already: another costs as much."""
    job, resources = readable_job(request, job_id), resources_of(request)
    if job.state is not JobState.COMPLETED or not resources.asks_in_threads:
        return job, None
    if if_none_match is not None and _is_known(cache_headers(job), if_none_match):
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
    """Stop a job that is queued or running, and erase one that has finished."""
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


def cache_headers(job: JobRecord) -> dict[str, str]:
    """Return how long the answer about a job may be kept: by its caller, and by a proxy of ours."""
    if not job.state.is_final or job.finished is None:
        return {"Cache-Control": "private, no-cache", "X-Accel-Expires": "1", "Retry-After": "1"}
    return {
        "Cache-Control": f"private, max-age={FINISHED_SECONDS}",
        "X-Accel-Expires": str(FINISHED_SECONDS),
        "ETag": f'"{job.job_id}.{job.finished.timestamp():.3f}"',
    }


def _is_known(headers: dict[str, str], if_none_match: str | None) -> bool:
    """Return whether a caller has the answer with these headers already."""
    if if_none_match is None:
        return False
    return headers.get("ETag") in {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
