"""The scripts of infra/backup, called with the settings of a task."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tooling.backups.census import Census, read_jobs
from tooling.backups.damage import DamagedBackup
from tooling.backups.names import check_checksum
from tooling.backups.scratch import scratch_server
from tooling.shell import ROOT, run

SCRIPTS = ROOT / "infra" / "backup"


def call(script: str, *arguments: str | Path, settings: Mapping[str, str], dry_run: bool) -> None:
    """Run a script of infra/backup.

    Parameters
    ----------
    script
        Its name, without its ending.
    arguments
        What it is told.
    settings
        Its settings that are no secrets; they are printed with the command.
    dry_run
        Only print the command.

    Raises
    ------
    CommandFailed
        If the script fails; it has said why.
    """
    named = [f"{name}={value}" for name, value in settings.items()]
    run(["env", *named, "sh", SCRIPTS / f"{script}.sh", *arguments], dry_run=dry_run)


def flags_of(url: str) -> tuple[str, str]:
    """Return the flags with which redis-cli reaches a server, and the password of its address.

    Raises
    ------
    ValueError
        If it is no address of a server.
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
    """Put a password where redis-cli looks for it, because arguments of programs can be read by others."""
    if password:
        os.environ["REDISCLI_AUTH"] = os.environ["VALKEYCLI_AUTH"] = password


def read_backup(file: Path, *, image: str = "", identity: str = "") -> Census:
    """Load a backup into a server of its own and read every job in it.

    Parameters
    ----------
    file
        The backup.
    image
        Image whose server is used; empty for that of this machine.
    identity
        File with the private key, for an encrypted one.

    Raises
    ------
    DamagedBackup
        If it is not whole.
    """
    check_checksum(file)
    with tempfile.TemporaryDirectory(prefix="bookingopt-") as name:
        work = Path(name)
        packed = file
        if file.suffix == ".age":
            packed = work / "packed"
            decrypt = ["age", "--decrypt", "--identity", identity, "--output", str(packed), str(file)]
            if subprocess.run(decrypt, check=False).returncode:
                raise DamagedBackup(f"{file} cannot be decrypted with the key in {identity or 'no file'}")
        try:
            with gzip.open(packed, "rb") as zipped, (work / "snapshot").open("wb") as plain:
                shutil.copyfileobj(zipped, plain)
        except (OSError, EOFError) as error:
            raise DamagedBackup(f"{file} is damaged: {error}") from error
        server_folder = work / "server"
        server_folder.mkdir()
        with scratch_server(work / "snapshot", server_folder, image) as url:
            return read_jobs(url)
