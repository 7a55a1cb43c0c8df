"""Backups of the ledger that is a file of SQLite, on one machine, and of the API keys beside it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tooling.backups.census import Census, read_jobs
from tooling.backups.damage import DamagedBackup
from tooling.backups.names import STAMP, check_checksum, file_name, publish

LEDGER, KEYS = "jobs.db", "keys.db"


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
        packed = work / "packed"
        with tarfile.open(packed, "w:gz", compresslevel=6) as archive:
            for source, name in ((ledger, LEDGER), (ledger.with_name(KEYS), KEYS)):
                if source.is_file():
                    archive.add(_copy(source, work / name), name)
        packed.chmod(0o600)  # documents hold names of guests
        census = _look_into(work)
        file = folder / file_name("tar")
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
        _unpack(file, work)
        return _look_into(work)


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
        _unpack(file, work)
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
    """Copy one instant of a file of SQLite, while others go on writing."""
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
        # What is restored from one file must not need a second one.
        writing.execute("pragma journal_mode = delete")
    return target


def _look_into(folder: Path) -> Census:
    """Check the files of a backup and read the jobs, on a copy, because a ledger that is opened changes."""
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


def _unpack(file: Path, work: Path) -> None:
    check_checksum(file)
    try:
        with tarfile.open(file, "r:gz") as archive:
            for name in {LEDGER, KEYS} & set(archive.getnames()):
                archive.extract(name, work, filter="data")
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise DamagedBackup(f"{file} is damaged: {error}") from error
    if not (work / LEDGER).is_file():
        raise DamagedBackup(f"{file} holds no {LEDGER}")


def _put_aside(ledger: Path) -> Path | None:
    """Move the files of a ledger away, and its queue: its messages name jobs of the old ledger."""
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
