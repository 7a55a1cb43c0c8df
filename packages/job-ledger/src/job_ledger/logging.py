"""Logging of every program: one line of JSON per event, without error messages, which may quote a document.

Importing this configures nothing; the program calls `configure_logs`.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from job_ledger.stack_locations import places_of


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Write all log events of this process as JSON.

    Parameters
    ----------
    level
        Name of the lowest level that is written.
    stream
        Output stream; None for the standard output.
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
    # Huey logs each message that it takes; our own log reports the jobs.
    logging.getLogger("huey").setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


def _without_values(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and its code locations: its text may quote a document."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error_class"] = type(error).__name__
        event["places"] = places_of(error)
    return event
