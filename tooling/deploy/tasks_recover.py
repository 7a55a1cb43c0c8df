"""The task for the worst day: a host is lost, and an empty one takes its place."""

import contextlib
import shlex
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy import source, tasks_host
from tooling.deploy.host import Host
from tooling.deploy.rollout import Release, Rollout
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP, pipe


@task(
    positional=["host"],
    help={
        "host": "the empty machine: root, or somebody who may use sudo, as ssh takes it",
        "backup": "newest backup, with its settings, and the checksums of both, beside it",
        "stage": "name of the stage that was lost",
        "release": "tag of the images (default: the version tag of this commit, else the commit)",
        "identity": "file with the private key of age, for an encrypted backup",
        "without_settings": "go on with the defaults of settings.env and backup.env",
        "yes": "do not ask for the name of the stage to be typed",
        "dry_run": DRY_RUN_HELP,
    },
)
def recover(
    context: Context,
    host: str,
    backup: str,
    stage: str = "production",
    release: str = "",
    identity: str = "",
    without_settings: bool = False,
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Bring a stage back on an empty machine: prepare it, restore the backup, deploy, try."""
    file = Path(backup).absolute()
    lost = load_stage(stage)
    # Whoever deploys there from now on; the stage file still names the host that was lost.
    site = Site(replace(lost, host=f"deploy@{host.rpartition('@')[2]}"), dry_run=dry_run)
    name = source.choose_release(release, production=lost.production)
    settings = None if without_settings else settings_beside(file)
    for part in (file, settings):
        _need(part)
    if not yes:
        source.confirm(site, f"Recover from {file.name} and deploy", name)
    started = time.monotonic()
    tasks_host.bootstrap(context, host, folder=lost.folder, dry_run=dry_run)
    with site.lock(f"recover {name}"):
        if site.log().live is not None:
            raise SystemExit(
                f"recover: {host} is not empty: {lost.name} runs there. Deploy, and redis.restore"
            )

        def bring() -> None:
            source.bring(site, name)
            with _key(site, Path(identity) if identity else None) as key:
                if settings is not None:
                    restore_settings(site, Host(host, dry_run=dry_run), name, settings, key)
                site.apply_base(name)
                restore(site, file, key)

        Rollout(site, Release(name, source.commit(), reason=f"recovered from {file.name}")).run(bring)
    print(f"{lost.name} is back on {host} after {time.monotonic() - started:.0f} s")
    if site.stage.host != lost.host:
        print(f"next: let {lost.domain} lead to it, and write host = {site.stage.host!r} into its stage file")


def settings_beside(backup: Path) -> Path:
    """Return the file in which the settings of the host went with a backup."""
    stem, _, ending = backup.name.partition(".")
    return backup.with_name(f"{stem}.settings.tar.gz{'.age' if ending.endswith('.age') else ''}")


def _need(file: Path | None) -> None:
    if file is None:
        return
    for part in (file, file.with_name(f"{file.name}.sha256")):
        if not part.is_file():
            hint = "; --without-settings goes on without" if ".settings." in part.name else ""
            raise SystemExit(f"recover: {part} is missing{hint}")


@contextlib.contextmanager
def _key(site: Site, identity: Path | None) -> Iterator[str]:
    """Have the private key of age on the host for the length of a block, in memory and on no disk."""
    if identity is None:
        yield ""
        return
    key = "/dev/shm/bookingopt-identity"  # noqa: S108 - the name is of no use without the key in it
    site.host.write(key, "" if site.dry_run else identity.read_text(encoding="utf-8"), mode="0600")
    try:
        yield key
    finally:
        site.host.run(f"rm -f {key}")


def restore_settings(site: Site, admin: Host, release: str, file: Path, key: str) -> None:
    """Put the settings of the lost host in their places on the new one; they are shown.

    Parameters
    ----------
    site
        The new host.
    admin
        The same, entered as somebody who may write to /etc.
    release
        Whose files are there.
    file
        The settings that went with the backup, with their checksum beside them.
    key
        File there with the private key of age; empty for settings that are not encrypted.
    """
    script = site.path("releases", release, "infra", "backup", "restore.sh")
    variables = {"BACKUP_HOME": site.stage.folder} | ({"BACKUP_AGE_IDENTITY": key} if key else {})
    named = [f"{name}={value}" for name, value in variables.items()]
    admin.run_as_root(shlex.join(["env", *named, "sh", script, "settings", _sent(site, file)]))


def restore(site: Site, file: Path, key: str) -> None:
    """Put a backup in the place of the jobs in Redis on a host where nobody uses them yet.

    Parameters
    ----------
    site
        The host; its Redis runs.
    file
        The backup, with its checksum beside it.
    key
        File there with the private key of age; empty for a backup that is not encrypted.
    """
    script = site.path("base", "infra", "backup", "restore.sh")
    identity = f"BACKUP_AGE_IDENTITY={key} " if key else ""
    site.host.run(f"{identity}sh {script} stack {_sent(site, file)}")


def _sent(site: Site, file: Path) -> str:
    """Bring a file and its checksum among the backups of a host, and return its place there."""
    folder = site.path("backups")
    send = ["tar", "--create", "--directory", str(file.parent), file.name, f"{file.name}.sha256"]
    pipe(send, site.host.ssh(f"tar --extract --directory {folder}"), dry_run=site.dry_run)
    return f"{folder}/{file.name}"
