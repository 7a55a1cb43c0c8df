"""Turns a request into a job: stores it in the ledger first, then puts it into the queue."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from fastapi import Header

from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources
from job_ledger import AcceptAnswer, JobRecord, NewJob
from job_ledger.record import LONGEST_NAME

_RETRY_SECONDS = "5"

IdempotencyKey = Annotated[
    str | None,
    Header(min_length=1, max_length=LONGEST_NAME, description="Your name for this very request."),
]
"""The header ``Idempotency-Key`` of a request that may become a job."""


class Accepted(NamedTuple):
    """A job that was accepted, and whether an earlier request with the same key had submitted it."""

    job: JobRecord
    is_replayed: bool

    @property
    def headers(self) -> dict[str, str]:
        """Headers of the answer: address of the job, and whether it existed before."""
        headers = {"Location": f"/api/v1/jobs/{self.job.job_id}"}
        return headers | {"Idempotent-Replayed": "true"} if self.is_replayed else headers


def accept_job(job: NewJob, resources: Resources) -> Accepted:
    """Return the job for a request; accesses the store and the queue.

    Parameters
    ----------
    job
        The job to submit; its document has been checked.
    resources
        Supplies the store and the queue.

    Raises
    ------
    ApiProblem
        ``idempotency-key-reused`` if its key belongs to another request; ``too-many-jobs``.
    """
    acceptance = resources.store.accept(job)
    if acceptance.answer is AcceptAnswer.KEY_REUSED:
        raise ApiProblem("idempotency-key-reused")
    if acceptance.job is None:
        raise ApiProblem("too-many-jobs", headers={"Retry-After": _RETRY_SECONDS})
    if acceptance.answer is AcceptAnswer.ACCEPTED:
        resources.queue.deliver(acceptance.job.job_id)
    return Accepted(acceptance.job, acceptance.answer is AcceptAnswer.SAME_JOB)
