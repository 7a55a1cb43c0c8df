from __future__ import annotations

from pathlib import Path

from job_ledger import NewJob
from job_ledger.rules import LedgerRules
from job_ledger.sqlite_store import SqliteJobStore


def test_a_job_of_a_version_that_noted_no_size_is_taken_up(tmp_path: Path) -> None:
    store = SqliteJobStore(tmp_path / "jobs.db", LedgerRules())
    job = store.accept(NewJob("ann", "p", b"{}")).job
    assert job is not None
    with store._file.transaction() as ledger:
        ledger.execute("update job set size = null")
    assert store.next_turn("", (), 1).job_id == job.job_id
    store.close()
