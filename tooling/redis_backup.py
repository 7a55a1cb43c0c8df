"""Tasks on the data that must outlive a host: back up, verify, restore, prune."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from bookingopt_worker.jobs import StoreError
from bookingopt_worker.jobs.opening import sqlite_path
from tooling.backups import redis_scripts, sqlite_file
from tooling.backups.damage import DamagedBackup
from tooling.backups.names import is_of_sqlite
from tooling.shell import DRY_RUN_HELP

_PROJECT_HELP = "Compose project whose service redis is meant (default: $BACKUP_PROJECT, bookingopt)"
_TO_HELP = "folder of the backups (default: $BACKUP_DIR, backups)"
_IDENTITY_HELP = "file with the private key of age (default: $BACKUP_AGE_IDENTITY)"
_IMAGE_HELP = "image whose server reads the backup (default: the server of this machine)"


@task(
    help={
        "project": _PROJECT_HELP,
        "url": "redis://, rediss://, unix:// or sqlite:///PATH/jobs.db, in place of a Compose project",
        "to": _TO_HELP,
        "dry_run": DRY_RUN_HELP,
    }
)
def backup(context: Context, project: str = "", url: str = "", to: str = "", dry_run: bool = False) -> None:
    """Make a backup of the jobs: consistent, checked, compressed, and encrypted where a key is given."""
    del context
    folder = Path(to or os.environ.get("BACKUP_DIR", "backups")).absolute()
    ledger = sqlite_path(url)
    if ledger is not None:
        print(f"back up {ledger} into {folder}")
        if not dry_run:
            with _said_plainly():
                file, census = sqlite_file.back_up(ledger, folder)
                print(f"{file}: {census}")
        return
    settings = {"BACKUP_DIR": str(folder)} | _project(project)
    if url:
        with _said_plainly():
            settings["BACKUP_REDIS_FLAGS"], password = redis_scripts.flags_of(url)
        redis_scripts.give_password(password)
    redis_scripts.call("backup", "make", settings=settings, dry_run=dry_run)


@task(
    positional=["file"],
    help={
        "file": "the backup",
        "image": _IMAGE_HELP,
        "identity": _IDENTITY_HELP,
        "dry_run": DRY_RUN_HELP,
    },
)
def verify(context: Context, file: str, image: str = "", identity: str = "", dry_run: bool = False) -> None:
    """Load a backup into a server of its own and read every job in it; touches nothing else."""
    del context
    print(f"verify {file}")
    if dry_run:
        return
    path = Path(file).absolute()
    with _said_plainly():
        if is_of_sqlite(path):
            census = sqlite_file.verify(path)
        else:
            key = identity or os.environ.get("BACKUP_AGE_IDENTITY", "")
            census = redis_scripts.read_backup(path, image=image, identity=key)
        print(f"{file}: {census}")


@task(
    positional=["file"],
    help={
        "file": "the backup",
        "project": _PROJECT_HELP,
        "folder": "data folder of a Redis server that is stopped, in place of a Compose project",
        "url": "sqlite:///PATH/jobs.db, in place of a Compose project; its service must be stopped",
        "image": _IMAGE_HELP,
        "identity": _IDENTITY_HELP,
        "yes": "do not ask",
        "dry_run": DRY_RUN_HELP,
    },
)
def restore(
    context: Context,
    file: str,
    project: str = "",
    folder: str = "",
    url: str = "",
    image: str = "",
    identity: str = "",
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Put a backup in the place of the jobs; what was there is kept aside, a damaged backup is refused."""
    del context
    path = Path(file).absolute()
    ledger = sqlite_path(url)
    if sum(map(bool, (project, folder, url))) > 1 or (url and ledger is None):
        raise SystemExit("redis.restore: one of --project, --folder and --url sqlite:///PATH/jobs.db")
    settings = _project(project)
    place = str(ledger or folder or settings.get("BACKUP_PROJECT", "bookingopt"))
    print(f"restore {file} into {place}")
    with _said_plainly():
        if is_of_sqlite(path) != (ledger is not None):
            raise DamagedBackup(f"{file}: a .tar.gz goes to --url sqlite:///..., a .rdb.gz to a server")
    if not dry_run and not yes:
        _ask_for_consent(place)
    if ledger is not None:
        if not dry_run:
            with _said_plainly():
                kept, census = sqlite_file.restore(path, ledger)
                print(f"restored: {census}", *([f"; before: {kept}"] if kept else []), sep="")
        return
    settings |= {"BACKUP_DATA": str(Path(folder).absolute())} if folder else {}
    settings |= {"BACKUP_IMAGE": image} if image else {}
    settings |= {"BACKUP_AGE_IDENTITY": str(Path(identity).absolute())} if identity else {}
    redis_scripts.call("restore", "folder" if folder else "stack", path, settings=settings, dry_run=dry_run)


@task(
    help={
        "to": _TO_HELP,
        "keep_days": "days a backup is kept, 7 to 30; the newest is always kept",
        "keep_replaced_days": "days that data replaced by a restore are kept, 1 to 30 (default: as backups)",
        "project": _PROJECT_HELP,
        "data": "folder of a server outside Docker, or of the jobs in a file, in place of a Compose project",
        "dry_run": "print what would be removed, and remove nothing",
    }
)
def prune(
    context: Context,
    to: str = "",
    keep_days: int = 14,
    keep_replaced_days: int = 0,
    project: str = "",
    data: str = "",
    dry_run: bool = False,
) -> None:
    """Remove old backups, and old data that a restore has replaced."""
    del context
    folder = Path(to or os.environ.get("BACKUP_DIR", "backups")).absolute()
    settings = {"BACKUP_DIR": str(folder), "BACKUP_KEEP_DAYS": str(keep_days)} | _project(project)
    settings |= {"BACKUP_KEEP_REPLACED_DAYS": str(keep_replaced_days)} if keep_replaced_days else {}
    settings |= {"BACKUP_DATA": str(Path(data).absolute())} if data else {}
    # The script knows what it would remove: it runs in a dry run as well.
    settings |= {"BACKUP_DRY_RUN": "yes"} if dry_run else {}
    redis_scripts.call("backup", "prune", settings=settings, dry_run=False)


def _project(project: str) -> dict[str, str]:
    named = project or os.environ.get("BACKUP_PROJECT", "")
    return {"BACKUP_PROJECT": named} if named else {}


def _ask_for_consent(place: str) -> None:
    try:
        answer = input(f"This replaces every job in {place}. Type its name to go on: ")
    except EOFError:
        answer = ""
    if answer.strip() != place:
        raise SystemExit("redis.restore: nothing was done; --yes goes on without asking")


@contextmanager
def _said_plainly() -> Iterator[None]:
    """End a task with one sentence where the data, the disk or the caller is at fault."""
    try:
        yield
    except (DamagedBackup, StoreError, OSError, ValueError) as error:
        raise SystemExit(f"redis: {error}") from None
