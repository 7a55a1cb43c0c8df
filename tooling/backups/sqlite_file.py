"""Backups of the ledger that is a file of SQLite, on one machine."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tooling.backups.census import Census, read_jobs
from tooling.backups.damage import DamagedBackup
from tooling.backups.names import STAMP, check_checksum, file_name, publish


def back_up(ledger: Path, folder: Path) -> tuple[Path, Census]:
    """Make a backup of a ledger that may be in use.

    Parameters
    ----------
    ledger
        File of the ledger.
    folder
        Where the backup goes; made if it is missing.

    Returns
    -------
    Path
        The backup.
    Census
        What is in it.

    Raises
    ------
    FileNotFoundError
        If there is no ledger.
    DamagedBackup
        If what was copied is not whole; nothing is kept then.
    """
    if not ledger.is_file():
        raise FileNotFoundError(f"{ledger}: there is no ledger; DATA_DIR is the folder with jobs.db")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _private_folder(folder) as work:
        copy, packed = work / "jobs.db", work / "packed"
        with closing(sqlite3.connect(ledger)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # one instant of it, while others go on writing
            # What is restored from one file must not need a second one.
            target.execute("pragma journal_mode = delete")
        with copy.open("rb") as plain, gzip.open(packed, "wb", compresslevel=6) as zipped:
            shutil.copyfileobj(plain, zipped)
        packed.chmod(0o600)  # documents hold names of guests
        census = _look_into(copy)
        file = folder / file_name("db")
        publish(packed, file)
    return file, census


def verify(file: Path) -> Census:
    """Return what is in a backup, after every job in it was read.

    Raises
    ------
    DamagedBackup
        If it is not whole.
    """
    with _private_folder(None) as work:
        return _look_into(_unpack(file, work))


def restore(file: Path, ledger: Path) -> tuple[Path | None, Census]:
    """Make a backup the ledger again.

    Returns
    -------
    Path or None
        Folder with the files from before; None if there were none.
    Census
        What was restored.

    Raises
    ------
    DamagedBackup
        If the backup is not whole; nothing was touched.
    ValueError
        If a process has the ledger open.
    """
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with _private_folder(ledger.parent) as work:
        census = _look_into(_unpack(file, work), work)
        if (process := _user_of(ledger)) is not None:
            raise ValueError(f"{ledger} is in use by process {process}: stop the service first")
        kept = _put_aside(ledger)
        ready = work / "jobs.db"
        with ready.open("rb") as written:
            os.fsync(written.fileno())
        ready.replace(ledger)
    return kept, census


def _look_into(copy: Path, work: Path | None = None) -> Census:
    """Check a file and read its jobs, on a copy of it, because a ledger that is opened is written to."""
    with closing(sqlite3.connect(copy)) as connection:
        try:
            (answer,) = connection.execute("pragma integrity_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise DamagedBackup(f"the backup is damaged: {error}") from error
    if answer != "ok":
        raise DamagedBackup(f"the backup is damaged: {answer}")
    with _private_folder(work) as place:
        looked_at = place / "jobs.db"
        shutil.copyfile(copy, looked_at)
        return read_jobs(f"sqlite:///{looked_at}")


def _unpack(file: Path, work: Path) -> Path:
    check_checksum(file)
    copy = work / "jobs.db"
    try:
        with gzip.open(file, "rb") as zipped, copy.open("wb") as plain:
            shutil.copyfileobj(zipped, plain)
    except (OSError, EOFError, zlib.error) as error:
        raise DamagedBackup(f"{file} is damaged: {error}") from error
    return copy


def _put_aside(ledger: Path) -> Path | None:
    """Move the files of a ledger away, and its queue: its messages name jobs of the old ledger."""
    queue = ledger.with_suffix(f".queue{ledger.suffix}")
    endings = ("", "-wal", "-shm")
    found = [path for name in (ledger, queue) for end in endings if (path := Path(f"{name}{end}")).exists()]
    if not found:
        return None
    kept = ledger.parent / f"before-restore-{datetime.now(UTC).strftime(STAMP)}"
    kept.mkdir(mode=0o700)
    for path in found:
        path.rename(kept / path.name)
    return kept


def _user_of(ledger: Path) -> int | None:
    """Return a process that has the ledger open, as far as this system tells; None if there is none."""
    if not ledger.exists():
        return None
    wanted = ledger.stat()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            for link in (process / "fd").iterdir():
                if os.path.samestat(link.stat(), wanted):
                    return int(process.name)
        except OSError:
            continue  # it has ended, or is somebody else's
    return None


@contextmanager
def _private_folder(beside: Path | None) -> Iterator[Path]:
    """Yield a folder that only its owner can read, and remove it."""
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as name:
        yield Path(name)
