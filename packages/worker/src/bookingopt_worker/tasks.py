"""The one task: do the job that a message names."""

from __future__ import annotations

from collections.abc import Callable

from bookingopt_worker.jobs import JobStore, StoreError
from bookingopt_worker.logs import log_trouble
from bookingopt_worker.supervisor import Supervisor


def make_task(store: JobStore, supervisor: Supervisor) -> Callable[[str], None]:
    """Return the function that does a job, given its id.

    A message for a job that is finished, or that somebody works on, is dropped.
    """

    def run_job(job_id: str) -> None:
        try:
            claim = store.claim(job_id)
        except StoreError as error:
            log_trouble("claim failed", job_id=job_id, error=str(error))
            return  # the sweep delivers it again
        if claim is not None:
            supervisor.supervise(claim)

    return run_job
