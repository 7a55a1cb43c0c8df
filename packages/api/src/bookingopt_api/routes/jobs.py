"""``/api/v1/jobs``: the caller's jobs, one by one and as a list."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from bookingopt_api.audit import Act
from bookingopt_api.callers import JobId, OwnedJob, Reader, Writer, owned_job
from bookingopt_api.documentation import refusals
from bookingopt_api.job_answers import Cancellation, JobList, JobWithResult, job_content, to_job
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources
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
    "/jobs/{job_id}",  # noqa: FAST003 - OwnedJob takes it
    response_model=JobWithResult,
    responses=refusals("job-not-found") | {304: {"description": "Not changed since that ETag"}},
)
async def read_job(
    request: Request,
    job: OwnedJob,
    resources: _Resources,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Tell where a job stands and, once it is completed, its result."""
    request.state.job_id = job.job_id
    headers = cache_headers(job)
    request.state.is_poll = job.state is not JobState.COMPLETED  # nothing of the document is handed out
    if if_none_match is not None and headers.get("ETag") in _tags(if_none_match):
        request.state.is_poll = True
        return Response(status_code=304, headers=headers)
    if job.state is JobState.COMPLETED:
        content = await to_thread.run_sync(_content_with_result, job, resources)
    else:  # most answers, and a thread would be a fifth of what they cost
        content = job_content(job, None)
    return Response(content, media_type="application/json", headers=headers)


def _content_with_result(job: JobRecord, resources: Resources) -> bytes:
    return job_content(job, resources.store.result(job.job_id))


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


def _tags(if_none_match: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
