"""The tasks that run the checklist."""

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

from tooling.deploy.preflight import look
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP
from tooling.smoke import print_findings


@task(name="prod", help={"dry_run": DRY_RUN_HELP})
def preflight_prod(context: Context, dry_run: bool = False) -> None:
    """Run the checklist for production, a command for each row; print pass or fail and the remedy."""
    del context
    _go_through("production", dry_run=dry_run)


@task(name="staging", help={"dry_run": DRY_RUN_HELP})
def preflight_staging(context: Context, dry_run: bool = False) -> None:
    """Run the same checklist for staging."""
    del context
    _go_through("staging", dry_run=dry_run)


def _go_through(stage: str, *, dry_run: bool) -> None:
    findings = look(Site(load_stage(stage), dry_run=dry_run))
    if not print_findings(findings):
        raise SystemExit(1)


preflight = Collection("preflight", preflight_prod, preflight_staging)
