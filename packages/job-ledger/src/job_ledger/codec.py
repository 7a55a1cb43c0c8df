"""Records and documents as they are stored; both stores use the same field names."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime

from job_ledger.errors import RecordUnreadable
from job_ledger.options import JobOptions
from job_ledger.record import JobError, JobOutcome, JobProgress, JobRecord, NewJob
from job_ledger.state import JobState

Stored = str | int | float | None
"""A stored value; missing and None are the same."""

_LEVEL = 1
"""The fastest level shrinks documents to a tenth; slower ones gain little more."""


def compress(document: bytes) -> bytes:
    """Return a document in its stored form."""
    return zlib.compress(document, _LEVEL)


def decompress(stored: bytes) -> bytes:
    """Return the document that `compress` stored."""
    return zlib.decompress(stored)


def new_fields(job: NewJob, job_id: str) -> dict[str, str | int | float]:
    """Return the fields of a new job, leaving out None."""
    fields: dict[str, Stored] = {
        "job_id": job_id,
        "user": job.user,
        "problem_id": job.problem_id,
        "state": JobState.QUEUED.value,
        "attempts": 0,
        "token": 0,
        "cancel": 0,
        "backend": job.options.backend,
        "time_limit": job.options.time_limit_seconds,
        "max_moves": job.options.max_moves,
        "move_price": job.options.move_price,
        "curve_points": job.options.curve_points,
        "request_id": job.request_id,
        "digest": job.digest,
        "key_digest": job.key_digest,
        "size": len(job.document),
    }
    return {name: value for name, value in fields.items() if value is not None}


def to_record(fields: Mapping[str, Stored]) -> JobRecord:
    """Return the job that stored fields describe; fields of a later version are ignored.

    Raises
    ------
    RecordUnreadable
        If a field is missing, or has a value that this version does not know.
    """
    try:
        return _to_record(fields)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise RecordUnreadable(str(fields.get("job_id"))) from error


def _to_record(fields: Mapping[str, Stored]) -> JobRecord:
    given = {name: value for name, value in fields.items() if value is not None}
    return JobRecord(
        job_id=str(given["job_id"]),
        user=str(given["user"]),
        problem_id=str(given["problem_id"]),
        state=JobState(str(given["state"])),
        accepted=_moment(given["accepted"]),
        started=_moment(given["started"]) if "started" in given else None,
        finished=_moment(given["finished"]) if "finished" in given else None,
        expires=_moment(given["expires"]) if "expires" in given else None,
        attempts=int(given["attempts"]),
        token=int(given["token"]),
        lease_until=_moment(given["lease_until"]) if "lease_until" in given else None,
        is_cancel_requested=bool(int(given["cancel"])),
        progress=JobProgress.from_json(str(given["progress"])) if "progress" in given else None,
        outcome=JobOutcome.from_json(str(given["outcome"])) if "outcome" in given else None,
        error=JobError(str(given["error"]), str(given.get("detail", ""))) if "error" in given else None,
        options=JobOptions(
            str(given["backend"]),
            float(given["time_limit"]) if "time_limit" in given else None,
            int(given["max_moves"]) if "max_moves" in given else None,
            float(given["move_price"]) if "move_price" in given else None,
            int(given["curve_points"]) if "curve_points" in given else None,
        ),
        request_id=str(given["request_id"]) if "request_id" in given else None,
        digest=str(given["digest"]),
    )


def _moment(milliseconds: str | float) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC)
