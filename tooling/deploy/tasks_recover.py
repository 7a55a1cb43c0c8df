"""The task for the loss of a host: an empty machine takes its place."""

import shlex
import time
from dataclasses import replace

from invoke.context import Context
from invoke.tasks import task

from tooling.backups.damage import DamagedBackup
from tooling.backups.repository import DUMP, REDIS, SETTINGS, Backup, repository_of
from tooling.deploy import source, tasks_host
from tooling.deploy.host import Host, as_root
from tooling.deploy.rollout import Release, Rollout
from tooling.deploy.shared import Base
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP, Command
from tooling.stack import BACKUP


@task(
    positional=["host"],
    help={
        "host": "the empty machine: root, or a user who may use sudo, as ssh takes it",
        "repository": "where the backups are, as restic takes it; it is read from here",
        # pragma: allowlist nextline secret
        "password_file": "file with its password: the copy of backup_password that is kept elsewhere",
        "backup": "id of the backup (default: the newest)",
        "stage": "name of the stage that was lost",
        "release": "tag of the images (default: the version tag of this commit, else the commit)",
        "without_settings": "continue with the defaults of settings.env and backup.env",
        "yes": "do not ask for the name of the stage to be typed",
        "dry_run": DRY_RUN_HELP,
    },
)
def recover(
    context: Context,
    host: str,
    repository: str,
    password_file: str,
    backup: str = "latest",
    stage: str = "production",
    release: str = "",
    without_settings: bool = False,
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Restore a stage on an empty machine: prepare it, restore the backup, deploy, test."""
    lost = load_stage(stage)
    # The user who deploys to the new host; the stage file still names the lost one.
    site = Site(replace(lost, host=f"deploy@{host.rpartition('@')[2]}"), dry_run=dry_run)
    name = source.choose_release(release, production=lost.production)
    source_of = repository_of(repository, password_file)
    try:
        password = source_of.password_file.read_text(encoding="utf-8")
        found = Backup(backup, REDIS) if dry_run else source_of.find(backup)
        has_settings = dry_run or source_of.has(found, SETTINGS)
    except (DamagedBackup, OSError) as error:
        raise SystemExit(f"recover: {error}") from None
    if not has_settings and not without_settings:
        raise SystemExit(
            f"recover: backup {found.id} has no settings; --without-settings continues without them"
        )
    if not yes:
        source.confirm(site, f"Recover from backup {found.id} and deploy", name)
    started = time.monotonic()
    tasks_host.bootstrap(context, host, folder=lost.folder, dry_run=dry_run)
    with site.lock(f"recover {name}"):
        if site.log().live is not None:
            raise SystemExit(
                f"recover: {host} is not empty: {lost.name} runs there. Deploy, and redis.restore"
            )

        def bring() -> None:
            # Before the other secrets are made: the new host continues the same repository of backups.
            site.host.write(site.path("secrets", BACKUP), password, mode="0444")
            source.bring(site, name)
            if not without_settings:
                admin = Host(host, dry_run=dry_run)
                restore_settings(site, admin, name, source_of.command("dump", found.id, SETTINGS))
            Base(site).install(name)
            restore(site, source_of.command("dump", found.id, DUMP))

        Rollout(site, Release(name, source.commit(), reason=f"recovered from backup {found.id}")).run(bring)
    print(f"{lost.name} is back on {host} after {time.monotonic() - started:.0f} s")
    if site.stage.host != lost.host:
        print(f"next: point {lost.domain} to it, and write host = {site.stage.host!r} into its stage file")


def restore_settings(site: Site, admin: Host, release: str, settings: Command) -> None:
    """Restore the settings of the lost host on the new one, and print them.

    Parameters
    ----------
    site
        The new host.
    admin
        The same, with a user who may write to /etc.
    release
        Release whose files are on the host.
    settings
        Local command that prints the settings in the backup, as tar.
    """
    script = site.path("releases", release, "infra", "backup", "restore.sh")
    line = shlex.join(["env", f"BACKUP_HOME={site.stage.folder}", "sh", script, "settings", "-"])
    admin.feed(settings, as_root(line), f"restore settings: {line}")


def restore(site: Site, snapshot: Command) -> None:
    """Replace the jobs in Redis by a backup, on a host that is not in use yet.

    Parameters
    ----------
    site
        The host; its Redis runs.
    snapshot
        Local command that prints the snapshot of the backup.
    """
    line = shlex.join(["sh", site.path("base", "infra", "backup", "restore.sh"), "stack", "-"])
    site.host.feed(snapshot, line, f"restore jobs: {line}")
