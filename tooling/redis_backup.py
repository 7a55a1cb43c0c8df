"""Tasks on backups: back up, verify, restore, prune."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from job_ledger import StoreError
from job_ledger.address import sqlite_path
from tooling.backups import redis_scripts, sqlite_file
from tooling.backups.damage import DamagedBackup
from tooling.backups.repository import SQLITE, repository_of
from tooling.deploy.records import Record, Trial
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP

_PROJECT_HELP = "Compose project whose service redis is meant (default: $BACKUP_PROJECT, bookingopt)"
_TO_HELP = "folder of the repository (default: $BACKUP_DIR, backups)"
_FROM_HELP = "repository, as restic takes it (default: $RESTIC_REPOSITORY, $BACKUP_DIR, backups)"
_OPENED_BY_HELP = "file with its password (default: $RESTIC_PASSWORD_FILE, infra/secrets/backup_password)"
_BACKUP_HELP = "id of the backup, as restic snapshots shows it (default: the newest)"
_IMAGE_HELP = "image whose server reads the backup (default: the server of this machine)"


@task(
    help={
        "project": _PROJECT_HELP,
        "url": "redis://, rediss://, unix:// or sqlite:///PATH/jobs.db, in place of a Compose project",
        "to": _TO_HELP,
        "password_file": _OPENED_BY_HELP,
        "dry_run": DRY_RUN_HELP,
    }
)
def backup(
    context: Context,
    project: str = "",
    url: str = "",
    to: str = "",
    password_file: str = "",
    dry_run: bool = False,
) -> None:
    """Back up the jobs into a restic repository: consistent, checked and encrypted."""
    del context
    folder = Path(to or os.environ.get("BACKUP_DIR", "backups")).absolute()
    ledger = sqlite_path(url)
    if ledger is not None:
        print(f"back up {ledger} into {folder}")
        if not dry_run:
            with _said_plainly():
                made, census = sqlite_file.back_up(ledger, repository_of(str(folder), password_file))
                print(f"backup {made}: {census}")
        return
    settings = {"BACKUP_DIR": str(folder)} | _password(password_file) | _project(project)
    if url:
        with _said_plainly():
            settings["BACKUP_REDIS_FLAGS"], password = redis_scripts.flags_of(url)
        redis_scripts.give_password(password)
    redis_scripts.call("backup", "make", settings=settings, dry_run=dry_run)


@task(
    help={
        "backup": _BACKUP_HELP,
        "repository": _FROM_HELP,
        "password_file": _OPENED_BY_HELP,
        "image": _IMAGE_HELP,
        "stage": "name of the stage whose backup it is: its host records that a restore was tested",
        "dry_run": DRY_RUN_HELP,
    },
)
def verify(
    context: Context,
    backup: str = "latest",
    repository: str = "",
    password_file: str = "",
    image: str = "",
    stage: str = "",
    dry_run: bool = False,
) -> None:
    """Load a backup into a temporary server and read every job in it; changes nothing else."""
    del context
    place = repository_of(repository, password_file)
    print(f"verify {backup} of {place.address}")
    if dry_run:
        return
    with _said_plainly():
        found = place.find(backup)
        if found.kind == SQLITE:
            census = sqlite_file.verify(place, found)
        else:
            census = redis_scripts.read_backup(place, found, image=image)
        print(f"backup {found.id}: {census}")
    if stage:
        site = Site(load_stage(stage))
        live = site.log().live
        site.keep(Record(Trial.RESTORE, live.release if live else "", 0, {"backup": found.id}))


@task(
    help={
        "backup": _BACKUP_HELP,
        "repository": _FROM_HELP,
        "password_file": _OPENED_BY_HELP,
        "project": _PROJECT_HELP,
        "folder": "data folder of a Redis server that is stopped, in place of a Compose project",
        "url": "sqlite:///PATH/jobs.db, in place of a Compose project; its service must be stopped",
        "image": _IMAGE_HELP,
        "yes": "do not ask",
        "dry_run": DRY_RUN_HELP,
    },
)
def restore(
    context: Context,
    backup: str = "latest",
    repository: str = "",
    password_file: str = "",
    project: str = "",
    folder: str = "",
    url: str = "",
    image: str = "",
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Replace the jobs by a backup; the previous data is kept aside, and a damaged backup is refused."""
    del context
    ledger = sqlite_path(url)
    if sum(map(bool, (project, folder, url))) > 1 or (url and ledger is None):
        raise SystemExit("redis.restore: one of --project, --folder and --url sqlite:///PATH/jobs.db")
    settings = _project(project)
    source = repository_of(repository, password_file)
    place = str(ledger or folder or settings.get("BACKUP_PROJECT", "bookingopt"))
    print(f"restore {backup} of {source.address} into {place}")
    if not dry_run and not yes:
        _ask_for_consent(place)
    if ledger is not None:
        if not dry_run:
            with _said_plainly():
                kept, census = sqlite_file.restore(source, source.find(backup), ledger)
                print(f"restored: {census}", *([f"; before: {kept}"] if kept else []), sep="")
        return
    settings |= {"RESTIC_REPOSITORY": source.address} | _password(password_file)
    settings |= {"BACKUP_DATA": str(Path(folder).absolute())} if folder else {}
    settings |= {"BACKUP_IMAGE": image} if image else {}
    redis_scripts.call("restore", "folder" if folder else "stack", backup, settings=settings, dry_run=dry_run)


