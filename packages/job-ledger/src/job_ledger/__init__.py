"""The job ledger: holds every accepted job until it has ended and expired."""

from job_ledger.errors import RecordUnreadable, StoreError, StoreFull, StoreUnavailable
from job_ledger.factory import open_store
from job_ledger.options import JobOptions
from job_ledger.record import JobError, JobOutcome, JobProgress, JobRecord, NewJob
from job_ledger.results import (
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
    Turn,
)
from job_ledger.rules import DURATION_BOUNDS_SECONDS, GAP_BOUNDS, LedgerRules
from job_ledger.state import FINAL_STATES, OPEN_STATES, JobState
from job_ledger.store import JobStore

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
    "RecordUnreadable",
    "StoreError",
    "StoreFull",
    "StoreUnavailable",
    "Turn",
    "open_store",
]
