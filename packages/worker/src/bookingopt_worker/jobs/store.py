"""The job ledger: one protocol, and two stores behind it that pass the same tests."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from bookingopt_worker.jobs.answers import (
    Acceptance,
    BeatAnswer,
    CancelAnswer,
    Claim,
    Ending,
    EraseAnswer,
    JobPage,
    LedgerStatistics,
)
from bookingopt_worker.jobs.record import JobProgress, JobRecord, NewJob
from bookingopt_worker.jobs.rules import LedgerRules
from bookingopt_worker.jobs.states import JobState


class JobStore(Protocol):
    """Every accepted job until it has ended and its time is over.

    Each operation is one transaction, goes by the clock of the store, may be called from any thread, and
    raises `StoreUnavailable` where the store gives no answer. A job is found by its id alone: whether the
    caller may see it is the caller's to check, by `JobRecord.user`.
    """

    @property
    def rules(self) -> LedgerRules:
        """The numbers that this ledger goes by."""
        ...

    # For those who want a job done -------------------------------------------------------------------
    def accept(self, job: NewJob) -> Acceptance:
        """Write a new job down, unless it has come before or its user has too many.

        After this the job survives whatever happens to any process; hand its id to the queue next.

        Raises
        ------
        StoreFull
            If the store has no room for it.
        """
        ...

    def get(self, job_id: str) -> JobRecord | None:
        """Return a job without its documents; None if there is none."""
        ...

    def document(self, job_id: str) -> bytes | None:
        """Return the problem document of a job, as it was received; None if there is none."""
        ...

    def result(self, job_id: str) -> bytes | None:
        """Return the result document of a job; None if there is none."""
        ...

    def jobs_of(
        self,
        user: str,
        *,
        states: Collection[JobState] = (),
        after: str | None = None,
        limit: int = 20,
    ) -> JobPage:
        """Return jobs of a user, newest first.

        Parameters
        ----------
        user
            Whose.
        states
            Only jobs in these states; empty for all.
        after
            Where to go on: `JobPage.after` of the page before; None for the first page.
        limit
            Most jobs of a page.
        """
        ...

    def cancel(self, job_id: str) -> CancelAnswer:
        """Stop a queued job now, a running one soon."""
        ...

    def erase(self, job_id: str) -> EraseAnswer:
        """Forget a finished job: its record, its documents and its idempotency key."""
        ...

    def statistics(self) -> LedgerStatistics:
        """Return what is open now and what has happened so far."""
        ...

    def ping(self) -> None:
        """Do nothing, and raise `StoreUnavailable` where the store gives no answer."""
        ...

    # For those who do jobs ---------------------------------------------------------------------------
    def claim(self, job_id: str) -> Claim | None:
        """Take up a job that nobody works on; None if there is nothing to do.

        Nobody works on a queued job, or on a running one whose lease has run out. A job whose user has
        cancelled it, or that was lost with its worker too often, ends here instead.
        """
        ...

    def beat(self, claim: Claim, progress: JobProgress | None = None) -> BeatAnswer:
        """Renew the lease of a claim, and tell how far the job is."""
        ...

    def finish(self, claim: Claim, ending: Ending) -> JobState | None:
        """End a job, once.

        Returns
        -------
        JobState or None
            The state it ended in: ``cancelled`` if its user asked for that in the meantime. None if the
            claim no longer holds; nothing was written then. Told again, the same claim gets the same answer.
        """
        ...

    def release(self, claim: Claim, *, is_lost: bool = False) -> JobState | None:
        """Give a job back, for another worker to take up.

        Parameters
        ----------
        claim
            The claim to give up.
        is_lost
            Whether the attempt died. Otherwise it does not count: a worker that is shut down is no fault
            of the job.

        Returns
        -------
        JobState or None
            ``queued``; ``failed`` if that was the last attempt; ``cancelled`` if its user wanted that;
            None if the claim no longer holds.
        """
        ...

    # For those who look after the ledger -------------------------------------------------------------
    def take_overdue(self, limit: int = 500) -> tuple[str, ...]:
        """Return jobs to deliver again, and mark them as delivered now, so that one caller gets each.

        These are running jobs whose lease has run out, and queued ones delivered longer ago than
        `LedgerRules.redeliver_seconds`; the message of the latter may still be in the queue. Lost jobs
        that were cancelled, or lost too often, end here instead.
        """
        ...

    def purge(self, limit: int = 500) -> int:
        """Forget finished jobs whose time is over; return how many were forgotten."""
        ...

    def announce(self, worker: str, seconds: float) -> None:
        """Count a consumer as alive for so many seconds."""
        ...

    def close(self) -> None:
        """Give back every connection."""
        ...
