"""A ledger in each store, and a way to let time pass in it."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from job_ledger import (
    Claim,
    Ending,
    JobError,
    JobOutcome,
    JobRecord,
    JobState,
    JobStore,
    LedgerRules,
    NewJob,
    open_store,
)
from job_ledger.queue import JobQueue, open_queue

if TYPE_CHECKING:
    from conftest import RedisServer

OUTCOME = JobOutcome(
    succeeded=True, reason="optimal", limit="none", backend="highs", gap=0.02, solve_seconds=1.5
)
SOLVED = Ending(JobState.COMPLETED, b'{"Succeeded": true}', OUTCOME)
FAILED = Ending(JobState.FAILED, error=JobError("invalid-document", "Rooms: missing"))


class Ledger(ABC):
    """A ledger in which a test can let time pass: everything in it gets older, the clock is left alone."""

    def __init__(self, rules: LedgerRules) -> None:
        self.rules = rules
        self.store = self.open(rules)

    @abstractmethod
    def open(self, rules: LedgerRules | None = None) -> JobStore:
        """Open the same ledger once more."""

    @abstractmethod
    def age(self, seconds: float) -> None:
        """Make everything older."""

    def accept(self, user: str = "ann", document: bytes = b"{}", **options: Any) -> JobRecord:
        """Return a new job in the ledger."""
        job = self.store.accept(NewJob(user, "a problem", document, **options)).job
        assert job is not None
        return job

    def claimed(self, **options: Any) -> Claim:
        """Return a claim on a new job."""
        claim = self.store.claim(self.accept(**options).job_id)
        assert claim is not None
        return claim

    def known(self, job_id: str) -> JobRecord:
        """Return a job that is there."""
        job = self.store.get(job_id)
        assert job is not None
        return job


class SqliteLedger(Ledger):
    """A ledger in a file."""

    def __init__(self, path: Path, rules: LedgerRules) -> None:
        self.path = path
        super().__init__(rules)

    def open(self, rules: LedgerRules | None = None) -> JobStore:
        return open_store(f"sqlite:///{self.path}", rules or self.rules)

    def age(self, seconds: float) -> None:
        moments = ("accepted", "delivered", "started", "finished", "expires", "lease_until", "claimed")
        shift = round(seconds * 1000)
        connection = sqlite3.connect(self.path, isolation_level=None)
        for name in moments:
            connection.execute(f"update job set {name} = {name} - ?", (shift,))  # noqa: S608
        connection.execute("update worker set until = until - ?", (shift,))
        connection.close()


class RedisLedger(Ledger):
    """A ledger in Redis."""

    def __init__(self, server: RedisServer, rules: LedgerRules) -> None:
        self.server = server
        super().__init__(rules)

    def open(self, rules: LedgerRules | None = None) -> JobStore:
        return open_store(self.server.url, rules or self.rules)

    def age(self, seconds: float) -> None:
        shift = round(seconds * 1000)
        with self.server.client() as client:
            for key in client.scan_iter("bookingopt:job:*"):
                for name in (
                    "accepted",
                    "delivered",
                    "started",
                    "finished",
                    "expires",
                    "lease_until",
                    "claimed",
                ):
                    if client.hexists(key, name):
                        client.hincrby(key, name, -shift)
            for name in ("open", "queued", "running", "finished", "workers", "open_turns"):
                for member in client.zrange(f"bookingopt:{name}", 0, -1):
                    client.zincrby(f"bookingopt:{name}", -shift, member)
            for key in client.scan_iter("bookingopt:*"):
                if (left := client.pttl(key)) > 0:
                    client.pexpire(key, left - shift)


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Return the address of a ledger in a file."""
    return f"sqlite:///{tmp_path / 'jobs.db'}"


@pytest.fixture
def queue(address: str) -> Iterator[JobQueue]:
    """Return the queue of that ledger."""
    opened = open_queue(address)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=pytest.mark.integration)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """Return a ledger in each of the stores, with the default rules but for the jobs of one user."""
    rules = LedgerRules(max_open_jobs_per_user=None)
    found: Ledger
    if request.param == "sqlite":
        found = SqliteLedger(tmp_path / "jobs.db", rules)
    else:
        found = RedisLedger(request.getfixturevalue("redis_server"), rules)
    yield found
    found.store.close()


@pytest.fixture
def make_sqlite_ledger() -> type[SqliteLedger]:
    """Return what opens a ledger in a file."""
    return SqliteLedger


@pytest.fixture
def make_redis_ledger() -> type[RedisLedger]:
    """Return what opens a ledger in a server."""
    return RedisLedger
