"""``/api/v1/jobs/{job_id}/events``: the progress of a job as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from bookingopt_api.callers import OwnedJob
from bookingopt_api.documentation import refusals
from bookingopt_api.entry import is_let_in
from bookingopt_api.job_answers import Job, to_job
from bookingopt_api.resources import Resources, get_resources
from job_ledger import JobRecord

router = APIRouter(prefix="/api/v1/jobs/{job_id}", tags=["jobs"])

COME_AGAIN_MS = 2_000
"""Reconnection time for a browser that loses its stream."""
NO_MORE_MS = 3_600_000
"""The same after the last event, for clients that do not close the stream."""

_Resources = Annotated[Resources, Depends(get_resources)]


class Standing(BaseModel):
    """Progress of an open job."""

    job_id: str
    status: str = Field(description="`queued` or `running`.")
    percent: int = Field(description="Rough share of the work done.")
    stage: str | None = Field(None, description="What is being done.")
    value: float | None = Field(None, description="Cost of the best plan so far, in points of gap cost.")
    bound: float | None = Field(None, description="Proved lower bound of that cost.")
    gap: float | None = Field(
        None,
        description="(value - bound) / bound; 0 when proved, null where no lower bound above 0 is known.",
    )


class Gone(BaseModel):
    """The job was erased."""

    job_id: str


async def _place(job: OwnedJob, resources: _Resources) -> AsyncIterator[None]:
    """Hold one of the limited streams until the stream has ended."""
    with resources.watch.place(job.user):
        yield


@router.get(
    "/events",
    response_class=EventSourceResponse,
    responses=refusals("job-not-found"),
    dependencies=[Depends(_place)],
)
async def follow_job(
    request: Request, job: OwnedJob, resources: _Resources
) -> AsyncIterator[ServerSentEvent]:
    """Send the progress of a job whenever it changes, as `progress`, and at last how it ended.

    The last event is `completed`, `failed` or `cancelled`, with the job as `GET` returns it but without its
    result, or `gone` if the job was erased. Close the stream then. If a stream ends without such an event,
    the service is stopping, the key was revoked or the session has ended.
    """
    request.state.job_id = job.job_id

    async def may_listen() -> bool:
        return await resources.ask(is_let_in, request)

    async for found in resources.watch.follow(job, may_listen):
        yield _event(found, job.job_id)


def _event(job: JobRecord | None, job_id: str) -> ServerSentEvent:
    told: Job | Standing | Gone
    retry = NO_MORE_MS if job is None or job.state.is_final else COME_AGAIN_MS
    if job is None:
        name, told = "gone", Gone(job_id=job_id)
    elif job.state.is_final:
        name, told = job.state.value, to_job(job)
    else:
        name, told = "progress", _standing(to_job(job))
    return ServerSentEvent(event=name, data=told, retry=retry)


def _standing(job: Job) -> Standing:
    return Standing(
        job_id=job.job_id,
        status=job.status,
        percent=job.progress,
        stage=job.stage,
        value=job.value,
        bound=job.bound,
        gap=job.gap,
    )
