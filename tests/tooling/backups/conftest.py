"""Ledgers with jobs in every state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import find_or_install_restic
from job_ledger import Ending, JobOutcome, JobState, JobStore, LedgerRules, NewJob, open_store
from tooling.backups.repository import Repository

Fill = Callable[[str], None]

RULES = LedgerRules(max_open_jobs_per_user=None)
RESULT = b'{"Succeeded": true}'
WANTED = [JobState.COMPLETED] * 3 + [JobState.RUNNING] + [JobState.QUEUED] * 2


@pytest.fixture
def fill() -> Fill:
    """Return what puts three finished jobs, a running one and two that wait into a ledger."""
    return _fill


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository of backups that is still to be made; needs restic."""
    find_or_install_restic()
    password = tmp_path / "password"
    password.write_text("of the backups\n")
    return Repository(str(tmp_path / "backups"), password)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Return the file of a ledger with these six jobs."""
    path = tmp_path / "place" / "jobs.db"
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture
def store(ledger: Path) -> Iterator[JobStore]:
    """Return that ledger, open."""
    with closing(open_store(f"sqlite:///{ledger}", RULES)) as opened:
        yield opened


def _fill(url: str) -> None:
    with closing(open_store(url, RULES)) as store:
        for number, wanted in enumerate(WANTED):
            document = json.dumps({"ProblemId": f"{wanted} {number}"}).encode()
            job = store.accept(NewJob("ann", "a problem", document)).job
            assert job is not None
            if wanted is JobState.QUEUED:
                continue
            claim = store.claim(job.job_id)
            assert claim is not None
            if wanted is JobState.COMPLETED:
                outcome = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="greedy")
                store.finish(claim, Ending(wanted, result=RESULT, outcome=outcome))
