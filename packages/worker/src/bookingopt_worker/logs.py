"""Log events of the worker: JSON, one line for each attempt at a job, and no text that a user typed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import structlog

from job_ledger import Claim, Ending, JobState

_log = structlog.stdlib.get_logger("bookingopt_worker")


def log_event(event: str, **fields: str | float | None) -> None:
    """Log an event."""
    _log.info(event, **fields)


def log_trouble(event: str, **fields: str | float | None) -> None:
    """Log an error that will be retried."""
    _log.warning(event, **fields)


def log_failure(job_id: str, error_class: str, places: Sequence[str]) -> None:
    """Log where in the code a solve failed."""
    _log.warning("solve failed", job_id=job_id, error_class=error_class, places=list(places))


def log_job(claim: Claim, ending: Ending | StrEnum, state: JobState | None, seconds: float) -> None:
    """Log one attempt at a job, all of it in one line.

    Parameters
    ----------
    claim
        The attempt.
    ending
        How it ended, or why it was abandoned.
    state
        State of the job in the ledger; None if another worker has the job, or the ledger did not answer.
    seconds
        How long it took.
    """
    job, is_ended = claim.job, isinstance(ending, Ending)
    outcome = ending.outcome if isinstance(ending, Ending) else None
    waited = None if job.started is None else (job.started - job.accepted).total_seconds()
    _log.info(
        "job",
        job_id=job.job_id,
        request_id=job.request_id,
        attempt=job.attempts,
        state=None if state is None else state.value,
        reason=ending.reason if isinstance(ending, Ending) else str(ending),
        is_ended=is_ended,
        backend=outcome.backend if outcome is not None else job.options.backend,
        limit=None if outcome is None else outcome.limit,
        gap=None if outcome is None else outcome.gap,
        solve_seconds=None if outcome is None else outcome.solve_seconds,
        run_seconds=round(seconds, 3),
        wait_seconds=waited,
        document_bytes=len(claim.document),
        result_bytes=len(ending.result) if isinstance(ending, Ending) and ending.result else None,
    )
