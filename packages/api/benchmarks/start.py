"""How long a job waits until an idle worker begins with it, by the ledger's own clock."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from job_ledger import JobRecord, JobStore, LedgerRules, NewJob, open_store
from job_ledger.queue import JobQueue, open_queue

from .programs import PATIENCE_SECONDS, SECRET, STORES, place, program
from .service import HOTEL
from .table import Row, row_of

NUM_JOBS = 30


def start() -> Iterator[Row]:
    """Yield the row of each store."""
    for name in STORES:
        with place(name) as where:
            store = open_store(where.url, LedgerRules(max_open_jobs_per_user=None))
            queue = open_queue(where.url, SECRET)
            with program(sys.executable, "-m", "bookingopt_worker.consumer", settings=where.settings):
                _wait_of_one_job(store, queue)  # until then the worker is still getting ready
                waits = [_wait_of_one_job(store, queue) for _ in range(NUM_JOBS)]
            queue.close()
            store.close()
        yield row_of(
            f"{name}: from acceptance to a worker's beginning", waits, f"{NUM_JOBS} jobs, one by one"
        )


def _wait_of_one_job(store: JobStore, queue: JobQueue) -> float:
    """Return for how many seconds a job waits; comes back when it has ended."""
    job = store.accept(NewJob("ann", "ten rooms", HOTEL.read_bytes())).job
    if job is None:
        raise RuntimeError("there is no limit here")
    queue.deliver(job.job_id)
    ended = _ended(store, job.job_id)
    if ended.started is None:
        raise RuntimeError(f"it ended without a beginning: {ended}")
    return (ended.started - ended.accepted).total_seconds()


def _ended(store: JobStore, job_id: str) -> JobRecord:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        job = store.get(job_id)
        if job is not None and job.state.is_final:
            return job
        time.sleep(0.05)
    raise RuntimeError(f"job {job_id} did not end")
