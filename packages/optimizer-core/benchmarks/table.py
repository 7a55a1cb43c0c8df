"""One row of the table, and cases in processes of their own."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside the one it is compared with.

    Parameters
    ----------
    case
        What was timed.
    seconds
        Time of it.
    against, against_seconds
        What it is compared with, and the time of that; empty and None for nothing.
    megabytes
        Peak memory of the process; None if it was not measured.
    note
        What came out.
    """

    case: str
    seconds: float
    against: str = ""
    against_seconds: float | None = None
    megabytes: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """What one call took in a fresh process, imports not counted."""

    seconds: float
    megabytes: float
    result: Any


def timed(function: Callable[..., Any], *arguments: Any, **named: Any) -> Timing:
    """Return what a call takes in a process of its own; the function imports before the clock starts.

    Parameters
    ----------
    function
        A module-level function that returns (seconds, result).
    arguments, named
        Its arguments.
    """
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        seconds, megabytes, result = pool.apply(_measured, (function, arguments, named))
    return Timing(seconds, megabytes, result)


def stopwatch(function: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that a call takes, and its result."""
    started = time.perf_counter()
    result = function()
    return time.perf_counter() - started, result


def _measured(
    function: Callable[..., tuple[float, Any]], arguments: Sequence[Any], named: Mapping[str, Any]
) -> tuple[float, float, Any]:
    seconds, result = function(*arguments, **named)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, result


def as_text(rows: Sequence[Row]) -> str:
    """Return the rows as a table."""
    head = ("case", "seconds", "against", "seconds", "ratio", "MB", "result")
    body = [
        (
            row.case,
            f"{row.seconds:.3f}",
            row.against,
            "" if row.against_seconds is None else f"{row.against_seconds:.3f}",
            "" if row.against_seconds is None else f"{row.against_seconds / row.seconds:,.1f}",
            "" if row.megabytes is None else f"{row.megabytes:.0f}",
            row.note,
        )
        for row in rows
    ]
    widths = [max(len(line[at]) for line in (head, *body)) for at in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in (head, *body)
    ]
    return "\n".join(line.rstrip() for line in [lines[0], "-" * len(lines[0]), *lines[1:]])
