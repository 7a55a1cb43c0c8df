"""What the ledger answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bookingopt_worker.jobs.record import JobError, JobOutcome, JobRecord
from bookingopt_worker.jobs.states import FINAL_STATES, JobState


class AcceptAnswer(StrEnum):
    """What became of a new job."""

    ACCEPTED = "accepted"
    """It is in the ledger, and will end."""
    SAME_JOB = "same_job"
    """The same request came before: this is its job."""
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
        What became of it.
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
        The job, running.
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
        """Fencing token: whoever has a newer one has replaced this worker."""
        return self.job.token

    def seconds_since_start(self, lease_seconds: float) -> float:
        """Return the seconds between the first start of the job and this claim, by the clock of the store.

        Parameters
        ----------
        lease_seconds
            What a claim is for; the end of the lease tells when this one was made.
        """
        if self.job.started is None or self.job.lease_until is None:
            return 0.0
        return max(0.0, (self.job.lease_until - self.job.started).total_seconds() - lease_seconds)


class BeatAnswer(StrEnum):
    """What a worker is told when it says that it is alive."""

    CONTINUE = "continue"
    """The lease is renewed."""
    CANCEL = "cancel"
    """The lease is renewed, and the user wants the job to stop."""
    REPLACED = "replaced"
    """The job is no longer this worker's: stop at once, nothing of it will be stored."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ends.

    Parameters
    ----------
    state
        A final state.
    result
        The result document; None if there is none.
    outcome
        What the result says; None without one.
    error
        Why it failed.

    Raises
    ------
    ValueError
        If the state is not final or the rest does not go with it.
    """

    state: JobState
    result: bytes | None = None
    outcome: JobOutcome | None = None
    error: JobError | None = None

    def __post_init__(self) -> None:
        """Check that the parts go together."""
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
    "The job was taken up several times, and each time the process that worked on it died. "
    "It may need more memory than there is.",
)
"""Why a job is given up that took its workers with it."""


class CancelAnswer(StrEnum):
    """What became of the wish to stop a job."""

    CANCELLED = "cancelled"
    """It had not begun, and will not."""
    STOPPING = "stopping"
    """Its worker has been told."""
    ALREADY_STOPPING = "already_stopping"
    """Its worker had been told before."""
    FINISHED = "finished"
    """Too late: it has ended."""
    UNKNOWN = "unknown"
    """There is no such job."""


class EraseAnswer(StrEnum):
    """What became of the wish to forget a job."""

    ERASED = "erased"
    """Nothing of it is left."""
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
    """

    jobs: tuple[JobRecord, ...]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often a number was at most so large.

    Parameters
    ----------
    counts
        Occurrences by bucket, not accumulated; one more than there are bounds.
    total
        Sum of the numbers.
    """

    counts: tuple[int, ...]
    total: float


Ended = tuple[JobState, str, str]
"""State, reason and backend of jobs that ended."""


@dataclass(frozen=True, slots=True)
class LedgerStatistics:
    """What the ledger has seen since it was made, and what is open now.

    Parameters
    ----------
    queued, running
        Jobs in these states now.
    oldest_queued_seconds
        Age of the job that has been queued longest; None if none is queued.
    workers
        Consumers that were heard of lately.
    accepted
        Jobs accepted.
    lost_attempts
        Attempts that died with their worker.
    durations
        Seconds from first start to the end, by how jobs ended; the counts tell how many ended.
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
