"""Chooses the next job in the SQLite ledger."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from job_ledger.results import Turn
from job_ledger.sqlite_rows import find, store_time
from job_ledger.state import JobState

_NEXT = """
with waiting as (
    select job_id, user, accepted from job
    where state = 'queued' and coalesce(size, 0) <= :most_bytes
    and user not in (select value from json_each(:users))
),
turn as (
    select user, max(coalesce(claimed, started, 0)) as latest, count(claimed) as claims from job
    where user in (select user from waiting) group by user
)
select job_id from waiting join turn using (user) order by latest, claims, accepted, job_id limit 1
"""
"""Several claims may fall into one millisecond; then users with fewer claims come first."""
_NO_LIMIT = 2**62


def next_turn(
    ledger: sqlite3.Connection, job_id: str, users: Collection[str], most_bytes: int | None
) -> Turn:
    """Return the job to take; see `JobStore.next_turn`."""
    most = _NO_LIMIT if most_bytes is None else most_bytes
    now, is_waiting = store_time(), False
    named = find(ledger, job_id, now)
    if named is not None and named["state"] == JobState.RUNNING and named["lease_until"] < now:
        if named["user"] not in users and (named["size"] or 0) <= most:
            return Turn(job_id)
        is_waiting = True
    chosen = ledger.execute(_NEXT, {"users": json.dumps(list(users)), "most_bytes": most}).fetchone()
    if chosen is not None:
        return Turn(chosen["job_id"], is_waiting)
    other = ledger.execute("select 1 from job where state = 'queued' limit 1").fetchone()
    return Turn(None, is_waiting or other is not None)
