import os
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from bookingopt_worker.jobs import JobState, JobStore, NewJob, open_store
from tooling.backups.damage import DamagedBackup
from tooling.backups.names import publish
from tooling.backups.sqlite_file import back_up, restore, verify


def test_a_ledger_in_use_is_backed_up_and_verified(ledger: Path, store: JobStore, tmp_path: Path) -> None:
    file, census = back_up(ledger, tmp_path / "backups")
    assert census.jobs == {JobState.COMPLETED: 3, JobState.RUNNING: 1, JobState.QUEUED: 2}
    assert verify(file) == census
    assert store.accept(NewJob("ann", "later", b"{}")).job is not None, "the ledger goes on"
    assert sorted(path.suffix for path in file.parent.iterdir()) == [".gz", ".sha256"]
    assert file.stat().st_mode & 0o077 == 0, "it holds names of guests"


def test_a_restore_brings_the_backup_and_keeps_what_was_there(ledger: Path, tmp_path: Path) -> None:
    file, census = back_up(ledger, tmp_path / "backups")
    with closing(open_store(f"sqlite:///{ledger}")) as store:
        later = store.accept(NewJob("bob", "later", b"{}")).job
        assert later is not None
    queue = ledger.with_name("jobs.queue.db")
    queue.write_bytes(b"messages of yesterday")
    kept, restored = restore(file, ledger)
    assert restored == census
    assert kept is not None
    with closing(open_store(f"sqlite:///{ledger}")) as store:
        assert store.get(later.job_id) is None
    with closing(open_store(f"sqlite:///{kept / 'jobs.db'}")) as store:
        assert store.get(later.job_id) is not None
    assert not queue.exists()
    assert (kept / queue.name).exists()


def test_a_restore_onto_nothing_works(ledger: Path, tmp_path: Path) -> None:
    file, census = back_up(ledger, tmp_path / "backups")
    assert restore(file, tmp_path / "new" / "jobs.db") == (None, census)


@pytest.mark.parametrize("harm", ["torn", "bit", "no checksum", "not a database"])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(ledger: Path, tmp_path: Path, harm: str) -> None:
    file, _ = back_up(ledger, tmp_path / "backups")
    content = bytearray(file.read_bytes())
    match harm:
        case "torn":
            file.write_bytes(content[: len(content) // 2])
        case "bit":
            content[len(content) // 2] ^= 1
            file.write_bytes(content)
        case "no checksum":
            Path(f"{file}.sha256").unlink()
        case "not a database":
            (tmp_path / "jobs.db").write_bytes(b"no database" * 1000)
            with tarfile.open(tmp_path / "draft", "w:gz") as archive:
                archive.add(tmp_path / "jobs.db", "jobs.db")
            publish(tmp_path / "draft", file)
    before = {path.name: path.read_bytes() for path in ledger.parent.iterdir()}
    with pytest.raises(DamagedBackup):
        restore(file, ledger)
    assert {path.name: path.read_bytes() for path in ledger.parent.iterdir()} == before


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells who has a file open")
def test_a_ledger_in_use_is_not_replaced(ledger: Path, store: JobStore, tmp_path: Path) -> None:
    file, _ = back_up(ledger, tmp_path / "backups")
    store.ping()
    with pytest.raises(ValueError, match=f"in use by process {os.getpid()}"):
        restore(file, ledger)


def test_a_ledger_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="DATA_DIR"):
        back_up(tmp_path / "jobs.db", tmp_path / "backups")
    assert not (tmp_path / "backups").exists()


def test_the_keys_beside_the_ledger_come_along(ledger: Path, tmp_path: Path) -> None:
    keys = ledger.with_name("keys.db")
    with closing(sqlite3.connect(keys)) as connection, connection:
        connection.execute("create table key (name text)")
        connection.execute("insert into key values ('of ann')")
    file, _ = back_up(ledger, tmp_path / "backups")
    keys.unlink()
    restore(file, ledger)
    with closing(sqlite3.connect(keys)) as connection:
        assert connection.execute("select name from key").fetchall() == [("of ann",)]
