"""How long clients may cache a job, and whether one has the current answer already."""

from __future__ import annotations

from collections.abc import Mapping

from job_ledger import JobRecord

FINISHED_SECONDS = 30
"""How long a client may cache the state of a job that has ended."""


def cache_headers(job: JobRecord) -> dict[str, str]:
    """Return the headers that limit how long the caller, and a proxy in front of the API, may cache a job."""
    if not job.state.is_final or job.finished is None:
        return {"Cache-Control": "private, no-cache", "X-Accel-Expires": "1", "Retry-After": "1"}
    return {
        "Cache-Control": f"private, max-age={FINISHED_SECONDS}",
        "X-Accel-Expires": str(FINISHED_SECONDS),
        "ETag": f'"{job.job_id}.{job.finished.timestamp():.3f}"',
    }


def is_known(headers: Mapping[str, str], if_none_match: str | None) -> bool:
    """Return whether the client has the answer already.

    Parameters
    ----------
    headers
        Headers of the answer; without an ``ETag`` the client cannot have it.
    if_none_match
        ``If-None-Match`` of the request; None if it has none.
    """
    if if_none_match is None or "ETag" not in headers:
        return False
    return any(part.strip().removeprefix("W/") in {headers["ETag"], "*"} for part in if_none_match.split(","))
