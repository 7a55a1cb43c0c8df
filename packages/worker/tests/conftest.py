"""A solving process that does what a document asks for, and a ledger and a queue to work with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from job_ledger import Claim, JobOptions, JobStore, LedgerRules, NewJob, open_store
from job_ledger.queue import JobQueue, open_queue

PROGRAMS = Path(__file__).parent / "programs"
STAND_IN = "stand_in:solve"


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the function of the stand-in, which every process that is started from now on can import."""
    monkeypatch.setenv("PYTHONPATH", str(PROGRAMS))
    return STAND_IN


@pytest.fixture
def address(tmp_path: Path) -> str:
    """Return the address of a ledger in a file."""
    return f"sqlite:///{tmp_path / 'jobs.db'}"


@pytest.fixture
def store(address: str) -> Iterator[JobStore]:
    """Return a ledger in a file."""
    opened = open_store(address, LedgerRules(max_open_jobs_per_user=None))
    yield opened
    opened.close()


@pytest.fixture
def queue(address: str) -> Iterator[JobQueue]:
    """Return the queue of that ledger."""
    opened = open_queue(address)
    yield opened
    opened.close()


@pytest.fixture
def claim_of(store: JobStore) -> Callable[..., Claim]:
    """Return what makes a job of a document and claims it."""

    def claim(document: dict[str, Any] | bytes, request_id: str | None = None, **options: Any) -> Claim:
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        new = NewJob("ann", "a problem", content, JobOptions(**options), request_id=request_id)
        job = store.accept(new).job
        assert job is not None
        claimed = store.claim(job.job_id)
        assert claimed is not None
        return claimed

    return claim
