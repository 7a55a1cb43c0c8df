import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from job_ledger import JobOptions, LedgerRules, NewJob, StoreUnavailable, open_store
from job_ledger.sqlite_schema import STEPS, bring_up_to_date, version_of


@pytest.fixture
def first_version(tmp_path: Path) -> Path:
    """Return a file as the first version left it, with a queued job; that one did not count versions."""
    path = tmp_path / "jobs.db"
    with closing(sqlite3.connect(path)) as old, old:
        for statement in STEPS[0]:
            old.execute(statement)
        old.execute(
            "insert into job (job_id, user, problem_id, state, accepted, delivered, attempts, token, cancel,"
            " backend, digest) values ('a', 'ann', 'p', 'queued', 1, 1, 0, 0, 0, 'greedy', 'd')"
        )
    old.close()
    return path


def test_a_file_of_the_first_version_keeps_its_jobs_and_takes_new_ones(first_version: Path) -> None:
    store = open_store(f"sqlite:///{first_version}", LedgerRules())
    kept = store.get("a")
    assert kept is not None
    assert kept.options == JobOptions("greedy")
    for options in (JobOptions(max_moves=0, move_price=0.5), JobOptions(curve_points=15)):
        added = store.accept(NewJob("ann", "p", b"{}", options)).job
        assert added is not None
        assert added.options == options
    store.close()


def test_a_file_is_brought_up_to_date_once(first_version: Path) -> None:
    for _ in range(2):
        open_store(f"sqlite:///{first_version}", LedgerRules()).close()
    with closing(sqlite3.connect(first_version)) as ledger, ledger:
        assert version_of(ledger) == len(STEPS)
        bring_up_to_date(ledger)
    ledger.close()


def test_a_file_of_a_later_version_is_left_alone(first_version: Path) -> None:
    with closing(sqlite3.connect(first_version)) as ledger, ledger:
        ledger.execute(f"pragma user_version = {len(STEPS) + 1}")
    ledger.close()
    with pytest.raises(StoreUnavailable, match="update the program"):
        open_store(f"sqlite:///{first_version}", LedgerRules())


def test_a_file_that_is_refused_is_closed(first_version: Path) -> None:
    with closing(sqlite3.connect(first_version)) as ledger, ledger:
        ledger.execute(f"pragma user_version = {len(STEPS) + 1}")
    ledger.close()
    with pytest.raises(StoreUnavailable) as refused:
        open_store(f"sqlite:///{first_version}", LedgerRules())
    # SQLite removes the log with the last connection; the frames of the error would keep one alive.
    assert refused.tb is not None
    assert not first_version.with_name(f"{first_version.name}-wal").exists()
