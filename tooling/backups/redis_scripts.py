"""The scripts of infra/backup, called with the settings of a task."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tooling.backups.census import Census, read_jobs
from tooling.backups.repository import DUMP, Backup, Repository
from tooling.backups.scratch import scratch_server
from tooling.shell import ROOT, run

SCRIPTS = ROOT / "infra" / "backup"


def call(script: str, *arguments: str | Path, settings: Mapping[str, str], dry_run: bool) -> None:
    """Run a script of infra/backup.

    Parameters
    ----------
    script
        Its name, without its suffix.
    arguments
        Its arguments.
    settings
        Its settings that are not secret; they are printed with the command.
    dry_run
        Only print the command.

    Raises
    ------
    CommandFailed
        If the script fails; it has printed why.
    """
    named = [f"{name}={value}" for name, value in settings.items()]
    run(["env", *named, "sh", SCRIPTS / f"{script}.sh", *arguments], dry_run=dry_run)


def flags_of(url: str) -> tuple[str, str]:
    """Return the flags with which redis-cli reaches a server, and the password in its address.

    Raises
    ------
    ValueError
        If it is not the address of a server.
    """
    parts = urlsplit(url)
    user = f" --user {unquote(parts.username)}" if parts.username else ""
    password = unquote(parts.password or "")
    if parts.scheme == "unix":
        return f"-s {parts.path}{user}", password
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError(f"{parts.scheme}://...: begin with redis://, rediss://, unix:// or sqlite:///")
    tls = " --tls" if parts.scheme == "rediss" else ""
    return f"-h {parts.hostname} -p {parts.port or 6379}{tls}{user}", password


def give_password(password: str) -> None:
    """Pass a password to redis-cli in the environment, because other users can see arguments of programs."""
    if password:
        os.environ["REDISCLI_AUTH"] = os.environ["VALKEYCLI_AUTH"] = password


def read_backup(repository: Repository, backup: Backup, *, image: str = "") -> Census:
    """Load a backup into a temporary server and read every job in it.

    Parameters
    ----------
    repository
        The repository with the backup.
    backup
        The backup.
    image
        Image whose server is used; empty for that of this machine.

    Raises
    ------
    DamagedBackup
        If it is not complete.
    """
    with tempfile.TemporaryDirectory(prefix="bookingopt-") as name:
        work = Path(name)
        repository.write(backup, DUMP, work / "snapshot")
        server_folder = work / "server"
        server_folder.mkdir()
        with scratch_server(work / "snapshot", server_folder, image) as url:
            return read_jobs(url)
