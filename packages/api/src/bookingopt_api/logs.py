"""The log: JSON, a line for each request, and nothing in it that somebody typed.

Importing this configures nothing; the program calls `configure_logs`.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_DEEPEST = 12

_log = structlog.stdlib.get_logger("bookingopt_api")


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


def log_event(event: str, **fields: str | float | None) -> None:
    """Log that something has happened."""
    _log.info(event, **fields)


def log_trouble(event: str, **fields: str | float | None) -> None:
    """Log that something is not as it should be."""
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
    """Log one request: the one line that tells all of it.

    Parameters
    ----------
    request_id
        Its id.
    method, route
        Method, and the template of the path.
    status
        Status of the answer; 499 if the client did not wait for it.
    seconds
        Time until the answer began.
    bytes_sent
        Size of the body of the answer.
    key_id
        Id of the API key; None without one.
    job_id
        The job it is about; None if it is about none.
    problem
        Type of the problem; None if there was none.
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
    """Log where in the code a request failed; never with what."""
    _log.error("fault", request_id=request_id, exc_info=error)


def _without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and its places in the code: its text may quote a document."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error_class"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
        event["places"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return event