@task(
    help={
        "to": _TO_HELP,
        "password_file": _OPENED_BY_HELP,
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
    password_file: str = "",
    keep_days: int = 14,
    keep_replaced_days: int = 0,
    project: str = "",
    data: str = "",
    dry_run: bool = False,
) -> None:
    """Remove old backups, and old data that a restore has replaced."""
    del context
    folder = Path(to or os.environ.get("BACKUP_DIR", "backups")).absolute()
    settings = {"BACKUP_DIR": str(folder), "BACKUP_KEEP_DAYS": str(keep_days)}
    settings |= _password(password_file) | _project(project)
    settings |= {"BACKUP_KEEP_REPLACED_DAYS": str(keep_replaced_days)} if keep_replaced_days else {}
    settings |= {"BACKUP_DATA": str(Path(data).absolute())} if data else {}
    # The script lists what it would remove, so it runs in a dry run as well.
    settings |= {"BACKUP_DRY_RUN": "yes"} if dry_run else {}
    redis_scripts.call("backup", "prune", settings=settings, dry_run=False)


@task(
    help={
        "to": _TO_HELP,
        "password_file": _OPENED_BY_HELP,
        "project": _PROJECT_HELP,
        "dry_run": DRY_RUN_HELP,
    }
)
def check(
    context: Context, to: str = "", password_file: str = "", project: str = "", dry_run: bool = False
) -> None:
    """Read every byte of a repository, and load the newest backup into a temporary server."""
    del context
    folder = Path(to or os.environ.get("BACKUP_DIR", "backups")).absolute()
    settings = {"BACKUP_DIR": str(folder)} | _password(password_file) | _project(project)
    redis_scripts.call("backup", "check", settings=settings, dry_run=dry_run)


def _password(file: str) -> dict[str, str]:
    return {"RESTIC_PASSWORD_FILE": str(Path(file).absolute())} if file else {}


def _project(project: str) -> dict[str, str]:
    named = project or os.environ.get("BACKUP_PROJECT", "")
    return {"BACKUP_PROJECT": named} if named else {}


def _ask_for_consent(place: str) -> None:
    try:
        answer = input(f"This replaces every job in {place}. Type its name to go on: ")
    except EOFError:
        answer = ""
    if answer.strip() != place:
        raise SystemExit("redis.restore: nothing was done; --yes continues without asking")


@contextmanager
def _said_plainly() -> Iterator[None]:
    """End a task with one sentence if the data, the disk or the caller is at fault."""
    try:
        yield
    except (DamagedBackup, StoreError, OSError, ValueError) as error:
        raise SystemExit(f"redis: {error}") from None
