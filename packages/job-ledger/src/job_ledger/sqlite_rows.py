"""Queries on the rows of the SQLite ledger: read, update, delete, count."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable

from job_ledger.codec import decompress, to_record
from job_ledger.record import JobRecord
from job_ledger.results import Claim
from job_ledger.state import JobState

_IS_THERE = "(expires is null or expires > :now)"


def store_time() -> int:
    """Return the milliseconds since 1970 by the clock of this machine, which is the clock of the store."""
    return time.time_ns() // 1_000_000


def find(ledger: sqlite3.Connection, job_id: str, now: int) -> sqlite3.Row | None:
    """Return a job that has not expired; None if it does not exist."""
    found: sqlite3.Row | None = ledger.execute(
        f"select * from job where job_id = :job_id and {_IS_THERE}",  # noqa: S608 - a constant
        {"job_id": job_id, "now": now},
    ).fetchone()
    return found


def held(ledger: sqlite3.Connection, claim: Claim, now: int) -> sqlite3.Row | None:
    """Return the job of a claim; None if the claim no longer holds."""
    row = find(ledger, claim.job_id, now)
    holds = row is not None and row["state"] == JobState.RUNNING and row["token"] == claim.token
    return row if holds else None


def read_content(ledger: sqlite3.Connection, table: str, job_id: str) -> bytes | None:
    """Return a document of a job that has not expired, from one of the two document tables."""
    found = ledger.execute(
        f"select content from {table} join job using (job_id) where job_id = :job_id and {_IS_THERE}",  # noqa: S608
        {"job_id": job_id, "now": store_time()},
    ).fetchone()
    return None if found is None else decompress(found[0])


def update(ledger: sqlite3.Connection, job_id: str, **values: str | int | None) -> None:
    """Update some columns of a job."""
    assignments = ", ".join(f"{name} = :{name}" for name in values)
    ledger.execute(
        f"update job set {assignments} where job_id = :job_id",  # noqa: S608 - the names are ours
        {**values, "job_id": job_id},
    )


def forget(ledger: sqlite3.Connection, job_ids: Iterable[str]) -> None:
    """Delete jobs and their documents."""
    for job_id in job_ids:
        for table in ("job", "document", "result"):
            ledger.execute(f"delete from {table} where job_id = ?", (job_id,))  # noqa: S608


def count(ledger: sqlite3.Connection, raised: Iterable[tuple[str, int]]) -> None:
    """Raise each counter by the given amount."""
    ledger.executemany(
        "insert into counter values (?, ?) on conflict (name) do update set value = value + excluded.value",
        list(raised),
    )


def record_of(row: sqlite3.Row | None) -> JobRecord:
    """Return the job in a row that this transaction has written."""
    assert row is not None  # noqa: S101 - see above
    return to_record({name: row[name] for name in row.keys()})  # noqa: SIM118 - a Row iterates over values
