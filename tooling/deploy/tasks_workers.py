"""Tasks on workers that run on separate hosts."""

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy import source, tasks_host
from tooling.deploy.releases import Entry
from tooling.deploy.shared import Base
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.deploy.worker_site import WorkerSite, update_workers
from tooling.shell import DRY_RUN_HELP

__all__ = ["deploy", "renew"]

_STAGE_HELP = "name of the stage, such as production"
_YES_HELP = "do not ask for the name of the stage to be typed"
_LISTED = "/etc/bookingopt/workers"


@task(
    positional=["stage"],
    help={
        "stage": _STAGE_HELP,
        "host": "name of the worker host in the stage file",
        "admin": "user that prepares hosts if necessary: root, or a user who may use sudo",
        "yes": _YES_HELP,
        "dry_run": DRY_RUN_HELP,
    },
)
def deploy(
    context: Context, stage: str, host: str, admin: str = "root", yes: bool = False, dry_run: bool = False
) -> None:
    """Set up or update a worker host of a stage, with the release that is live on the stage."""
    site = Site(load_stage(stage), dry_run=dry_run)
    worker = WorkerSite(site, site.stage.worker(host))
    name = source.choose_release("", production=site.stage.production)
    if not yes:
        source.confirm(site, f"Deploy workers to {host}, with access to Redis, from", name)
    _need_firewall(context, site, admin)
    if not worker.is_prepared() or dry_run:
        print(f"{host} is not prepared yet" if not dry_run else f"would prepare {host}, where it is not yet")
        tasks_host.bootstrap(
            context, _as(admin, worker.worker.host), folder=site.stage.folder, dry_run=dry_run
        )
    with site.lock(f"workers.deploy {host}"):
        live = _live(site)
        site.prepare()
        _need_redis(site, name)
        release, color = (live.release, live.color) if live else (name, "blue")
        worker.update(release, color)
    print(f"{'would run' if dry_run else 'runs'} the workers of {release} on {host}")


@task(positional=["stage"], help={"stage": _STAGE_HELP, "yes": _YES_HELP, "dry_run": DRY_RUN_HELP})
def renew(context: Context, stage: str, yes: bool = False, dry_run: bool = False) -> None:
    """Replace the authority and the password for worker hosts; the old ones are no longer accepted."""
    del context
    site = Site(load_stage(stage), dry_run=dry_run)
    name = source.choose_release("", production=site.stage.production)
    if not site.stage.workers:
        raise SystemExit(f"{stage} has no worker hosts")
    if not yes:
        source.confirm(site, "Renew the certificates of worker hosts, from", name)
    with site.lock("workers.renew"):
        live = _live(site)
        site.prepare(renews_workers=True)
        _need_redis(site, name)
        release, color = (live.release, live.color) if live else (name, "blue")
        if troubles := update_workers(site, release, color):
            raise SystemExit("\n".join(troubles))
    print(f"worker hosts of {stage} {'would connect' if dry_run else 'connect'} with new certificates")


def _live(site: Site) -> Entry | None:
    """Return the live release; None in a dry run, which contacts no host."""
    live = site.log().live
    if live is None and not site.dry_run:
        raise SystemExit(
            f"nothing was deployed to {site.stage.name} yet: ./run invoke deploy.{site.stage.name}"
        )
    return live


def _need_firewall(context: Context, site: Site, admin: str) -> None:
    """Open the firewall of the host for the worker hosts of the stage, and for no others."""
    wanted = sorted(one.address for one in site.stage.workers)
    if sorted(site.host.ask(f"cat {_LISTED} 2>/dev/null || true").split()) == wanted:
        return
    print(f"{'would open' if site.dry_run else 'open'} the port of Redis for {', '.join(wanted)}")
    tasks_host.bootstrap(
        context,
        _as(admin, site.stage.host),
        folder=site.stage.folder,
        workers=" ".join(wanted),
        dry_run=site.dry_run,
    )


def _need_redis(site: Site, name: str) -> None:
    """Make Redis listen to worker hosts, with their current certificates and password."""
    base = Base(site)
    if site.dry_run:
        print("would apply nginx and Redis of this checkout, where Redis does not listen to worker hosts yet")
    elif not base.lets_workers_in():
        print("Redis does not listen to worker hosts yet, or with other secrets: base.apply")
        base.replace(name)


def _as(admin: str, destination: str) -> str:
    return f"{admin}@{destination.rpartition('@')[2]}"
