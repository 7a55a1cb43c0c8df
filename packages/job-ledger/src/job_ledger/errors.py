"""Errors between a process and the ledger.

::

    StoreError
    ├── StoreUnavailable   no answer: down, starting, refusing, or every connection in use
    ├── StoreFull          no room for another job
    └── RecordUnreadable   the record of a job is of another version, or damaged

The first two mean "try again later": nothing that was accepted is lost. After `StoreUnavailable` the
operation may have happened nevertheless. Every operation of the ledger can safely be repeated; to submit
a new job again, use the same idempotency key.
"""

from __future__ import annotations


class StoreError(Exception):
    """The ledger could not perform an operation."""


class StoreUnavailable(StoreError):
    """The store did not answer."""


class StoreFull(StoreError):
    """The store has no room for another job."""


class RecordUnreadable(StoreError):
    """The record of a job cannot be read by this version.

    Parameters
    ----------
    job_id
        Id of the job.
    """

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"the record of job {job_id} cannot be read by this version")
