"""The task for the worst day: a host is lost, and an empty one takes its place."""

import time
from dataclasses import replace
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy import source, tasks_host
from tooling.deploy.rollout import Release, Rollout
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP, pipe


@task(
    positional=["host"],
    help={
        "host": "the empty machine: root, or somebody who may use sudo, as ssh takes it",
        "backup": "newest backup, with its checksum beside it",
        "stage": "name of the stage that was lost",
        "release": "tag of the images (default: the version tag of this commit, else the commit)",
        "identity": "file with the private key of age, for an encrypted backup",
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
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Bring a stage back on an empty machine: prepare it, restore the backup, deploy, try."""
    file = Path(backup).absolute()
    lost = load_stage(stage)
    # Whoever deploys there from now on; the stage file still names the host that was lost.
    site = Site(replace(lost, host=f"deploy@{host.rpartition('@')[2]}"), dry_run=dry_run)
    name = source.choose_release(release, production=lost.production)
    for part in (file, file.with_name(f"{file.name}.sha256")):
        if not part.is_file():
            raise SystemExit(f"recover: {part} is missing")
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
            site.apply_base(name)
            restore(site, file, Path(identity) if identity else None)

        Rollout(site, Release(name, source.commit(), reason=f"recovered from {file.name}")).run(bring)
    print(f"{lost.name} is back on {host} after {time.monotonic() - started:.0f} s")
    if site.stage.host != lost.host:
        print(f"next: let {lost.domain} lead to it, and write host = {site.stage.host!r} into its stage file")


def restore(site: Site, file: Path, identity: Path | None) -> None:
    """Put a backup in the place of the jobs in Redis on a host where nobody uses them yet.

    Parameters
    ----------
    site
        The host; its Redis runs.
    file
        The backup, with its checksum beside it.
    identity
        Private key of age; None for a backup that is not encrypted.
    """
    folder = site.path("backups")
    names = [file.name, f"{file.name}.sha256"]
    send = ["tar", "--create", "--directory", str(file.parent), *names]
    pipe(send, site.host.ssh(f"tar --extract --directory {folder}"), dry_run=site.dry_run)
    script = f"sh {site.path('base', 'infra', 'backup', 'restore.sh')} stack {folder}/{file.name}"
    if identity is None:
        site.host.run(script)
        return
    # The key is in memory on the host for as long as it is needed, and on no disk.
    key = "/dev/shm/bookingopt-identity"  # noqa: S108 - the name is of no use without the key in it
    site.host.write(key, "" if site.dry_run else identity.read_text(encoding="utf-8"), mode="0600")
    site.host.run(f"trap 'rm -f {key}' EXIT; BACKUP_AGE_IDENTITY={key} {script}")
