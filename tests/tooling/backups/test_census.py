import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from job_ledger import JobState
from tooling.backups.census import read_jobs
from tooling.backups.damage import DamagedBackup


def test_every_job_is_counted_and_read(ledger: Path) -> None:
    census = read_jobs(f"sqlite:///{ledger}")
    assert census.jobs == {JobState.COMPLETED: 3, JobState.RUNNING: 1, JobState.QUEUED: 2}
    assert census.result_bytes == 3 * len(b'{"Succeeded": true}')
    assert str(census).startswith("2 queued, 1 running, 3 completed, 0 failed, 0 cancelled; ")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("delete from document where job_id = (select job_id from job where state = 'queued')", "document"),
        ("delete from result", "result is missing"),
        ("update result set content = x'00'", "result"),
    ],
)
def test_a_job_that_is_not_whole_is_named(ledger: Path, change: str, fault: str) -> None:
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute(change)
    with pytest.raises(DamagedBackup, match="job ") as told:
        read_jobs(f"sqlite:///{ledger}")
    assert fault in str(told.value) or "decompress" in str(told.value)
