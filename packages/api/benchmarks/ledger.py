"""What the ledger costs a job: each step of its life, one job after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator

from job_ledger import (
    Ending,
    JobOutcome,
    JobProgress,
    JobState,
    JobStore,
    LedgerRules,
    NewJob,
    open_store,
)

from .programs import STORES, place
from .table import Row, row_of

NUM_JOBS = 200
_DOCUMENT, _RESULT = b"{" + b" " * 5000 + b"}", b"{" + b" " * 20_000 + b"}"
_OUTCOME = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs")


def ledger() -> Iterator[Row]:
    """Yield the rows of each step, and of all of them, on each store."""
    for name in STORES:
        with place(name) as where:
            store = open_store(where.url, LedgerRules(max_open_jobs_per_user=None))
            steps = [_one_job(store) for _ in range(NUM_JOBS)]
            store.close()
        for step in steps[0]:
            yield row_of(f"{name}: {step}", [taken[step] for taken in steps])
        note = f"{NUM_JOBS} jobs, 5 KB in and 20 KB out"
        yield row_of(f"{name}: all of a job", [sum(taken.values()) for taken in steps], note)


def _one_job(store: JobStore) -> dict[str, float]:
    """Return the seconds of each step."""
    taken = {}
    began = time.perf_counter()
    job = store.accept(NewJob("ann", "a hotel", _DOCUMENT)).job
    taken["accept"] = time.perf_counter() - began
    began = time.perf_counter()
    claim = None if job is None else store.claim(job.job_id)
    taken["claim"] = time.perf_counter() - began
    if claim is None:
        raise RuntimeError("nobody else takes jobs here")
    began = time.perf_counter()
    store.beat(claim, JobProgress("solving", 50))
    taken["beat"] = time.perf_counter() - began
    began = time.perf_counter()
    store.finish(claim, Ending(JobState.COMPLETED, _RESULT, _OUTCOME))
    taken["finish"] = time.perf_counter() - began
    return taken
