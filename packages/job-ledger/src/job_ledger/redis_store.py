"""The ledger in Redis or Valkey: each operation is one script."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from typing import Any, cast

from redis import Redis

from job_ledger import counters
from job_ledger.codec import compress, decompress, new_fields, to_record
from job_ledger.errors import RecordUnreadable, StoreFull
from job_ledger.record import JobProgress, JobRecord, NewJob, new_job_id
from job_ledger.redis_connection import answers_of_redis
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
from job_ledger.rules import DURATION_BOUNDS_SECONDS, GAP_BOUNDS, LedgerRules
from job_ledger.state import JobState

_SCRIPTS = (
    "accept",
    "announce",
    "beat",
    "cancel",
    "claim",
    "erase",
    "finish",
    "next_turn",
    "purge",
    "release",
    "statistics",
    "take_overdue",
)
_PAGES_TO_SCAN = 20
LAYOUT = 1
"""Version of the key layout; raised by a change that an earlier version could not read or write."""


class RedisJobStore:
    """The ledger in Redis, for any number of processes on any number of hosts.

    Parameters
    ----------
    client
        A connection pool that is bounded, has timeouts and does not retry: see `connect_redis`.
    rules
        Rules of the ledger; the same in every process.
    prefix
        Prefix of every key.
    """

    def __init__(self, client: Redis, rules: LedgerRules, prefix: str = "bookingopt:") -> None:
        self._client = client
        self._rules = rules
        self._prefix = prefix
        self._rules_json = _rules_json(rules)
        self._scripts = {name: client.register_script(_source(name)) for name in _SCRIPTS}

    @property
    def rules(self) -> LedgerRules:
        """Rules of this ledger."""
        return self._rules

    def accept(self, job: NewJob) -> Acceptance:
        """Store a new job, unless it was submitted before or its user has too many."""
        job_id = new_job_id()
        fields = [part for pair in new_fields(job, job_id).items() for part in pair]
        answer, record = self._run(
            "accept",
            *(job_id, job.user, job.digest, job.key_digest or "", compress(job.document)),
            *fields,
        )
        return Acceptance(AcceptAnswer(_text(answer)), _record(record))

    def get(self, job_id: str) -> JobRecord | None:
        """Return a job without its documents; None if it does not exist."""
        with answers_of_redis():
            return _record(cast(Mapping[bytes, bytes], self._client.hgetall(self._key("job", job_id))))

    def document(self, job_id: str) -> bytes | None:
        """Return the problem document of a job, as it was received; None if it does not exist."""
        return self._blob("document", job_id)

    def result(self, job_id: str) -> bytes | None:
        """Return the result document of a job; None if it does not exist."""
        return self._blob("result", job_id)

    def jobs_of(
        self,
        user: str,
        *,
        states: Collection[JobState] = (),
        after: str | None = None,
        limit: int = 20,
    ) -> JobPage:
        """Return jobs of a user, newest first."""
        found: list[JobRecord] = []
        unreadable: list[str] = []
        cursor = after
        for _ in range(_PAGES_TO_SCAN):
            ids = self._ids_after(user, cursor, limit + 1)
            for job_id, job in zip(ids, self._records(ids), strict=True):
                if isinstance(job, RecordUnreadable):
                    unreadable.append(job_id)
                elif job is not None and (not states or job.state in states):
                    if len(found) == limit:
                        return JobPage(tuple(found), cursor, tuple(unreadable))
                    found.append(job)
                cursor = job_id
            if len(ids) <= limit:
                return JobPage(tuple(found), None, tuple(unreadable))
        return JobPage(tuple(found), cursor, tuple(unreadable))

    def cancel(self, job_id: str) -> CancelAnswer:
        """Stop a queued job now, a running one soon."""
        return CancelAnswer(_text(self._run("cancel", job_id)))

    def erase(self, job_id: str) -> EraseAnswer:
        """Delete a finished job: its record, its documents and its idempotency key."""
        return EraseAnswer(_text(self._run("erase", job_id)))

    def statistics(self) -> LedgerStatistics:
        """Return totals and the number of open jobs."""
        queued, running, oldest_ms, workers, pairs = self._run("statistics")
        counted = {name: int(value) for name, value in _pairs(pairs).items()}
        return LedgerStatistics(
            queued=queued,
            running=running,
            oldest_queued_seconds=int(oldest_ms) / 1000 if oldest_ms else None,
            workers=workers,
            accepted=counted.get(counters.ACCEPTED, 0),
            lost_attempts=counted.get(counters.LOST_ATTEMPTS, 0),
            durations=counters.durations(counted),
            gaps=counters.gaps(counted),
        )

    def ping(self) -> None:
        """Raise `StoreUnavailable` if the store does not answer, `StoreFull` if its disk is full."""
        with answers_of_redis():
            told = cast(Mapping[str, Any], self._client.info("persistence"))
        if told.get("aof_last_write_status", "ok") != "ok":
            raise StoreFull("the job store cannot write to its disk")

    def next_turn(self, job_id: str, users: Collection[str] = (), most_bytes: int | None = None) -> Turn:
        """Return the job to take when a message arrives; users take turns."""
        limit = "" if most_bytes is None else most_bytes
        chosen, is_waiting = self._run("next_turn", job_id, limit, *users)
        return Turn(_text(chosen) or None, bool(is_waiting))

    def claim(self, job_id: str) -> Claim | None:
        """Take a job that no worker has; None if there is nothing to do."""
        found = self._run("claim", job_id)
        if found is None:
            return None
        record = _record(found[0])
        assert record is not None  # noqa: S101 - a claim that was granted has a record
        return Claim(record, decompress(found[1]))

    def beat(self, claim: Claim, progress: JobProgress | None = None) -> BeatAnswer:
        """Renew the lease of a claim, and store the progress of the job."""
        told = "" if progress is None else progress.to_json()
        return BeatAnswer(_text(self._run("beat", claim.job_id, claim.token, told)))

    def finish(self, claim: Claim, ending: Ending) -> JobState | None:
        """End a job, once."""
        answer = self._run(
            "finish",
            *(claim.job_id, claim.token, ending.state.value),
            b"" if ending.result is None else compress(ending.result),
            "" if ending.outcome is None else ending.outcome.to_json(),
            *("", "") if ending.error is None else (ending.error.kind, ending.error.detail),
            *(ending.reason, ending.backend, "" if ending.gap is None else repr(ending.gap)),
        )
        return None if answer is None else JobState(_text(answer))

    def release(self, claim: Claim, *, is_lost: bool = False) -> JobState | None:
        """Give a job back, so that another worker can take it."""
        answer = self._run("release", claim.job_id, claim.token, int(is_lost))
        return None if answer is None else JobState(_text(answer))

    def take_overdue(self, limit: int = 500) -> tuple[str, ...]:
        """Return jobs to deliver again, and mark them as delivered now, so that each goes to one caller."""
        return tuple(_text(job_id) for job_id in self._run("take_overdue", limit))

    def purge(self, limit: int = 500) -> int:
        """Delete finished jobs that have expired; return their number."""
        return int(self._run("purge", limit))

    def announce(self, worker: str, seconds: float) -> None:
        """Count a consumer as alive for a number of seconds."""
        self._run("announce", worker, round(seconds * 1000))

    def close(self) -> None:
        """Close every connection."""
        self._client.close()
        self._client.connection_pool.disconnect()

    def _run(self, script: str, *arguments: str | float | bytes) -> Any:
        """Run one script; the type of the answer depends on the script."""
        with answers_of_redis():
            return self._scripts[script](keys=[self._prefix], args=[self._rules_json, *arguments])

    def _key(self, name: str, job_id: str) -> str:
        return f"{self._prefix}{name}:{job_id}"

    def _blob(self, name: str, job_id: str) -> bytes | None:
        with answers_of_redis():
            stored = cast(bytes | None, self._client.get(self._key(name, job_id)))
        return None if stored is None else decompress(stored)

    def _ids_after(self, user: str, after: str | None, limit: int) -> list[str]:
        highest = "+" if after is None else f"({after}"
        with answers_of_redis():
            found = self._client.zrevrangebylex(self._key("user", user), highest, "-", start=0, num=limit)
        return [_text(job_id) for job_id in cast(list[bytes], found)]

    def _records(self, job_ids: Sequence[str]) -> list[JobRecord | RecordUnreadable | None]:
        with answers_of_redis(), self._client.pipeline(transaction=False) as pipeline:
            for job_id in job_ids:
                pipeline.hgetall(self._key("job", job_id))
            return [_record_or_fault(fields) for fields in pipeline.execute()]


def _source(name: str) -> str:
    """Return a script with the prelude inserted after its first line, which must stay the first."""
    folder = files("job_ledger") / "lua"
    flags, _, body = (folder / f"{name}.lua").read_text(encoding="utf-8").partition("\n")
    return "\n".join((flags, (folder / "prelude.lua").read_text(encoding="utf-8"), body))


def _rules_json(rules: LedgerRules) -> str:
    return json.dumps(
        {
            "layout": LAYOUT,
            "lease_ms": rules.lease_ms,
            "redeliver_ms": rules.redeliver_ms,
            "result_ttl_ms": rules.result_ttl_ms,
            "max_attempts": rules.max_attempts,
            "max_open_jobs_per_user": rules.max_open_jobs_per_user,
            "fill_limit": rules.fill_limit,
            "duration_bounds": DURATION_BOUNDS_SECONDS,
            "gap_bounds": GAP_BOUNDS,
            "died_kind": WORKER_DIED.kind,
            "died_detail": WORKER_DIED.detail,
        }
    )


def _text(answer: bytes) -> str:
    return answer.decode()


def _pairs(answer: Sequence[bytes] | Mapping[bytes, bytes]) -> dict[str, str]:
    """Return a hash as a dictionary: a script returns a flat list, a command a mapping."""
    if isinstance(answer, Mapping):
        return {_text(name): _text(value) for name, value in answer.items()}
    return {_text(name): _text(value) for name, value in zip(answer[::2], answer[1::2], strict=True)}


def _record(answer: Sequence[bytes] | Mapping[bytes, bytes]) -> JobRecord | None:
    return to_record(_pairs(answer)) if answer else None


def _record_or_fault(fields: Mapping[bytes, bytes]) -> JobRecord | RecordUnreadable | None:
    try:
        return _record(fields)
    except RecordUnreadable as error:
        return error
