"""Return values of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from job_ledger.record import JobError, JobOutcome, JobRecord
from job_ledger.state import FINAL_STATES, JobState


class AcceptAnswer(StrEnum):
    """Result of submitting a new job."""

    ACCEPTED = "accepted"
    """The job is in the ledger, and will end."""
    SAME_JOB = "same_job"
    """The same request came before; the answer has its job."""
    KEY_REUSED = "key_reused"
    """The idempotency key belongs to another request; nothing was accepted."""
    TOO_MANY_JOBS = "too_many_jobs"
    """The user has as many open jobs as allowed; nothing was accepted."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The answer to a new job.

    Parameters
    ----------
    answer
        Whether it was accepted, and why not.
    job
        The job, new or old; None if the user has too many.
    """

    answer: AcceptAnswer
    job: JobRecord | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a job until its lease runs out.

    Parameters
    ----------
    job
        The job, in state "running".
    document
        Its problem document.
    """

    job: JobRecord
    document: bytes

    @property
    def job_id(self) -> str:
        """Id of the job."""
        return self.job.job_id

    @property
    def token(self) -> int:
        """Fencing token: a worker with a newer one has replaced this worker."""
        return self.job.token

    def seconds_since_start(self, lease_seconds: float) -> float:
        """Return the seconds between the first start of the job and this claim, by the clock of the store.

        Parameters
        ----------
        lease_seconds
            Length of a lease. The claim was made that long before the end of its lease.
        """
        if self.job.started is None or self.job.lease_until is None:
            return 0.0
        return max(0.0, (self.job.lease_until - self.job.started).total_seconds() - lease_seconds)


class BeatAnswer(StrEnum):
    """Answer to the heartbeat of a worker."""

    CONTINUE = "continue"
    """The lease is renewed."""
    CANCEL = "cancel"
    """The lease is renewed, and the user has cancelled the job."""
    REPLACED = "replaced"
    """The job belongs to another worker: stop at once, nothing more of this one will be stored."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ends.

    Parameters
    ----------
    state
        A final state.
    result
        The result document; None if there is no result.
    outcome
        Summary of the result; None if there is no result.
    error
        Why it failed.

    Raises
    ------
    ValueError
        If the state is not final or the other parts do not match it.
    """

    state: JobState
    result: bytes | None = None
    outcome: JobOutcome | None = None
    error: JobError | None = None

    def __post_init__(self) -> None:
        """Check that the parts match."""
        if self.state not in FINAL_STATES:
            raise ValueError(f"a job cannot end {self.state}")
        if (self.result is None) != (self.outcome is None):
            raise ValueError("a result and its outcome come together")
        if self.state is JobState.COMPLETED and self.result is None:
            raise ValueError("a completed job has a result")
        if (self.state is JobState.FAILED) != (self.error is not None):
            raise ValueError("a failed job, and no other, has an error")

    @property
    def reason(self) -> str:
        """One word for the metrics: the outcome's reason, else the kind of error, else the state."""
        if self.outcome is not None:
            return self.outcome.reason
        return self.error.kind if self.error is not None else self.state.value

    @property
    def backend(self) -> str:
        """Name of the backend for the metrics, empty if unknown."""
        return "" if self.outcome is None else self.outcome.backend

    @property
    def gap(self) -> float | None:
        """Relative gap for the metrics; None if unknown."""
        return None if self.outcome is None else self.outcome.gap


WORKER_DIED = JobError(
    "worker-died",
    "The job was started several times, and each time its process died. "
    "It may need more memory than there is.",
)
"""Why a job is given up whose workers died."""


class CancelAnswer(StrEnum):
    """Result of a request to cancel a job."""

    CANCELLED = "cancelled"
    """It had not started, and will not."""
    STOPPING = "stopping"
    """Its worker has been asked to stop."""
    ALREADY_STOPPING = "already_stopping"
    """Its worker had been asked to stop before."""
    FINISHED = "finished"
    """Too late: it has already ended."""
    UNKNOWN = "unknown"
    """There is no such job."""


class EraseAnswer(StrEnum):
    """Result of a request to erase a job."""

    ERASED = "erased"
    """All of its data is deleted."""
    STILL_OPEN = "still_open"
    """It is queued or running: cancel it first."""
    UNKNOWN = "unknown"
    """There is no such job."""


@dataclass(frozen=True, slots=True)
class JobPage:
    """Part of a list of jobs, newest first.

    Parameters
    ----------
    jobs
        The jobs.
    after
        Where the next page begins; None if this is the last one.
    unreadable
        Ids of jobs of this page that are left out, because this version cannot read their records.
    """

    jobs: tuple[JobRecord, ...]
    after: str | None = None
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """Which job a worker takes next.

    Parameters
    ----------
    job_id
        Id of the job; None if no job is available to this worker now.
    is_waiting
        Whether a job waits that this worker may not take now.
    """

    job_id: str | None
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Histogram:
    """Number of observations by bucket.

    Parameters
    ----------
    counts
        Observations by bucket, not cumulative; one more than there are bounds.
    total
        Sum of the observations.
    """

    counts: tuple[int, ...]
    total: float


Ended = tuple[JobState, str, str]
"""State, reason and backend of jobs that ended."""


@dataclass(frozen=True, slots=True)
class LedgerStatistics:
    """Totals since the ledger was created, and the jobs that are open now.

    Parameters
    ----------
    queued, running
        Jobs in these states now.
    oldest_queued_seconds
        Age of the job that has been queued longest; None if no job is queued.
    workers
        Consumers that reported lately.
    accepted
        Jobs accepted.
    lost_attempts
        Attempts that died with their worker.
    durations
        Seconds from first start to end, by how jobs ended; their counts are the number of ended jobs.
    gaps
        Relative gaps, by backend.
    """

    queued: int
    running: int
    oldest_queued_seconds: float | None
    workers: int
    accepted: int
    lost_attempts: int
    durations: Mapping[Ended, Histogram] = field(default_factory=dict)
    gaps: Mapping[str, Histogram] = field(default_factory=dict)
