import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from job_ledger.codec import compress, new_fields
from job_ledger.record import NewJob
from job_ledger.results import Claim
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

NOW = 1_000


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Return a ledger with one running job, ``id``."""
    file = SqliteFile(tmp_path / "jobs.db")
    with file.connection() as connection:
        times = {"accepted": 0, "delivered": 0, "lease_until": 50}
        fields = new_fields(NewJob("ann", "p", b"{}"), "id") | times | {"state": "running", "token": 2}
        marks = ", ".join(f":{name}" for name in fields)
        connection.execute(f"insert into job ({', '.join(fields)}) values ({marks})", fields)  # noqa: S608
        connection.execute("insert into document values ('id', ?)", (compress(b"{}"),))
        yield connection
    file.close()


def test_a_row_is_found_until_its_time_is_over(ledger: sqlite3.Connection) -> None:
    assert find(ledger, "id", NOW) is not None
    update(ledger, "id", expires=NOW)
    assert find(ledger, "id", NOW - 1) is not None
    assert find(ledger, "id", NOW) is None


def test_a_claim_holds_while_the_job_runs_under_its_token(ledger: sqlite3.Connection) -> None:
    claim = Claim(record_of(find(ledger, "id", NOW)), b"{}")
    assert held(ledger, claim, NOW) is not None
    update(ledger, "id", token=3)
    assert held(ledger, claim, NOW) is None
    update(ledger, "id", token=2, state="queued")
    assert held(ledger, claim, NOW) is None


def test_a_document_is_read_until_the_time_of_its_job_is_over(ledger: sqlite3.Connection) -> None:
    assert read_content(ledger, "document", "id") == b"{}"
    assert read_content(ledger, "result", "id") is None
    update(ledger, "id", expires=store_time() - 1)
    assert read_content(ledger, "document", "id") is None


def test_a_forgotten_job_has_no_row_in_any_table(ledger: sqlite3.Connection) -> None:
    forget(ledger, ["id", "unknown"])
    for table in ("job", "document", "result"):
        assert ledger.execute(f"select count(*) from {table}").fetchone()[0] == 0  # noqa: S608


def test_counters_begin_at_zero_and_add_up(ledger: sqlite3.Connection) -> None:
    count(ledger, [("a", 2), ("b", 1)])
    count(ledger, [("a", 3)])
    found = dict(ledger.execute("select name, value from counter").fetchall())
    assert found == {"a": 5, "b": 1}
