"""Tasks on the parts that both colors share: nginx, Redis and monitoring."""

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy import renewal, source
from tooling.deploy.shared import Base
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.pinning import pin
from tooling.shell import DRY_RUN_HELP

__all__ = ["apply", "pin", "renew_secrets"]


@task(
    help={
        "stage": "name of the stage, such as production",
        "yes": "do not ask for the name of the stage to be typed",
        "dry_run": DRY_RUN_HELP,
    }
)
def apply(context: Context, stage: str, yes: bool = False, dry_run: bool = False) -> None:
    """Update nginx, Redis, monitoring and the settings of the stage to this checkout."""
    del context
    site = Site(load_stage(stage), dry_run=dry_run)
    name = source.choose_release("", production=site.stage.production)
    base = Base(site)
    if not yes:
        source.confirm(site, "Bring nginx, Redis and monitoring up to", name)
    with site.lock(f"base.apply {name}"):
        if not base.revision() and not dry_run:
            raise SystemExit(f"base.apply: nothing was deployed to {stage} yet; the first deployment does it")
        base.replace(name)
    print(f"{stage} has nginx, Redis and monitoring of {name}")


@task(
    help={
        "stage": "name of the stage, such as production",
        "yes": "do not ask for the name of the stage to be typed",
        "dry_run": DRY_RUN_HELP,
    }
)
def renew_secrets(context: Context, stage: str, yes: bool = False, dry_run: bool = False) -> None:
    """Replace the secrets of a stage while it is serving; no job is lost."""
    del context
    site = Site(load_stage(stage), dry_run=dry_run)
    if not yes:
        source.confirm(site, "Renew the secrets under", "the release that serves")
    with site.lock("base.renew-secrets"):
        renewal.renew_secrets(site)
