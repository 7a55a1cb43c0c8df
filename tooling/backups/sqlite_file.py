"""Backups of the ledger in a SQLite file, and of the API keys beside it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tooling.backups.census import Census, read_jobs
from tooling.backups.damage import DamagedBackup
from tooling.backups.repository import SQLITE, Backup, Repository

LEDGER, KEYS = "jobs.db", "keys.db"
STAMP = "%Y%m%dT%H%M%SZ"


def back_up(ledger: Path, repository: Repository) -> tuple[str, Census]:
    """Make a backup of a ledger that may be in use.

    Parameters
    ----------
    ledger
        File of the ledger.
    repository
        The repository for the backup.

    Returns
    -------
    str
        Id of the backup.
    Census
        The jobs in it.

    Raises
    ------
    FileNotFoundError
        If there is no ledger.
    DamagedBackup
        If the copy is not complete; no backup is made then.
    """
    if not ledger.is_file():
        raise FileNotFoundError(f"{ledger}: there is no ledger; DATA_DIR is the folder with jobs.db")
    with _private_folder(ledger.parent) as work:
        pairs = ((ledger, LEDGER), (ledger.with_name(KEYS), KEYS))
        names = [_copy(source, work / name).name for source, name in pairs if source.is_file()]
        census = _look_into(work)
        return repository.keep(work, names, SQLITE), census


def verify(repository: Repository, backup: Backup) -> Census:
    """Return the jobs in a backup, after every one was read.

    Raises
    ------
    DamagedBackup
        If it is not complete.
    """
    with _private_folder(None) as work:
        _unpack(repository, backup, work)
        return _look_into(work)


def restore(repository: Repository, backup: Backup, ledger: Path) -> tuple[Path | None, Census]:
    """Replace the ledger by a backup.

    Returns
    -------
    Path or None
        Folder with the previous files; None if there were none.
    Census
        The jobs that were restored.

    Raises
    ------
    DamagedBackup
        If the backup is not complete; nothing was changed.
    ValueError
        If a process has the ledger open.
    """
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with _private_folder(ledger.parent) as work:
        _unpack(repository, backup, work)
        census = _look_into(work)
        if (process := _user_of(ledger)) is not None:
            raise ValueError(f"{ledger} is in use by process {process}: stop the service first")
        kept = _put_aside(ledger)
        for name, place in ((KEYS, ledger.with_name(KEYS)), (LEDGER, ledger)):
            if (ready := work / name).exists():
                with ready.open("rb") as written:
                    os.fsync(written.fileno())
                ready.replace(place)
    return kept, census


def _copy(source: Path, target: Path) -> Path:
    """Copy a SQLite file as of one instant, while other processes go on writing."""
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
        # The backup must consist of one file alone.
        writing.execute("pragma journal_mode = delete")
    return target


def _look_into(folder: Path) -> Census:
    """Check the files of a backup and read the jobs from a copy, because opening a ledger changes it."""
    for name in (LEDGER, KEYS):
        if (folder / name).exists():
            _check_integrity(folder / name)
    with _private_folder(folder) as place:
        shutil.copyfile(folder / LEDGER, place / LEDGER)
        return read_jobs(f"sqlite:///{place / LEDGER}")


def _check_integrity(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        try:
            (answer,) = connection.execute("pragma integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise DamagedBackup(f"{file.name} of the backup is damaged: {error}") from error
    if answer != "ok":
        raise DamagedBackup(f"{file.name} of the backup is damaged: {answer}")


def _unpack(repository: Repository, backup: Backup, work: Path) -> None:
    for name in (LEDGER, KEYS):
        if repository.has(backup, f"/{name}"):
            repository.write(backup, f"/{name}", work / name)
            (work / name).chmod(0o600)  # documents contain names of guests
    if not (work / LEDGER).is_file():
        raise DamagedBackup(f"{repository.address}: backup {backup.id} does not contain {LEDGER}")


def _put_aside(ledger: Path) -> Path | None:
    """Move the files of a ledger away, with its queue, whose messages name jobs of the old ledger."""
    queue = ledger.with_suffix(f".queue{ledger.suffix}")
    endings = ("", "-wal", "-shm")
    names = (ledger, queue, ledger.with_name(KEYS))
    found = [path for name in names for end in endings if (path := Path(f"{name}{end}")).exists()]
    if not found:
        return None
    kept = ledger.parent / f"before-restore-{datetime.now(UTC).strftime(STAMP)}"
    kept.mkdir(mode=0o700)
    for path in found:
        path.rename(kept / path.name)
    return kept


def _user_of(ledger: Path) -> int | None:
    """Return a process that has the ledger open, as far as this system shows; None if not found."""
    if not ledger.exists():
        return None
    wanted = ledger.stat()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            for link in (process / "fd").iterdir():
                if os.path.samestat(link.stat(), wanted):
                    return int(process.name)
        except OSError:
            continue  # the process has ended, or belongs to another user
    return None


@contextmanager
def _private_folder(beside: Path | None) -> Iterator[Path]:
    """Yield a folder that only its owner can read, and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as name:
        yield Path(name)
