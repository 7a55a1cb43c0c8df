"""Records what this version writes into both stores: one file for each release, which later ones must read.

To be run once before a release, against an empty Redis::

    ./run python packages/job-ledger/tests/programs/record_ledger.py redis://127.0.0.1:6379/0
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

from redis import Redis

from job_ledger import (
    Ending,
    JobError,
    JobOptions,
    JobOutcome,
    JobProgress,
    JobState,
    JobStore,
    NewJob,
    open_store,
)

RELEASES = Path(__file__).parents[1] / "releases"
DOCUMENT = b'{"ProblemId": "recorded", "Rooms": [{"RoomNumber": "1"}], "Reservations": []}'
RESULT = b'{"ProblemId": "recorded", "Succeeded": true}'
OUTCOME = JobOutcome(
    succeeded=True, reason="optimal", limit="none", backend="highs", gap=0.02, solve_seconds=1.5
)


def fill(store: JobStore) -> dict[str, str]:
    """Put a job of each state into a ledger; return their ids."""
    jobs = {}
    for state in ("completed", "failed", "cancelled", "running", "queued"):
        options = JobOptions("highs", 30.0, max_moves=3, move_price=0.5)
        new = NewJob(f"user of {state}", "recorded", DOCUMENT, options, f"key of {state}", "request-1")
        job = store.accept(new).job
        if job is None:
            raise RuntimeError("nothing was accepted")
        jobs[state] = job.job_id
        claim = None if state in {"queued", "cancelled"} else store.claim(job.job_id)
        if state == "cancelled":
            store.cancel(job.job_id)
        if claim is not None:
            store.beat(claim, JobProgress("solving", 40, 12.5, 10.0))
        if claim is not None and state == "completed":
            store.finish(claim, Ending(JobState.COMPLETED, RESULT, OUTCOME))
        if claim is not None and state == "failed":
            error = JobError("invalid-document", "Rooms: missing")
            store.finish(claim, Ending(JobState.FAILED, error=error))
    store.announce("a worker", 20.0)
    return jobs


def dump_redis(client: Any) -> dict[str, Any]:
    """Return every key with its type, its content and whether it expires."""
    found: dict[str, Any] = {}
    for key in sorted(client.scan_iter("*")):
        kind = client.type(key).decode()
        content: Any
        match kind:
            case "string":
                content = client.get(key).hex()
            case "hash":
                content = {name.decode(): value.decode() for name, value in client.hgetall(key).items()}
            case "set":
                content = sorted(member.decode() for member in client.smembers(key))
            case _:
                content = [
                    [member.decode(), score] for member, score in client.zrange(key, 0, -1, withscores=True)
                ]
        found[key.decode()] = {"kind": kind, "content": content, "expires": client.pttl(key) > 0}
    return found


def main(url: str) -> None:
    """Write the file of this release."""
    recorded: dict[str, Any] = {"milliseconds": time.time_ns() // 1_000_000}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "jobs.db"
        store = open_store(f"sqlite:///{file}")
        jobs = fill(store)
        store.close()
        with closing(sqlite3.connect(file)) as ledger, ledger:
            (layout,) = ledger.execute("pragma user_version").fetchone()
            script = [*ledger.iterdump(), f"pragma user_version = {layout};"]
        recorded["sqlite"] = {"jobs": jobs, "script": script}
    client = Redis.from_url(url)
    store = open_store(url)
    recorded["redis"] = {"jobs": fill(store), "keys": dump_redis(client)}
    store.close()
    RELEASES.mkdir(exist_ok=True)
    text = json.dumps(recorded, indent=1, sort_keys=True)
    (RELEASES / f"{version('job-ledger')}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
