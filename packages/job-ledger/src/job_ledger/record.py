"""Data classes of the ledger: jobs, their progress, outcomes and errors."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from uuid_utils import uuid7

from job_ledger.options import DEFAULT_OPTIONS, JobOptions
from job_ledger.state import JobState

LONGEST_NAME = 256
"""Longest user, idempotency key or request id, in characters."""


def new_job_id() -> str:
    """Return a UUIDv7: hard to guess, and later ones sort after earlier ones."""
    return str(uuid7())


def digest_of(document: bytes, options: JobOptions) -> str:
    """Return the SHA-256 of a request.

    Parameters
    ----------
    document
        SHA-256 of the problem document, so that a document is hashed once for several options.
    options
        Options of the job.
    """
    return hashlib.sha256(document + options.to_json().encode()).hexdigest()


def _known_fields(kind: type, text: str) -> dict[str, Any]:
    """Return the fields of a stored object, without those that only a later version knows."""
    stored = json.loads(text)
    return {field.name: stored[field.name] for field in fields(kind) if field.name in stored}


@dataclass(frozen=True, slots=True)
class JobProgress:
    """Progress of a running job.

    Parameters
    ----------
    stage
        The current step, in one or two words.
    percent
        Rough share of the work done, 0 to 100.
    value, bound
        Cost of the best plan and proved lower bound, in points of gap cost; None if unknown.
    """

    stage: str
    percent: int
    value: float | None = None
    bound: float | None = None

    def __post_init__(self) -> None:
        """Check the range."""
        if not 0 <= self.percent <= 100:
            raise ValueError(f"percent must be 0 to 100, not {self.percent}")

    @property
    def gap(self) -> float | None:
        """(value - bound) / bound, 0 when proved; None if unknown or if the bound is not above 0."""
        if self.value is None or self.bound is None:
            return None
        if self.value == self.bound:
            return 0.0
        return (self.value - self.bound) / self.bound if 0 < self.bound < self.value else None

    def to_json(self) -> str:
        """Return the fields as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> JobProgress:
        """Return the progress that `to_json` wrote."""
        return cls(**_known_fields(cls, text))


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """Summary of a result document, short enough for metrics and lists.

    Parameters
    ----------
    succeeded
        Whether there is a plan.
    reason, limit
        As `SolverStatus` and `Limit` of the result document.
    backend
        Name of the backend.
    gap
        Distance of value and bound relative to the bound; None if unknown.
    solve_seconds
        Seconds of solving alone.
    """

    succeeded: bool
    reason: str
    limit: str
    backend: str
    gap: float | None = None
    solve_seconds: float = 0.0

    def to_json(self) -> str:
        """Return the fields as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> JobOutcome:
        """Return the outcome that `to_json` wrote."""
        return cls(**_known_fields(cls, text))


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed.

    Parameters
    ----------
    kind
        Name of the problem type, lower-case words with hyphens, such as ``worker-died``.
    detail
        One or more sentences for the user, without names of guests.
    """

    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to submit.

    Parameters
    ----------
    user
        Its owner: the id of an API key, or the name that a caller on this machine gave.
    problem_id
        Label of the run, from the document.
    document
        The problem document, as received.
    options
        Options of the job.
    idempotency_key
        The caller's identifier of this request; None if it sent none.
    request_id
        Id of the HTTP request that submitted it, for the logs; None if unknown.

    Raises
    ------
    ValueError
        If the user, the key or the request id is empty or longer than 256 characters.
    """

    user: str
    problem_id: str
    document: bytes
    options: JobOptions = DEFAULT_OPTIONS
    idempotency_key: str | None = None
    request_id: str | None = None

    def __post_init__(self) -> None:
        """Check the lengths."""
        for name in ("user", "idempotency_key", "request_id"):
            value = getattr(self, name)
            if value is not None and not 1 <= len(value) <= LONGEST_NAME:
                raise ValueError(f"{name} must have 1 to {LONGEST_NAME} characters")

    @property
    def digest(self) -> str:
        """SHA-256 of the request: document and options."""
        return digest_of(hashlib.sha256(self.document).digest(), self.options)

    @property
    def key_digest(self) -> str | None:
        """SHA-256 of the idempotency key and its user; None without a key."""
        if self.idempotency_key is None:
            return None
        return hashlib.sha256(json.dumps([self.user, self.idempotency_key]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job in the ledger, without its two documents.

    Parameters
    ----------
    job_id
        UUIDv7.
    user, problem_id, request_id
        The values it was accepted with.
    state
        State of the job.
    accepted, started, finished
        By the clock of the store, in UTC; `started` is the first start.
    expires
        When a finished job is deleted; None while it is open.
    attempts
        How often a worker has taken it, without those that gave it back.
    token
        Fencing token of the latest claim; 0 before the first.
    lease_until
        When its worker counts as lost unless it renews the lease; None if no worker has the job.
    is_cancel_requested
        Whether its user has asked a running job to stop.
    progress
        Progress of a running job.
    outcome
        Summary of its result; None without a result document.
    error
        Why it failed; None otherwise.
    options
        Options of the job.
    digest
        SHA-256 of document and options, as in `NewJob`.
    """

    job_id: str
    user: str
    problem_id: str
    state: JobState
    accepted: datetime
    started: datetime | None = None
    finished: datetime | None = None
    expires: datetime | None = None
    attempts: int = 0
    token: int = 0
    lease_until: datetime | None = None
    is_cancel_requested: bool = False
    progress: JobProgress | None = None
    outcome: JobOutcome | None = None
    error: JobError | None = None
    options: JobOptions = DEFAULT_OPTIONS
    request_id: str | None = None
    digest: str = ""
