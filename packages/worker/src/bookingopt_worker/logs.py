"""The log: JSON, a line for each job, and nothing in it that somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import structlog

from bookingopt_worker.jobs import Claim, Ending, JobState

_log = structlog.stdlib.get_logger("bookingopt_worker")


def log_event(event: str, **fields: str | float | None) -> None:
    """Log that something has happened."""
    _log.info(event, **fields)


def log_trouble(event: str, **fields: str | float | None) -> None:
    """Log that something has gone wrong, and will be tried again."""
    _log.warning(event, **fields)


def log_failure(job_id: str, error_class: str, places: Sequence[str]) -> None:
    """Log where in the code a solve failed."""
    _log.warning("solve failed", job_id=job_id, error_class=error_class, places=list(places))


def log_job(claim: Claim, ending: Ending | StrEnum, state: JobState | None, seconds: float) -> None:
    """Log one attempt at a job: the one line that tells all of it.

    Parameters
    ----------
    claim
        The attempt.
    ending
        How it ended, or why it was abandoned.
    state
        What the ledger made of it; None if it had given the job to another worker, or gave no answer.
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
