"""The log: JSON, a line for each job, and nothing in it that somebody typed.

Importing this configures nothing; the program calls `configure_logs`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bookingopt_worker.jobs import Claim, Ending, JobState
from bookingopt_worker.places import places_of

_log = structlog.stdlib.get_logger("bookingopt_worker")


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Write everything that is logged in this process as JSON.

    Parameters
    ----------
    level
        Name of the lowest level that is written.
    stream
        Where to; None for the standard output.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # It tells of each message it takes; what came of the job is told by us.
    logging.getLogger("huey").setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


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


def _without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and its places in the code: its text may quote a document."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error_class"] = type(error).__name__
        event["places"] = places_of(error)
    return event
