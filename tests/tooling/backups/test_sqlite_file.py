import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from job_ledger import JobState, JobStore, NewJob, open_store
from tooling.backups.damage import DamagedBackup
from tooling.backups.repository import SQLITE, Repository
from tooling.backups.sqlite_file import back_up, restore, verify

pytestmark = pytest.mark.integration


def test_a_ledger_in_use_is_backed_up_and_verified(
    ledger: Path, store: JobStore, repository: Repository
) -> None:
    made, census = back_up(ledger, repository)
    assert repository.find().id == made
    assert repository.find().kind == SQLITE
    assert census.jobs == {JobState.COMPLETED: 3, JobState.RUNNING: 1, JobState.QUEUED: 2}
    assert verify(repository, repository.find(made)) == census
    assert store.accept(NewJob("ann", "later", b"{}")).job is not None, "the ledger goes on"
    names = {path.name for path in ledger.parent.iterdir()}
    assert not [name for name in names if name.startswith(".backup")], "nothing is left beside it"


def test_a_restore_brings_the_backup_and_keeps_what_was_there(ledger: Path, repository: Repository) -> None:
    _, census = back_up(ledger, repository)
    with closing(open_store(f"sqlite:///{ledger}")) as store:
        later = store.accept(NewJob("bob", "later", b"{}")).job
        assert later is not None
    queue = ledger.with_name("jobs.queue.db")
    queue.write_bytes(b"messages of yesterday")
    kept, restored = restore(repository, repository.find(), ledger)
    assert restored == census
    assert kept is not None
    with closing(open_store(f"sqlite:///{ledger}")) as store:
        assert store.get(later.job_id) is None
    with closing(open_store(f"sqlite:///{kept / 'jobs.db'}")) as store:
        assert store.get(later.job_id) is not None
    assert not queue.exists()
    assert (kept / queue.name).exists()


def test_a_restore_onto_nothing_works(ledger: Path, repository: Repository, tmp_path: Path) -> None:
    _, census = back_up(ledger, repository)
    assert restore(repository, repository.find(), tmp_path / "new" / "jobs.db") == (None, census)


@pytest.mark.parametrize("harm", ["damaged", "wrong password", "not a database", "of Redis"])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(
    ledger: Path, repository: Repository, tmp_path: Path, harm: str
) -> None:
    back_up(ledger, repository)
    found = repository.find()
    match harm:
        case "damaged":
            for pack in Path(repository.address).glob("data/*/*"):
                pack.chmod(0o600)
                pack.write_bytes(bytes(pack.stat().st_size))
        case "wrong password":
            repository.password_file.write_text("another one\n")
        case "not a database":
            (tmp_path / "jobs.db").write_bytes(b"no database" * 1000)
            found = repository.find(repository.keep(tmp_path, ["jobs.db"], SQLITE))
        case "of Redis":
            (tmp_path / "dump.rdb").write_bytes(b"REDIS")
            found = repository.find(repository.keep(tmp_path, ["dump.rdb"], "redis"))
    before = {path.name: path.read_bytes() for path in ledger.parent.iterdir()}
    with pytest.raises(DamagedBackup):
        restore(repository, found, ledger)
    assert {path.name: path.read_bytes() for path in ledger.parent.iterdir()} == before


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells who has a file open")
def test_a_ledger_in_use_is_not_replaced(ledger: Path, store: JobStore, repository: Repository) -> None:
    back_up(ledger, repository)
    store.ping()
    with pytest.raises(ValueError, match=f"in use by process {os.getpid()}"):
        restore(repository, repository.find(), ledger)


def test_a_ledger_that_is_not_there_is_said_to_be_missing(tmp_path: Path, repository: Repository) -> None:
    with pytest.raises(FileNotFoundError, match="DATA_DIR"):
        back_up(tmp_path / "jobs.db", repository)
    assert not (tmp_path / "backups").exists()


def test_the_keys_beside_the_ledger_come_along(ledger: Path, repository: Repository) -> None:
    keys = ledger.with_name("keys.db")
    with closing(sqlite3.connect(keys)) as connection, connection:
        connection.execute("create table key (name text)")
        connection.execute("insert into key values ('of ann')")
    back_up(ledger, repository)
    keys.unlink()
    restore(repository, repository.find(), ledger)
    with closing(sqlite3.connect(keys)) as connection:
        assert connection.execute("select name from key").fetchall() == [("of ann",)]
