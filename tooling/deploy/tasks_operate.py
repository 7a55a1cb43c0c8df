"""Tasks on a stage in operation: its status, its logs, its number of workers."""

import shlex

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

from tooling.deploy.rollout import shown
from tooling.deploy.scaling import ask_queued, workers_for
from tooling.deploy.site import NEEDED, PROGRAMS, Site
from tooling.deploy.stage import load_stage
from tooling.deploy.worker_site import WorkerSite
from tooling.shell import DRY_RUN_HELP

_SERVICES = ("api", "worker", *NEEDED)
_LINES_HELP = "last lines, of all containers together"
_RELEASE_HELP = "only the log of this release of API and workers, even after its removal"
_SINCE_HELP = "only lines since then, in the notation of journalctl, such as -2h"
_SERVICE_HELP = f"one of {', '.join(_SERVICES)} (default: all)"
_FOLLOW_HELP = "follow the log until Ctrl-C"
_RELEASES_SHOWN = 10


def show_status(stage: str, *, dry_run: bool) -> None:
    """Print what was deployed, and the figures of the host.

    Raises
    ------
    CommandFailed
        If a figure is bad, or the host was not reached.
    SystemExit
        If a worker host is not in order.
    """
    site = Site(load_stage(stage), dry_run=dry_run)
    for entry in site.log().entries[-_RELEASES_SHOWN:]:
        print(shown(entry))
    live = site.log().live
    looks = [WorkerSite(site, one).look(live.release if live else "") for one in site.stage.workers]
    for is_good, line in looks:
        print(f"{'ok ' if is_good else 'BAD'}  worker host {line}")
    # All options are passed: after a rollback the program may be an older one, which does not know stages.
    options = ["--docker", "--site", f"https://{site.stage.domain}/health"]
    if site.stage.tls == "self-signed":
        options += ["--ca", site.path("certificates", "fullchain.pem")]
    site.host.run(shlex.join(["python3", site.path("base", "infra", "host", "status.py"), *options]))
    if not dry_run and not all(is_good for is_good, _ in looks):
        raise SystemExit(1)


def show_logs(
    stage: str, service: str, lines: int, *, release: str = "", since: str = "", follow: bool, dry_run: bool
) -> None:
    """Print the logs of containers, also of those that are gone.

    Parameters
    ----------
    stage
        Name of the stage.
    service
        The service; empty for all.
    lines
        Last lines to print, of all containers together.
    release
        Only the logs of this release of API and workers; empty for all.
    since
        Only later entries, in the form of journalctl, such as ``-2h``; empty for all.
    follow
        Continue as lines arrive.
    dry_run
        Print the command and run nothing.

    Raises
    ------
    SystemExit
        If there is no such service.
    """
    if service and service not in _SERVICES:
        raise SystemExit(f"no service {service!r}; there are {', '.join(_SERVICES)}")
    site = Site(load_stage(stage), dry_run=dry_run)
    services = [service] if service else _SERVICES
    matches = [f"COM_DOCKER_COMPOSE_SERVICE={name}" for name in services]
    if release:
        matches += [f"IMAGE_NAME={site.stage.image(program, release)}" for program in PROGRAMS]
    command = ["journalctl", "--no-pager", "--quiet", "--output=short-iso", f"--lines={int(lines)}"]
    command += ["--follow"] if follow else []
    command += [f"--since={since}"] if since else []
    # Every line begins with its time and the name of its container.
    site.host.run(shlex.join([*command, *matches]))


@task(name="staging", help={"dry_run": DRY_RUN_HELP})
def status_staging(context: Context, dry_run: bool = False) -> None:
    """Print what was deployed to staging and its status; exit 1 if a figure is bad."""
    del context
    show_status("staging", dry_run=dry_run)


@task(name="prod", help={"dry_run": DRY_RUN_HELP})
def status_prod(context: Context, dry_run: bool = False) -> None:
    """Print what was deployed to production and its status; exit 1 if a figure is bad."""
    del context
    show_status("production", dry_run=dry_run)


_LOG_HELP = {
    "service": _SERVICE_HELP,
    "lines": _LINES_HELP,
    "release": _RELEASE_HELP,
    "since": _SINCE_HELP,
    "follow": _FOLLOW_HELP,
    "dry_run": DRY_RUN_HELP,
}


@task(name="staging", help=dict(_LOG_HELP))
def logs_staging(
    context: Context,
    service: str = "",
    lines: int = 100,
    release: str = "",
    since: str = "",
    follow: bool = False,
    dry_run: bool = False,
) -> None:
    """Print the logs of the containers of staging, also of those that are gone."""
    del context
    show_logs("staging", service, lines, release=release, since=since, follow=follow, dry_run=dry_run)


@task(name="prod", help=dict(_LOG_HELP))
def logs_prod(
    context: Context,
    service: str = "",
    lines: int = 100,
    release: str = "",
    since: str = "",
    follow: bool = False,
    dry_run: bool = False,
) -> None:
    """Print the logs of the containers of production, also of those that are gone."""
    del context
    show_logs("production", service, lines, release=release, since=since, follow=follow, dry_run=dry_run)


@task(
    help={
        "stage": "name of the stage, such as production",
        "workers": "number of containers (default: by the length of the queue)",
        "dry_run": DRY_RUN_HELP,
    }
)
def scale(context: Context, stage: str, workers: int = 0, dry_run: bool = False) -> None:
    """Set the number of worker containers by the length of the queue, between the bounds of the stage."""
    del context
    site = Site(load_stage(stage), dry_run=dry_run)
    with site.lock("scale"):
        live = site.log().live
        if live is None:
            if not dry_run:
                raise SystemExit(f"nothing was deployed to {stage}")
            return
        now = site.count_workers(live.color)
        queued = ask_queued(site, live.color)
        least, most = site.stage.least_workers, site.stage.most_workers
        wanted = workers or workers_for(queued, now, least, most)
        if not least <= wanted <= most:
            raise SystemExit(f"{stage} has {least} to {most} workers; its stage file says so")
        print(f"{queued} jobs wait; worker containers: {now} -> {wanted}")
        if wanted != now:
            site.start(live.release, live.color, wanted)


logs = Collection("logs", logs_staging, logs_prod)


def with_stages(status: Collection) -> Collection:
    """Return the status tasks of this machine, with those of the stages added."""
    status.add_task(status_staging)
    status.add_task(status_prod)
    return status
