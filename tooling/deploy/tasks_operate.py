"""Tasks on a stage that serves: how it is, what it logs, how many workers it has."""

import shlex

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

from tooling.deploy.rollout import told
from tooling.deploy.scaling import ask_queued, workers_for
from tooling.deploy.site import NEEDED, Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP

_SERVICES = ("api", "worker", *NEEDED)
_LINES_HELP = "lines of each container"
_SERVICE_HELP = f"one of {', '.join(_SERVICES)} (default: all)"
_FOLLOW_HELP = "go on as lines come, until Ctrl-C"
_RELEASES_TOLD = 10


def show_status(stage: str, *, dry_run: bool) -> None:
    """Print what was deployed, and the figures that the host tells.

    Raises
    ------
    CommandFailed
        If a figure is bad, or the host was not reached.
    """
    site = Site(load_stage(stage), dry_run=dry_run)
    for entry in site.log().entries[-_RELEASES_TOLD:]:
        print(told(entry))
    # Said in full: after a rollback the program may be an older one, which knows of no stage.
    options = ["--docker", "--site", f"https://{site.stage.domain}/health"]
    if site.stage.tls == "self-signed":
        options += ["--ca", site.path("certificates", "fullchain.pem")]
    site.host.run(shlex.join(["python3", site.path("base", "infra", "host", "status.py"), *options]))


def show_logs(stage: str, service: str, lines: int, *, follow: bool, dry_run: bool) -> None:
    """Print what containers have logged.

    Raises
    ------
    SystemExit
        If there is no such service.
    """
    if service and service not in _SERVICES:
        raise SystemExit(f"no service {service!r}; there are {', '.join(_SERVICES)}")
    site = Site(load_stage(stage), dry_run=dry_run)
    label = f"--filter label=com.docker.compose.service={service}" if service else ""
    each = f'docker logs --timestamps --tail {int(lines)} {"--follow" if follow else ""} "$id" 2>&1'
    name = "$(docker inspect --format '{{slice .Name 1}}' \"$id\")"
    # Every line begins with the name of its container; all are followed at once.
    site.host.run(
        f'for id in $(docker ps --quiet {label}); do name="{name}"; '
        f'{each} | sed --unbuffered "s/^/$name /" & done; wait'
    )


@task(name="staging", help={"dry_run": DRY_RUN_HELP})
def status_staging(context: Context, dry_run: bool = False) -> None:
    """Print what was deployed to staging and how it is; exit 1 if a figure is bad."""
    del context
    show_status("staging", dry_run=dry_run)


@task(name="prod", help={"dry_run": DRY_RUN_HELP})
def status_prod(context: Context, dry_run: bool = False) -> None:
    """Print what was deployed to production and how it is; exit 1 if a figure is bad."""
    del context
    show_status("production", dry_run=dry_run)


_LOG_HELP = {
    "service": _SERVICE_HELP,
    "lines": _LINES_HELP,
    "follow": _FOLLOW_HELP,
    "dry_run": DRY_RUN_HELP,
}


@task(name="staging", help=dict(_LOG_HELP))
def logs_staging(
    context: Context, service: str = "", lines: int = 100, follow: bool = False, dry_run: bool = False
) -> None:
    """Print what the containers of staging have logged."""
    del context
    show_logs("staging", service, lines, follow=follow, dry_run=dry_run)


@task(name="prod", help=dict(_LOG_HELP))
def logs_prod(
    context: Context, service: str = "", lines: int = 100, follow: bool = False, dry_run: bool = False
) -> None:
    """Print what the containers of production have logged."""
    del context
    show_logs("production", service, lines, follow=follow, dry_run=dry_run)


@task(
    help={
        "stage": "name of the stage, such as production",
        "workers": "so many containers, whatever waits (default: by the length of the queue)",
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
    """Return the tasks that tell how this machine is, and those for the stages beside them."""
    status.add_task(status_staging)
    status.add_task(status_prod)
    return status
