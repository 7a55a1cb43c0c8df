"""A restic repository, which encrypts and deduplicates backups."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tooling.backups.damage import DamagedBackup
from tooling.shell import ROOT

PASSWORD_FILE = ROOT / "infra" / "secrets" / "backup_password"
REDIS, SQLITE = "redis", "sqlite"
"""Tags: the kind of a backup."""
DUMP, SETTINGS = "/dump.rdb", "/settings"
"""Paths in a backup of Redis."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup of a repository.

    Parameters
    ----------
    id
        Its short id.
    kind
        `REDIS` or `SQLITE`.
    """

    id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository of backups.

    Parameters
    ----------
    address
        Address for restic: a folder, or such as ``sftp:user@host:/folder``.
    password_file
        File with its password.
    """

    address: str
    password_file: Path = PASSWORD_FILE

    def command(self, *arguments: str) -> list[str]:
        """Return a restic command on this repository."""
        place = ("--repo", self.address, "--password-file", str(self.password_file))
        return ["restic", *place, "--no-cache", "--quiet", *arguments]

    def find(self, named: str = "latest") -> Backup:
        """Return a backup by its id, or the newest one for ``latest``.

        Raises
        ------
        DamagedBackup
            If there is no such backup, or the repository cannot be read.
        """
        wanted = ["--latest", "1"] if named == "latest" else [named]
        found = json.loads(self._ask("snapshots", "--json", "--group-by", "host", *wanted) or "[]")
        # Grouped by host, so that the newest is the newest of all paths.
        snapshots = [one for group in found for one in group["snapshots"]]
        if not snapshots:
            raise DamagedBackup(f"{self.address}: there is no backup {named}")
        newest = max(snapshots, key=lambda one: str(one["time"]))
        tags = newest.get("tags") or [REDIS]
        return Backup(str(newest["id"])[:8], str(tags[0]))

    def has(self, backup: Backup, path: str) -> bool:
        """Return whether a backup holds a file or a folder."""
        listing = self._ask("ls", "--json", backup.id, path)
        return any(json.loads(line).get("path") == path for line in listing.splitlines())

    def write(self, backup: Backup, path: str, target: Path) -> None:
        """Write a file of a backup to a path on this machine.

        Raises
        ------
        DamagedBackup
            If it cannot be read.
        """
        with target.open("wb") as file:
            done = _run(self.command("dump", backup.id, path), stdout=file)
        if done.returncode:
            raise DamagedBackup(f"{self.address}: backup {backup.id} cannot be read: {_last(done.stderr)}")

    def keep(self, folder: Path, names: Sequence[str], kind: str) -> str:
        """Back up files of a folder, into a repository that is created if it does not exist.

        Returns
        -------
        str
            Its short id.
        """
        if not self.password_file.is_file():
            self.password_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.password_file.touch(mode=0o600)
            self.password_file.write_text(f"{secrets.token_urlsafe(32)}\n", encoding="ascii")
            print(f"created the password of the repository: keep a copy of {self.password_file} elsewhere")
        place = Path(self.address)
        if ":" not in self.address and not (place / "config").is_file():
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._ask("init")
        tags = ("--tag", kind, "--host", "bookingopt")
        output = self._ask("backup", "--json", "--force", *tags, *names, cwd=folder)
        return str(json.loads(output.splitlines()[-1])["snapshot_id"])[:8]

    def _ask(self, *arguments: str, cwd: Path | None = None) -> str:
        done = _run(self.command(*arguments), stdout=subprocess.PIPE, cwd=cwd)
        if done.returncode:
            raise DamagedBackup(f"{self.address}: {_last(done.stderr)}")
        return str(done.stdout)


def repository_of(address: str, password_file: str) -> Repository:
    """Return the repository in the arguments of a task, in the environment, or the folder ``backups``."""
    named = address or os.environ.get("RESTIC_REPOSITORY") or os.environ.get("BACKUP_DIR") or "backups"
    password = password_file or os.environ.get("RESTIC_PASSWORD_FILE") or PASSWORD_FILE
    # A folder is relative to where the task was called, wherever restic runs.
    return Repository(named if ":" in named else str(Path(named).absolute()), Path(password).absolute())


def _run(
    command: Sequence[str], *, stdout: object, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    if shutil.which(command[0]) is None:
        raise DamagedBackup("restic is not installed here")
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        command, stdout=stdout, stderr=subprocess.PIPE, cwd=cwd, text=True, check=False
    )


def _last(said: str) -> str:
    fatal = [line for line in said.splitlines() if line.startswith("Fatal:")]
    return " ".join((fatal or said.splitlines() or ["restic failed"])[-1:]).removeprefix("Fatal: ")
