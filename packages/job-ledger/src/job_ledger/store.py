"""The protocol of the job ledger; both stores that implement it pass the same tests."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from job_ledger.record import JobProgress, JobRecord, NewJob
from job_ledger.results import (
    Acceptance,
    BeatAnswer,
    CancelAnswer,
    Claim,
    Ending,
    EraseAnswer,
    JobPage,
    LedgerStatistics,
    Turn,
)
from job_ledger.rules import LedgerRules
from job_ledger.state import JobState


class JobStore(Protocol):
    """Holds every accepted job until it has ended and expired.

    Each operation is one transaction, uses the clock of the store, may be called from any thread, and raises
    `StoreUnavailable` if the store does not answer. A job is found by its id alone: the caller must check by
    `JobRecord.user` who may see it.
    """

    @property
    def rules(self) -> LedgerRules:
        """Rules of this ledger."""
        ...

    # For clients that submit jobs --------------------------------------------------------------------
    def accept(self, job: NewJob) -> Acceptance:
        """Store a new job, unless it was submitted before or its user has too many.

        From then on the job survives the end of any process. Put its id into the queue next.

        Raises
        ------
        StoreFull
            If the store has no room for it.
        """
        ...

    def get(self, job_id: str) -> JobRecord | None:
        """Return a job without its documents; None if it does not exist.

        Raises
        ------
        RecordUnreadable
            If this version cannot read its record.
        """
        ...

    def document(self, job_id: str) -> bytes | None:
        """Return the problem document of a job, as it was received; None if it does not exist."""
        ...

    def result(self, job_id: str) -> bytes | None:
        """Return the result document of a job; None if it does not exist."""
        ...

    def jobs_of(
        self,
        user: str,
        *,
        states: Collection[JobState] = (),
        after: str | None = None,
        limit: int = 20,
    ) -> JobPage:
        """Return jobs of a user, newest first; jobs that this version cannot read are listed separately.

        Parameters
        ----------
        user
            Owner of the jobs.
        states
            Only jobs in these states; empty for all.
        after
            `JobPage.after` of the previous page; None for the first page.
        limit
            Most jobs of a page.
        """
        ...

    def cancel(self, job_id: str) -> CancelAnswer:
        """Stop a queued job now, a running one soon."""
        ...

    def erase(self, job_id: str) -> EraseAnswer:
        """Delete a finished job: its record, its documents and its idempotency key."""
        ...

    def statistics(self) -> LedgerStatistics:
        """Return totals and the number of open jobs."""
        ...

    def ping(self) -> None:
        """Raise `StoreUnavailable` if the store does not answer.

        Raises
        ------
        StoreFull
            If nothing can be written, because a disk is full.
        """
        ...

    # For workers -------------------------------------------------------------------------------------
    def next_turn(self, job_id: str, users: Collection[str] = (), most_bytes: int | None = None) -> Turn:
        """Return the job to take when a message arrives; users take turns.

        It is the job that the message named, if that was lost with its worker. Otherwise it is the oldest
        queued job of the user whose latest job was taken longest ago.

        Parameters
        ----------
        job_id
            The job that the message named.
        users
            Users who already have as many jobs in hand as one user may have in this worker.
        most_bytes
            Largest document that there is room for, in bytes; None for any.
        """
        ...

    def claim(self, job_id: str) -> Claim | None:
        """Take a job that no worker has; None if there is nothing to do.

        That is a queued job, or a running one whose lease has run out. A job that its user has cancelled, or
        that was lost with its worker too often, ends here instead.
        """
        ...

    def beat(self, claim: Claim, progress: JobProgress | None = None) -> BeatAnswer:
        """Renew the lease of a claim, and store the progress of the job."""
        ...

    def finish(self, claim: Claim, ending: Ending) -> JobState | None:
        """End a job, once.

        Returns
        -------
        JobState or None
            The final state: ``cancelled`` if its user asked for that in the meantime. None if the claim no
            longer holds; nothing was written then. A repeated call with the same claim returns the same
            state.
        """
        ...

    def release(self, claim: Claim, *, is_lost: bool = False) -> JobState | None:
        """Give a job back, so that another worker can take it.

        Parameters
        ----------
        claim
            The claim to give up.
        is_lost
            Whether the attempt died. Otherwise the attempt does not count, because the job did not cause it:
            the worker is shutting down.

        Returns
        -------
        JobState or None
            ``queued``; ``failed`` if that was the last attempt; ``cancelled`` if its user asked for that;
            None if the claim no longer holds.
        """
        ...

    # For maintenance ---------------------------------------------------------------------------------
    def take_overdue(self, limit: int = 500) -> tuple[str, ...]:
        """Return jobs to deliver again, and mark them as delivered now, so that each goes to one caller.

        These are running jobs whose lease has run out, and queued ones delivered longer ago than
        `LedgerRules.redeliver_seconds`. The message of a queued one may still be in the queue. Lost jobs that
        were cancelled, or lost too often, end here instead.
        """
        ...

    def purge(self, limit: int = 500) -> int:
        """Delete finished jobs that have expired; return their number."""
        ...

    def announce(self, worker: str, seconds: float) -> None:
        """Count a consumer as alive for a number of seconds."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...
