"""Records of other versions: those of an earlier release are used, those of a later one do no harm."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from job_ledger import (
    CancelAnswer,
    Ending,
    JobOutcome,
    JobState,
    NewJob,
    RecordUnreadable,
    StoreUnavailable,
)

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.json"))
OUTCOME = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs")


def put(ledger: Any, job_id: str, name: str, value: str) -> None:
    """Write a field of a record as another version may have done."""
    if hasattr(ledger, "server"):
        with ledger.server.client() as client:
            client.hset(f"bookingopt:job:{job_id}", name, value)
    else:
        with closing(sqlite3.connect(ledger.path)) as file, file:
            file.execute(f"update job set {name} = ? where job_id = ?", (value, job_id))  # noqa: S608


def restore(ledger: Any, recorded: dict[str, Any]) -> dict[str, str]:
    """Fill an empty ledger with what a release has left; return its jobs by state."""
    if hasattr(ledger, "server"):
        with ledger.server.client() as client:
            for key, entry in recorded["redis"]["keys"].items():
                content = entry["content"]
                match entry["kind"]:
                    case "string":
                        client.set(key, bytes.fromhex(content))
                    case "hash":
                        client.hset(key, mapping=content)
                    case "set":
                        client.sadd(key, *content)
                    case "zset":
                        client.zadd(key, dict(content))
                if entry["expires"]:
                    client.pexpire(key, 3_600_000)
        jobs = recorded["redis"]["jobs"]
    else:
        ledger.store.close()
        ledger.path.unlink()
        with closing(sqlite3.connect(ledger.path)) as file, file:
            file.executescript("\n".join(recorded["sqlite"]["script"]))
        file.close()
        ledger.store = ledger.open()
        jobs = recorded["sqlite"]["jobs"]
    ledger.age(recorded["milliseconds"] / 1000 - time.time())
    return dict(jobs)


def test_there_is_a_record_of_a_release() -> None:
    assert RELEASES


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_what_a_release_has_written_is_read_and_written_by_this_version(ledger: Any, release: Path) -> None:
    jobs = restore(ledger, json.loads(release.read_text()))
    store = ledger.store
    for state, job_id in jobs.items():
        job = ledger.known(job_id)
        assert (job.state, job.user, job.options.max_moves) == (state, f"user of {state}", 3)
        assert [found.job_id for found in store.jobs_of(job.user).jobs] == [job_id]
        assert b"recorded" in store.document(job_id)
    assert b"Succeeded" in store.result(jobs["completed"])
    assert store.statistics().accepted == 5
    queued = store.claim(store.next_turn("").job_id)
    assert queued.job_id == jobs["queued"]
    ending = Ending(JobState.COMPLETED, b"{}", OUTCOME)
    assert store.finish(queued, ending) is JobState.COMPLETED
    assert store.cancel(jobs["running"]) is CancelAnswer.STOPPING
    ledger.age(20)
    assert store.take_overdue() == ()
    assert ledger.known(jobs["running"]).state is JobState.CANCELLED
    assert store.accept(NewJob("ann", "new", b"{}")).job is not None
    ledger.age(3600)
    assert store.purge() == 5


def test_fields_of_a_later_version_are_left_alone(ledger: Any) -> None:
    claim = ledger.claimed()
    later = '{"stage": "solving", "percent": 3, "mood": "good"}'
    put(ledger, claim.job_id, "progress", later)
    assert ledger.known(claim.job_id).progress.percent == 3
    outcome = json.loads(OUTCOME.to_json()) | {"mood": "good"}
    put(ledger, claim.job_id, "outcome", json.dumps(outcome))
    assert ledger.known(claim.job_id).outcome == OUTCOME


@pytest.mark.parametrize(
    ("name", "value"), [("state", "paused"), ("outcome", "{"), ("outcome", "[]"), ("progress", "{}")]
)
def test_a_record_that_cannot_be_read_is_left_out_of_lists_and_named(
    ledger: Any, name: str, value: str
) -> None:
    jobs = [ledger.accept() for _ in range(3)]
    put(ledger, jobs[1].job_id, name, value)
    page = ledger.store.jobs_of("ann", states=() if name == "state" else (JobState.QUEUED,))
    with pytest.raises(RecordUnreadable, match=jobs[1].job_id):
        ledger.store.get(jobs[1].job_id)
    readable = ledger.store.jobs_of("ann").jobs
    assert [job.job_id for job in readable] == [jobs[2].job_id, jobs[0].job_id]
    assert page.unreadable == (jobs[1].job_id,)


def test_a_list_goes_on_behind_a_record_that_cannot_be_read(ledger: Any) -> None:
    jobs = [ledger.accept() for _ in range(5)]
    put(ledger, jobs[3].job_id, "outcome", "{")
    found, after = [], None
    while True:
        page = ledger.store.jobs_of("ann", after=after, limit=2)
        found += [job.job_id for job in page.jobs]
        if (after := page.after) is None:
            break
    assert found == [jobs[number].job_id for number in (4, 2, 1, 0)]


def test_a_job_that_cannot_be_read_holds_up_no_other(ledger: Any) -> None:
    first, second = ledger.accept("ann"), ledger.accept("bob")
    put(ledger, first.job_id, "outcome", "{")
    with pytest.raises(RecordUnreadable):
        ledger.store.claim(ledger.store.next_turn("").job_id)
    assert ledger.store.claim(ledger.store.next_turn("").job_id).job_id == second.job_id


def test_a_ledger_of_a_later_layout_is_refused(ledger: Any) -> None:
    ledger.accept()
    if hasattr(ledger, "server"):
        with ledger.server.client() as client:
            assert client.hget("bookingopt:counters", "layout") == b"1"
            client.hset("bookingopt:counters", "layout", 2)
        refused = ledger.store.statistics
    else:
        with closing(sqlite3.connect(ledger.path)) as file, file:
            file.execute("pragma user_version = 99")
        refused = ledger.open
    with pytest.raises(StoreUnavailable, match="update the program"):
        refused()
