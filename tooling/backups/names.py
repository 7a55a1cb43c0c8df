"""The files of backups: their names, and the checksums beside them."""

from __future__ import annotations

import hashlib
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from tooling.backups.damage import DamagedBackup

PATTERN = re.compile(r"bookingopt-(\d{8}T\d{6}Z)\.(rdb|tar)\.gz(\.age)?")
STAMP = "%Y%m%dT%H%M%SZ"


def file_name(kind: str, when: datetime | None = None) -> str:
    """Return the name of a backup.

    Parameters
    ----------
    kind
        ``rdb`` for a snapshot of Redis, ``tar`` for files of SQLite.
    when
        When it was made, in UTC; None for now.
    """
    return f"bookingopt-{(when or datetime.now(UTC)).strftime(STAMP)}.{kind}.gz"


def is_of_sqlite(file: Path) -> bool:
    """Return whether a backup is one of files of SQLite.

    Raises
    ------
    DamagedBackup
        If it has not the name of a backup.
    """
    known = PATTERN.fullmatch(file.name)
    if known is None:
        raise DamagedBackup(f"{file}: the name of a backup is bookingopt-TIME.rdb.gz, .rdb.gz.age or .tar.gz")
    return known[2] == "tar"


def write_checksum(file: Path, beside: Path) -> None:
    """Write the SHA-256 of a file where it is going to be, as ``sha256sum --check`` reads it."""
    sum_file = beside.with_name(f"{beside.name}.sha256")
    sum_file.write_text(f"{_sha256(file)}  {beside.name}\n", encoding="ascii")


def check_checksum(file: Path) -> None:
    """Check a backup against the checksum beside it.

    Raises
    ------
    DamagedBackup
        If one of the two is missing, or they do not match.
    """
    sum_file = file.with_name(f"{file.name}.sha256")
    for needed in (file, sum_file):
        if not needed.is_file():
            raise DamagedBackup(f"{needed}: no such file")
    if sum_file.read_text(encoding="ascii").split()[:1] != [_sha256(file)]:
        raise DamagedBackup(f"{file} does not match its checksum: take an older backup")


def publish(draft: Path, file: Path) -> None:
    """Give a finished backup its name, after it is on disk; its checksum comes first."""
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    write_checksum(draft, file)
    draft.replace(file)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
