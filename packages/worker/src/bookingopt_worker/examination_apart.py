"""The check of a large result in a separate process: it takes more memory than a worker can spare."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from multiprocessing.connection import Connection
from typing import Any

from bookingopt_worker.examination import RefusedResult, examine
from job_ledger import JobOptions, JobOutcome
from job_ledger.child_process import ChildProcess
from job_ledger.memory import limit_memory

LARGE_BYTES = 8_000_000
"""A larger result document is checked in a separate process."""
_SECONDS = 600.0


def examine_apart(document: bytes, result: bytes, options: JobOptions) -> JobOutcome:
    """Return what `examine` returns, and raise the same errors.

    Raises
    ------
    MemoryError
        If there is not enough memory for it.
    TimeoutError
        If it takes too long.
    """
    process = ChildProcess("bookingopt_worker.examination_apart")
    try:
        for content in (json.dumps(asdict(options)).encode(), document, result):
            process.connection.send_bytes(content)
        is_answered = process.connection.poll(_SECONDS)
        told: dict[str, Any] = json.loads(process.connection.recv_bytes()) if is_answered else {}
    except (EOFError, OSError):  # killed by the kernel
        raise MemoryError from None
    finally:
        process.kill()
    if not told:
        raise TimeoutError
    if told["outcome"] is not None:
        return JobOutcome(**told["outcome"])
    raise RefusedResult(told["reasons"]) if told["reasons"] else MemoryError


def answer(options: bytes, document: bytes, result: bytes) -> dict[str, Any]:
    """Return the outcome of a result or the number of faults; no outcome and 0 if memory runs out."""
    try:
        outcome = examine(document, result, JobOptions(**json.loads(options)))
    except RefusedResult as refusal:
        return {"outcome": None, "reasons": refusal.reasons}
    except MemoryError:
        return {"outcome": None, "reasons": 0}
    return {"outcome": asdict(outcome), "reasons": 0}


def main(arguments: list[str]) -> None:
    """Check one result, received through the pipe whose file descriptor is the argument."""
    limit_memory(None)
    connection = Connection(int(arguments[0]))
    options, document, result = (connection.recv_bytes() for _ in range(3))
    connection.send_bytes(json.dumps(answer(options, document, result)).encode())


if __name__ == "__main__":
    main(sys.argv[1:])
