"""Log events of the API: JSON, one line for each request, and no text that a user typed."""

from __future__ import annotations

import structlog

_log = structlog.stdlib.get_logger("bookingopt_api")


def log_event(event: str, **fields: str | float | None) -> None:
    """Log an event."""
    _log.info(event, **fields)


def log_trouble(event: str, **fields: str | float | None) -> None:
    """Log a warning."""
    _log.warning(event, **fields)


def log_request(
    *,
    request_id: str,
    method: str,
    route: str,
    status: int,
    seconds: float,
    bytes_sent: int,
    key_id: str | None,
    job_id: str | None,
    problem: str | None,
) -> None:
    """Log one request, all of it in one line.

    Parameters
    ----------
    request_id
        Its id.
    method, route
        Method, and the template of the path.
    status
        Status of the answer; 499 if the client disconnected before it.
    seconds
        Time until the answer began.
    bytes_sent
        Size of the body of the answer.
    key_id
        Id of the API key; None without one.
    job_id
        The job it is about; None if it is not about a job.
    problem
        Type of the problem; None if there was no problem.
    """
    _log.info(
        "request",
        request_id=request_id,
        method=method,
        route=route,
        status=status,
        seconds=seconds,
        bytes_sent=bytes_sent,
        key_id=key_id,
        job_id=job_id,
        problem=problem,
    )


def log_fault(error: BaseException, request_id: str) -> None:
    """Log where in the code a request failed, without the error message."""
    _log.error("fault", request_id=request_id, exc_info=error)
