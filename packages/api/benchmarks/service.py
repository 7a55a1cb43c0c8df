"""Requests per second and latency of the calls about jobs, beside frameworks that do nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from bookingopt_api.keys import open_keyring
from job_ledger import Ending, JobOutcome, JobState, JobStore, LedgerRules, NewJob, open_store
from optimizer_core.run import run_json

from .load import load
from .programs import STORES, Place, place, server
from .table import Row

LOADS = ((16, 200), (1, 0), (16, 0), (64, 0))
"""Clients at once, and milliseconds for which each one rests: a fifth of what the service asks them to."""
POLL_MS, SUBMIT_MS = 10.0, 50.0
"""Aims of the 99th percentile, for `CLIENTS_OF_AIMS` clients whether they rest or not."""
CLIENTS_OF_AIMS = 16
HOTEL = Path(__file__).parents[3] / "examples" / "ten-rooms.json"
UNKNOWN = "01a20acf-0193-7792-8a66-9fa75a687791"
_NUM_LISTED = 30


def service() -> Iterator[Row]:
    """Yield the rows of the bare frameworks, and then those of the service on each store."""
    with place("Redis") as bare, server("benchmarks.bare:make_app", bare.settings) as url:
        for clients, pause_ms in LOADS:
            call = partial(load, clients=clients, pause_ms=pause_ms, key="")
            yield call("bare: poll", f"{url}/api/v1/jobs/1")
            yield call("bare: submit", f"{url}/api/v1/optimize", body=HOTEL)
    result = run_json(HOTEL.read_bytes())
    for name in STORES:
        with place(name) as ledger, server("bookingopt_api.server", ledger.settings) as url:
            yield from _calls(ledger, url, result)


def _calls(ledger: Place, url: str, result: bytes) -> Iterator[Row]:
    keyring = open_keyring(ledger.url)
    key = keyring.create("ann", "benchmark").text
    keyring.close()
    store = open_store(ledger.url, LedgerRules(max_open_jobs_per_user=None))
    waiting, done = [_accept(store) for _ in range(_NUM_LISTED)][:2]
    claim = store.claim(done)
    if claim is None:
        raise RuntimeError("nobody else takes jobs here")
    outcome = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs")
    store.finish(claim, Ending(JobState.COMPLETED, result, outcome))
    store.close()
    jobs = f"{url}/api/v1/jobs"
    for clients, pause_ms in LOADS:
        call = partial(load, clients=clients, pause_ms=pause_ms, key=key)
        poll_ms, submit_ms = (POLL_MS, SUBMIT_MS) if clients == CLIENTS_OF_AIMS else (None, None)
        for case, path in (("a job that waits", waiting), ("a completed job", done)):
            yield replace(call(f"{ledger.name}: poll {case}", f"{jobs}/{path}"), aim_ms=poll_ms)
        unknown = call(f"{ledger.name}: poll an unknown job", f"{jobs}/{UNKNOWN}", is_known=False)
        yield replace(unknown, aim_ms=poll_ms)
        yield call(f"{ledger.name}: list", jobs)
        submission = call(f"{ledger.name}: submit", f"{url}/api/v1/optimize", body=HOTEL)
        yield replace(submission, aim_ms=submit_ms)


def _accept(store: JobStore) -> str:
    job = store.accept(NewJob("ann", "ten rooms", HOTEL.read_bytes())).job
    if job is None:
        raise RuntimeError("there is no limit here")
    return job.job_id
