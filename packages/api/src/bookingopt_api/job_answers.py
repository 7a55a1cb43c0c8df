"""Jobs as JSON: the fields that existing clients read, and newer ones."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from job_ledger import JobRecord, JobState
from optimizer_core.wire import ResultDocument

_HEAD_BYTES = 65_536
_MESSAGE = '"Message":'


class Submission(BaseModel):
    """The answer to a document that was accepted."""

    job_id: str = Field(description="Id of the job.")
    status: str = Field(description="State of the job; `queued` unless the request came before.")
    problem_id: str = Field(description="`ProblemId` of the document.")
    message: str = Field(description="What happens next, for people.")


class JobResult(BaseModel):
    """The result of a completed job."""

    success: bool = Field(description="Whether there is a plan.")
    result: ResultDocument | None = Field(None, description="The result document.")
    problem_id: str = Field(description="`ProblemId` of the document.")
    error: str | None = Field(None, description="Why there is no plan: `SolverStatus` of the result.")
    details: str | None = Field(None, description="The same in plain words: `Message` of the result.")


class Job(BaseModel):
    """A job without its result."""

    job_id: str = Field(description="Id of the job.")
    status: Literal["queued", "running", "completed", "failed", "cancelled"]
    progress: int = Field(ge=0, le=100, description="Rough share of the work done, in percent.")
    error: str | None = Field(None, description="Why the job failed: a kind of error of the worker.")
    message: str | None = Field(None, description="The same, or what happens now, for people.")
    problem_id: str = Field(description="`ProblemId` of the document.")
    backend: str = Field(description="Solver that was asked for, or that was used.")
    stage: str | None = Field(None, description="What a running job is doing.")
    value: float | None = Field(None, description="Cost of the best plan so far, in points of gap cost.")
    bound: float | None = Field(None, description="Proved lower bound of that cost.")
    gap: float | None = Field(
        None,
        description="(value - bound) / bound; 0 when proved, null where no lower bound above 0 is known.",
    )
    accepted: datetime
    started: datetime | None = None
    finished: datetime | None = None
    expires: datetime | None = Field(None, description="When the job is forgotten.")


class JobWithResult(Job):
    """A job and, once it is completed, its result."""

    result: JobResult | None = None


class JobList(BaseModel):
    """Jobs of the caller, newest first."""

    jobs: list[Job]
    after: str | None = Field(description="Give this as `after` for the next page; null on the last.")
    unreadable: list[str] = Field(
        default=[], description="Jobs left out of this page: their records are of another version."
    )


class Cancellation(BaseModel):
    """The answer to a job that was cancelled or erased."""

    message: str
    job_id: str


_MESSAGES = {
    JobState.QUEUED: "The job waits for a worker.",
    JobState.RUNNING: "The job is being done.",
    JobState.COMPLETED: "The job is done.",
    JobState.CANCELLED: "The job was cancelled.",
}


def to_submission(job: JobRecord) -> Submission:
    """Return the answer to a document that became this job."""
    message = "The job was accepted; ask for its state at the address in Location."
    return Submission(job_id=job.job_id, status=job.state.value, problem_id=job.problem_id, message=message)


def to_job(job: JobRecord) -> Job:
    """Return a job in the form of lists and states."""
    progress, outcome, error = job.progress, job.outcome, job.error
    return Job(
        job_id=job.job_id,
        status=job.state.value,
        progress=100 if job.state is JobState.COMPLETED else progress.percent if progress else 0,
        error=error.kind if error else None,
        message=error.detail if error else _MESSAGES.get(job.state),
        problem_id=job.problem_id,
        backend=outcome.backend if outcome else job.options.backend,
        stage=progress.stage if progress and not job.state.is_final else None,
        value=progress.value if progress else None,
        bound=progress.bound if progress else None,
        gap=outcome.gap if outcome else progress.gap if progress else None,
        accepted=job.accepted,
        started=job.started,
        finished=job.finished,
        expires=job.expires,
    )


def job_content(job: JobRecord, result: bytes | None = None) -> bytes:
    """Return a job as JSON; the bytes of its result document are inserted unchanged.

    Parameters
    ----------
    job
        The job.
    result
        Its result document; None if it has none.
    """
    fields = to_job(job).model_dump_json()
    if result is None or job.outcome is None:
        return f'{fields[:-1]},"result":null}}'.encode()
    told: dict[str, Any] = {"problem_id": job.problem_id}
    if not job.outcome.succeeded:
        told |= {"error": job.outcome.reason, "details": _message_of(result)}
    success = json.dumps(job.outcome.succeeded)
    begin = f'{fields[:-1]},"result":{{"success":{success},"result":'
    return b"".join((begin.encode(), result, b",", json.dumps(told)[1:].encode(), b"}"))


def _message_of(result: bytes) -> str | None:
    """Return `Message` of a result document without reading the rest of it; None if it has none.

    It is among the first fields. Its name, unescaped and with a colon, cannot occur inside a text.
    """
    head = result[:_HEAD_BYTES].decode("utf-8", errors="ignore")
    place = head.find(_MESSAGE)
    if place < 0:
        return None
    try:
        message, _ = json.JSONDecoder().raw_decode(head[place + len(_MESSAGE) :].lstrip())
    except ValueError:  # longer than the head
        return None
    return message if isinstance(message, str) else None
