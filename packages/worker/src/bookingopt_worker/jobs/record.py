"""What the ledger knows of a job."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from uuid_utils import uuid7

from bookingopt_worker.jobs.options import DEFAULT_OPTIONS, JobOptions
from bookingopt_worker.jobs.states import JobState

LONGEST_NAME = 256
"""Characters of a user, an idempotency key and a request id."""


def new_job_id() -> str:
    """Return a UUIDv7: unguessable, and later ones sort after earlier ones."""
    return str(uuid7())


def digest_of(document: bytes, options: JobOptions) -> str:
    """Return the SHA-256 of what is asked for.

    Parameters
    ----------
    document
        SHA-256 of the problem document, so that one document is read once for many options.
    options
        How it is to be done.
    """
    return hashlib.sha256(document + options.to_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class JobProgress:
    """Where a running job stands.

    Parameters
    ----------
    stage
        What is being done, one or two words.
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
        """(value - bound) / value, 0 when proved; None if unknown."""
        if self.value is None or self.bound is None:
            return None
        return (self.value - self.bound) / self.value if self.value else 0.0

    def to_json(self) -> str:
        """Return the fields as JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> JobProgress:
        """Return the progress that `to_json` wrote."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """What a result document says, in so few words that metrics and lists can carry it.

    Parameters
    ----------
    succeeded
        Whether there is a plan.
    reason, limit
        As `SolverStatus` and `Limit` of the result document.
    backend
        Name of the backend.
    gap
        Relative distance of value and bound; None if unknown.
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
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class JobError:
    """Why a job failed.

    Parameters
    ----------
    kind
        Name of the problem type, lower-case words with hyphens, such as ``worker-died``.
    detail
        One or more sentences for the user; no guest's name is in them.
    """

    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job that somebody wants done.

    Parameters
    ----------
    user
        Whose it is: the id of an API key, or the name that a caller on this machine gave.
    problem_id
        Label of the run, from the document.
    document
        The problem document, as received.
    options
        How it is to be done.
    idempotency_key
        The caller's name for this very request; None if it has none.
    request_id
        Request that brought it, for the logs; None if unknown.

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
        """SHA-256 of what is asked: document and options."""
        return digest_of(hashlib.sha256(self.document).digest(), self.options)

    @property
    def key_digest(self) -> str | None:
        """SHA-256 of the idempotency key and the user it belongs to; None without a key."""
        if self.idempotency_key is None:
            return None
        return hashlib.sha256(json.dumps([self.user, self.idempotency_key]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One job as the ledger has it, without its two documents.

    Parameters
    ----------
    job_id
        UUIDv7.
    user, problem_id, request_id
        As it was accepted with.
    state
        Where it stands.
    accepted, started, finished
        By the clock of the store, in UTC; `started` is the first start.
    expires
        When a finished job is forgotten; None while it is open.
    attempts
        How often a worker has taken it up, without those that gave it back.
    token
        Fencing token of the latest claim; 0 before the first.
    lease_until
        When its worker counts as lost unless it is heard of; None if nobody works on it.
    is_cancel_requested
        Whether its user has asked a running job to stop.
    progress
        Where it stands, while it runs.
    outcome
        What came of it; None without a result document.
    error
        Why it failed; None otherwise.
    options
        How it is to be done.
    digest
        SHA-256 of document and options, as of `NewJob`.
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
