"""The ledger in a SQLite file: for one machine, without a server."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path

from job_ledger import counters
from job_ledger.codec import compress, new_fields
from job_ledger.errors import RecordUnreadable, StoreFull
from job_ledger.record import JobProgress, JobRecord, NewJob, new_job_id
from job_ledger.results import (
    WORKER_DIED,
    Acceptance,
    AcceptAnswer,
    BeatAnswer,
    CancelAnswer,
    Claim,
    Ending,
    EraseAnswer,
    JobPage,
    LedgerStatistics,
    Turn,
)
from job_ledger.rules import LedgerRules
from job_ledger.sqlite_connection import SqliteFile
from job_ledger.sqlite_rows import (
    count,
    find,
    forget,
    held,
    read_content,
    record_of,
    store_time,
    update,
)
from job_ledger.sqlite_turns import next_turn
from job_ledger.state import JobState


class SqliteJobStore:
    """The ledger in a file, for any number of processes on one machine.

    Parameters
    ----------
    path
        The file; created if missing.
    rules
        Rules of the ledger; the same in every process.
    max_bytes
        Size limit of the file; None for no limit.

    Raises
    ------
    StoreUnavailable
        If the file cannot be opened.
    """

    def __init__(self, path: Path, rules: LedgerRules, max_bytes: int | None = None) -> None:
        self._file = SqliteFile(path, max_bytes)
        self._rules = rules

    @property
    def rules(self) -> LedgerRules:
        """Rules of this ledger."""
        return self._rules

    def accept(self, job: NewJob) -> Acceptance:
        """Store a new job, unless it was submitted before or its user has too many."""
        job_id, content = new_job_id(), compress(job.document)
        with self._file.transaction() as ledger:
            now = store_time()
            if (known := self._known(ledger, job, now)) is not None:
                is_same = known["digest"] == job.digest
                answer = AcceptAnswer.SAME_JOB if is_same else AcceptAnswer.KEY_REUSED
                return Acceptance(answer, record_of(known))
            if self._has_too_many(ledger, job.user):
                return Acceptance(AcceptAnswer.TOO_MANY_JOBS)
            if self._file.fill(ledger) > self._rules.fill_limit:
                raise StoreFull("the job store keeps the rest of its room for the jobs it has")
            fields = new_fields(job, job_id) | {"accepted": now, "delivered": now}
            # The column names are constants, the values are bound.
            names, marks = ", ".join(fields), ", ".join(f":{name}" for name in fields)
            ledger.execute(f"insert into job ({names}) values ({marks})", fields)  # noqa: S608
            ledger.execute("insert into document values (?, ?)", (job_id, content))
            count(ledger, [(counters.ACCEPTED, 1)])
            return Acceptance(AcceptAnswer.ACCEPTED, record_of(find(ledger, job_id, now)))

    def get(self, job_id: str) -> JobRecord | None:
        """Return a job without its documents; None if it does not exist."""
        with self._file.connection() as ledger:
            row = find(ledger, job_id, store_time())
        return None if row is None else record_of(row)

    def document(self, job_id: str) -> bytes | None:
        """Return the problem document of a job, as it was received; None if it does not exist."""
        with self._file.connection() as ledger:
            return read_content(ledger, "document", job_id)

    def result(self, job_id: str) -> bytes | None:
        """Return the result document of a job; None if it does not exist."""
        with self._file.connection() as ledger:
            return read_content(ledger, "result", job_id)

    def jobs_of(
        self,
        user: str,
        *,
        states: Collection[JobState] = (),
        after: str | None = None,
        limit: int = 20,
    ) -> JobPage:
        """Return jobs of a user, newest first."""
        wanted = [state.value for state in states]
        is_wanted = f"and state in ({', '.join('?' * len(wanted))})" if wanted else ""
        with self._file.connection() as ledger:
            rows = ledger.execute(
                f"select * from job where user = ? {is_wanted} and job_id < ?"  # noqa: S608
                " and (expires is null or expires > ?) order by job_id desc limit ?",
                (user, *wanted, after or "~", store_time(), limit + 1),
            ).fetchall()
        jobs: list[JobRecord] = []
        unreadable: list[str] = []
        for row in rows[:limit]:
            try:
                jobs.append(record_of(row))
            except RecordUnreadable as error:
                unreadable.append(error.job_id)
        following = rows[limit - 1]["job_id"] if len(rows) > limit else None
        return JobPage(tuple(jobs), following, tuple(unreadable))

    def cancel(self, job_id: str) -> CancelAnswer:
        """Stop a queued job now, a running one soon."""
        with self._file.transaction() as ledger:
            now = store_time()
            row = find(ledger, job_id, now)
            if row is None:
                return CancelAnswer.UNKNOWN
            if row["state"] == JobState.QUEUED:
                self._close(ledger, row, now, JobState.CANCELLED, JobState.CANCELLED.value)
                return CancelAnswer.CANCELLED
            if row["state"] != JobState.RUNNING:
                return CancelAnswer.FINISHED
            if row["cancel"]:
                return CancelAnswer.ALREADY_STOPPING
            update(ledger, job_id, cancel=1)
            return CancelAnswer.STOPPING

    def erase(self, job_id: str) -> EraseAnswer:
        """Delete a finished job: its record, its documents and its idempotency key."""
        with self._file.transaction() as ledger:
            row = find(ledger, job_id, store_time())
            if row is None:
                return EraseAnswer.UNKNOWN
            if not JobState(row["state"]).is_final:
                return EraseAnswer.STILL_OPEN
            forget(ledger, [job_id])
            return EraseAnswer.ERASED

    def statistics(self) -> LedgerStatistics:
        """Return totals and the number of open jobs."""
        with self._file.connection() as ledger:
            now = store_time()
            queued, oldest = ledger.execute(
                "select count(*), min(accepted) from job where state = ?", (JobState.QUEUED,)
            ).fetchone()
            (running,) = ledger.execute(
                "select count(*) from job where state = ?", (JobState.RUNNING,)
            ).fetchone()
            (workers,) = ledger.execute("select count(*) from worker where until >= ?", (now,)).fetchone()
            counted = dict(ledger.execute("select name, value from counter").fetchall())
        return LedgerStatistics(
            queued=queued,
            running=running,
            oldest_queued_seconds=None if oldest is None else (now - oldest) / 1000,
            workers=workers,
            accepted=counted.get(counters.ACCEPTED, 0),
            lost_attempts=counted.get(counters.LOST_ATTEMPTS, 0),
            durations=counters.durations(counted),
            gaps=counters.gaps(counted),
        )

    def ping(self) -> None:
        """Raise `StoreUnavailable` if the store does not answer, `StoreFull` if its disk is full."""
        self._file.check_disk()
        with self._file.connection() as ledger:
            ledger.execute("select 1 from job limit 1").fetchone()

    def next_turn(self, job_id: str, users: Collection[str] = (), most_bytes: int | None = None) -> Turn:
        """Return the job to take when a message arrives; users take turns."""
        with self._file.connection() as ledger:
            return next_turn(ledger, job_id, users, most_bytes)

    def claim(self, job_id: str) -> Claim | None:
        """Take a job that no worker has; None if there is nothing to do."""
        with self._file.transaction() as ledger:
            now = store_time()
            row = find(ledger, job_id, now)
            if row is None:
                return None
            is_lost = row["state"] == JobState.RUNNING and row["lease_until"] < now
            if row["state"] != JobState.QUEUED and not is_lost:
                return None
            if is_lost:
                count(ledger, [(counters.LOST_ATTEMPTS, 1)])
            if self._is_over(ledger, row, now):
                return None
            update(
                ledger,
                job_id,
                state=JobState.RUNNING.value,
                # Time used by attempts that died counts against the job; time of attempts that were given
                # back does not.
                started=row["started"] or now - (row["spent"] or 0),
                claimed=now,
                attempts=row["attempts"] + 1,
                token=row["token"] + 1,
                lease_until=now + self._rules.lease_ms,
                progress=None,
            )
            taken, content = find(ledger, job_id, now), read_content(ledger, "document", job_id)
        assert content is not None  # noqa: S101 - record and document are written together
        return Claim(record_of(taken), content)

    def beat(self, claim: Claim, progress: JobProgress | None = None) -> BeatAnswer:
        """Renew the lease of a claim, and store the progress of the job."""
        with self._file.transaction() as ledger:
            now = store_time()
            row = held(ledger, claim, now)
            if row is None:
                return BeatAnswer.REPLACED
            told = row["progress"] if progress is None else progress.to_json()
            update(ledger, claim.job_id, lease_until=now + self._rules.lease_ms, progress=told)
            return BeatAnswer.CANCEL if row["cancel"] else BeatAnswer.CONTINUE

    def finish(self, claim: Claim, ending: Ending) -> JobState | None:
        """End a job, once."""
        content = None if ending.result is None else compress(ending.result)
        with self._file.transaction() as ledger:
            now = store_time()
            row = held(ledger, claim, now)
            if row is None:
                # A repeated request, because the answer to the first one was lost.
                ended = find(ledger, claim.job_id, now)
                is_ours = ended is not None and ended["ended_by"] == claim.token
                return JobState(ended["state"]) if ended is not None and is_ours else None
            state, reason = ending.state, ending.reason
            if row["cancel"] and state is not JobState.CANCELLED:
                state, reason = JobState.CANCELLED, JobState.CANCELLED.value
            if content is not None:
                ledger.execute("insert or replace into result values (?, ?)", (claim.job_id, content))
            update(
                ledger,
                claim.job_id,
                ended_by=claim.token,
                outcome=None if ending.outcome is None else ending.outcome.to_json(),
                error=None if ending.error is None or state is not ending.state else ending.error.kind,
                detail=None if ending.error is None or state is not ending.state else ending.error.detail,
            )
            self._close(ledger, row, now, state, reason, ending.backend)
            if ending.gap is not None:
                count(ledger, counters.count_gap(ending.backend, ending.gap))
            return state

    def release(self, claim: Claim, *, is_lost: bool = False) -> JobState | None:
        """Give a job back, so that another worker can take it."""
        with self._file.transaction() as ledger:
            now = store_time()
            row = held(ledger, claim, now)
            if row is None:
                return None
            if is_lost:
                count(ledger, [(counters.LOST_ATTEMPTS, 1)])
            else:
                update(ledger, claim.job_id, attempts=row["attempts"] - 1)
            if over := self._is_over(ledger, find(ledger, claim.job_id, now), now):
                return over
            update(
                ledger,
                claim.job_id,
                state=JobState.QUEUED.value,
                delivered=now,
                lease_until=None,
                progress=None,
            )
            if not is_lost and row["claimed"] is not None:
                update(ledger, claim.job_id, spent=row["claimed"] - row["started"], started=None)
            return JobState.QUEUED

    def take_overdue(self, limit: int = 500) -> tuple[str, ...]:
        """Return jobs to deliver again, and mark them as delivered now, so that each goes to one caller."""
        overdue: list[str] = []
        with self._file.transaction() as ledger:
            now = store_time()
            stale = now - self._rules.redeliver_ms
            lost = "select * from job where state = ? and lease_until < ? order by lease_until limit ?"
            for row in ledger.execute(lost, (JobState.RUNNING, now, limit)).fetchall():
                is_over = row["cancel"] or row["attempts"] >= self._rules.max_attempts
                if is_over:
                    count(ledger, [(counters.LOST_ATTEMPTS, 1)])
                    self._is_over(ledger, row, now)
                elif row["delivered"] <= row["lease_until"] or row["delivered"] < stale:
                    overdue.append(row["job_id"])
            silent = "select job_id from job where state = ? and delivered < ? order by delivered limit ?"
            overdue += [job_id for (job_id,) in ledger.execute(silent, (JobState.QUEUED, stale, limit))]
            for job_id in overdue:
                update(ledger, job_id, delivered=now)
        return tuple(overdue)

    def purge(self, limit: int = 500) -> int:
        """Delete finished jobs that have expired; return their number."""
        with self._file.transaction() as ledger:
            now = store_time()
            gone = ledger.execute(
                "select job_id from job where expires <= ? limit ?", (now, limit)
            ).fetchall()
            forget(ledger, [job_id for (job_id,) in gone])
            ledger.execute("delete from worker where until < ?", (now,))
        return len(gone)

    def announce(self, worker: str, seconds: float) -> None:
        """Count a consumer as alive for a number of seconds."""
        with self._file.transaction() as ledger:
            until = store_time() + round(seconds * 1000)
            ledger.execute("insert or replace into worker values (?, ?)", (worker, until))

    def close(self) -> None:
        """Close every connection."""
        self._file.close()

    def _known(self, ledger: sqlite3.Connection, job: NewJob, now: int) -> sqlite3.Row | None:
        """Return the job with the same idempotency key; delete it first if it has expired."""
        if job.key_digest is None:
            return None
        found: sqlite3.Row | None = ledger.execute(
            "select * from job where key_digest = ?", (job.key_digest,)
        ).fetchone()
        if found is not None and found["expires"] is not None and found["expires"] <= now:
            forget(ledger, [found["job_id"]])
            return None
        return found

    def _has_too_many(self, ledger: sqlite3.Connection, user: str) -> bool:
        most = self._rules.max_open_jobs_per_user
        if most is None:
            return False
        (count,) = ledger.execute(
            "select count(*) from job where user = ? and state in (?, ?)",
            (user, JobState.QUEUED, JobState.RUNNING),
        ).fetchone()
        return bool(count >= most)

    def _is_over(self, ledger: sqlite3.Connection, row: sqlite3.Row | None, now: int) -> JobState | None:
        """End a job that no worker has, if it was cancelled or lost too often; return its final state."""
        if row is None:
            return None
        if row["cancel"]:
            self._close(ledger, row, now, JobState.CANCELLED, JobState.CANCELLED.value)
            return JobState.CANCELLED
        if row["attempts"] >= self._rules.max_attempts:
            update(ledger, row["job_id"], error=WORKER_DIED.kind, detail=WORKER_DIED.detail)
            self._close(ledger, row, now, JobState.FAILED, WORKER_DIED.kind)
            return JobState.FAILED
        return None

    def _close(
        self,
        ledger: sqlite3.Connection,
        row: sqlite3.Row,
        now: int,
        state: JobState,
        reason: str,
        backend: str = "",
    ) -> None:
        """End a job: update its record, its expiry and the counters."""
        update(
            ledger,
            row["job_id"],
            state=state.value,
            finished=now,
            expires=now + self._rules.result_ttl_ms,
            lease_until=None,
            progress=None,
        )
        seconds = (now - (row["started"] or now)) / 1000
        count(ledger, counters.count_ending(state, reason, backend, seconds))
