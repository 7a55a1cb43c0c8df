import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from job_ledger import sqlite_connection
from job_ledger.errors import StoreFull, StoreUnavailable
from job_ledger.sqlite_connection import SqliteFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the file is."""
    return tmp_path / "jobs.db"


def test_what_is_committed_is_on_disk_and_erased_bytes_are_overwritten(path: Path) -> None:
    file = SqliteFile(path)
    with file.connection() as connection:
        pragmas = ("journal_mode", "synchronous", "secure_delete")
        found = [connection.execute(f"pragma {name}").fetchone()[0] for name in pragmas]
    assert found == ["wal", 2, 1]
    file.close()


def test_a_transaction_is_all_or_nothing(path: Path) -> None:
    file = SqliteFile(path)
    with pytest.raises(RuntimeError):
        _count_and_fail(file)
    with file.transaction() as connection:
        assert connection.execute("select count(*) from counter").fetchone()[0] == 0
        connection.execute("insert into counter values ('accepted', 1)")
    with SqliteFile(path).connection() as connection:
        assert connection.execute("select value from counter").fetchone()[0] == 1
    connection.close()
    file.close()


def test_threads_have_connections_of_their_own_and_give_them_back(path: Path) -> None:
    file = SqliteFile(path)
    with file.connection() as first, file.connection() as second:
        assert first is not second
    with file.connection() as third:
        assert third in (first, second)
    file.close()


def test_a_connection_that_is_in_use_when_the_file_is_closed_is_closed_afterwards(path: Path) -> None:
    file = SqliteFile(path)
    with file.connection() as connection:
        file.close()
        connection.execute("select 1")
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("select 1")


def test_many_processes_may_make_the_file_at_once(path: Path) -> None:
    faults: list[Exception] = []

    def make() -> None:
        try:
            SqliteFile(path).close()
        except StoreUnavailable as error:
            faults.append(error)

    threads = [threading.Thread(target=make) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_a_file_of_somebody_else_is_left_alone(path: Path) -> None:
    path.write_bytes(b"this is no database, but somebody's letter " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="damaged"):
        SqliteFile(path)
    assert path.read_bytes() == before


def test_a_writer_who_takes_too_long_makes_the_store_unavailable(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_connection, "BUSY_SECONDS", 0.01)
    file = SqliteFile(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreUnavailable, match="locked"), file.transaction():
        pass
    other.execute("rollback")
    with file.transaction():
        pass
    other.close()
    file.close()


def test_threads_write_in_turn_and_none_waits_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SqliteFile(path)
    monkeypatch.setattr(sqlite_connection, "BUSY_SECONDS", 0.05)

    def write() -> bool:
        with file.transaction() as connection:
            return connection.in_transaction

    with ThreadPoolExecutor(1) as other:
        with file.transaction(), pytest.raises(StoreUnavailable, match="is busy"):
            other.submit(write).result()
        assert other.submit(write).result()
    file.close()


def test_a_full_file_is_told_from_one_that_is_away(path: Path) -> None:
    file = SqliteFile(path, max_bytes=120_000)
    with pytest.raises(StoreFull), file.transaction() as connection:
        connection.execute("insert into document values ('id', zeroblob(500000))")
    with file.connection() as connection:
        assert 0 < file.fill(connection) < 1
        assert connection.execute("select count(*) from document").fetchone()[0] == 0
    file.close()


def test_without_a_limit_the_file_is_never_full(path: Path) -> None:
    file = SqliteFile(path)
    with file.connection() as connection:
        assert file.fill(connection) == 0
    file.close()


def test_a_fault_of_ours_is_not_blamed_on_the_file(path: Path) -> None:
    file = SqliteFile(path)
    with pytest.raises(sqlite3.IntegrityError), file.transaction() as connection:
        connection.execute("insert into counter values ('accepted', null)")
    file.close()


def _count_and_fail(file: SqliteFile) -> None:
    with file.transaction() as connection:
        connection.execute("insert into counter values ('accepted', 1)")
        raise RuntimeError
