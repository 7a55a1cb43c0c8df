"""The job ledger: every accepted job, until it has ended and its time is over."""

from bookingopt_worker.jobs.answers import (
    Acceptance,
    AcceptAnswer,
    BeatAnswer,
    CancelAnswer,
    Claim,
    Ended,
    Ending,
    EraseAnswer,
    Histogram,
    JobPage,
    LedgerStatistics,
)
from bookingopt_worker.jobs.errors import StoreError, StoreFull, StoreUnavailable
from bookingopt_worker.jobs.opening import open_store
from bookingopt_worker.jobs.options import JobOptions
from bookingopt_worker.jobs.record import JobError, JobOutcome, JobProgress, JobRecord, NewJob
from bookingopt_worker.jobs.rules import DURATION_BOUNDS_SECONDS, GAP_BOUNDS, LedgerRules
from bookingopt_worker.jobs.states import FINAL_STATES, OPEN_STATES, JobState
from bookingopt_worker.jobs.store import JobStore

__all__ = [
    "DURATION_BOUNDS_SECONDS",
    "FINAL_STATES",
    "GAP_BOUNDS",
    "OPEN_STATES",
    "AcceptAnswer",
    "Acceptance",
    "BeatAnswer",
    "CancelAnswer",
    "Claim",
    "Ended",
    "Ending",
    "EraseAnswer",
    "Histogram",
    "JobError",
    "JobOptions",
    "JobOutcome",
    "JobPage",
    "JobProgress",
    "JobRecord",
    "JobState",
    "JobStore",
    "LedgerRules",
    "LedgerStatistics",
    "NewJob",
    "StoreError",
    "StoreFull",
    "StoreUnavailable",
    "open_store",
]
