"""The only task: do a job when a message arrives."""

from __future__ import annotations

from collections.abc import Callable

from bookingopt_worker.logs import log_trouble
from bookingopt_worker.supervisor import Supervisor
from bookingopt_worker.turns import Turns
from job_ledger import StoreError


def make_task(turns: Turns, supervisor: Supervisor) -> Callable[[str], None]:
    """Return the function that does a job when a message arrives.

    It may do another job than the one that the message names. If there is nothing to do, it drops the
    message.
    """

    def run_job(job_id: str) -> None:
        try:
            claim = turns.take(job_id)
        except StoreError as error:
            log_trouble("claim failed", job_id=job_id, error=str(error))
            return  # the sweep delivers it again
        if claim is None:
            return
        try:
            supervisor.supervise(claim)
        finally:
            turns.give_back(claim)

    return run_job
