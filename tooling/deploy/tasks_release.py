"""Tasks that change what serves: deploy a release, or go back to one."""

from functools import partial

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

from tooling.deploy import source, tasks_ci
from tooling.deploy.rollout import Release, Rollout
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP

_RELEASE_HELP = "tag of the images (default: the version tag of this commit, else the commit)"
_YES_HELP = "do not ask for the name of the stage to be typed"
_TO_HELP = "release to go back to (default: the last good one before the one that serves)"


def deploy(stage: str, release: str, *, yes: bool, dry_run: bool) -> None:
    """Roll the release of this checkout out to a stage.

    Parameters
    ----------
    stage
        Name of the stage.
    release
        Tag of the images; empty for that of this checkout.
    yes
        Do not ask.
    dry_run
        Print every command and run none.
    """
    site = Site(load_stage(stage), dry_run=dry_run)
    name = source.choose_release(release, production=site.stage.production)
    if not yes:
        source.confirm(site, "Deploy", name)
    with site.lock(f"deploy {name}"):
        Rollout(site, Release(name, source.commit())).run(partial(source.bring, site, name))


def roll_back(stage: str, to: str, *, yes: bool, dry_run: bool) -> None:
    """Go back to a release whose files and images are still on the host.

    Parameters
    ----------
    stage
        Name of the stage.
    to
        Its name; empty for the last good one.
    yes
        Do not ask.
    dry_run
        Print every command and run none.
    """
    site = Site(load_stage(stage), dry_run=dry_run)
    if dry_run:
        print("read which release was live before")
    with site.lock(f"rollback {to}".strip()):
        try:
            back = site.log().back(to or None)
        except LookupError as error:
            if not dry_run:
                raise SystemExit(f"rollback.{stage}: {error}") from None
            return
        if not yes:
            source.confirm(site, "Go back to", back.release)
        Rollout(site, Release(back.release, back.revision, reason="rolled back")).go_back()


@task(name="staging", help={"release": _RELEASE_HELP, "yes": _YES_HELP, "dry_run": DRY_RUN_HELP})
def deploy_staging(context: Context, release: str = "", yes: bool = False, dry_run: bool = False) -> None:
    """Deploy to staging: health gate, smoke tests, no refused request, back by itself if it is not fit."""
    del context
    deploy("staging", release, yes=yes, dry_run=dry_run)


@task(name="prod", help={"release": _RELEASE_HELP, "yes": _YES_HELP, "dry_run": DRY_RUN_HELP})
def deploy_prod(context: Context, release: str = "", yes: bool = False, dry_run: bool = False) -> None:
    """Deploy to production: the same, from a clean tree with a version tag, after its name was typed."""
    del context
    deploy("production", release, yes=yes, dry_run=dry_run)


@task(name="staging", help={"to": _TO_HELP, "yes": _YES_HELP, "dry_run": DRY_RUN_HELP})
def rollback_staging(context: Context, to: str = "", yes: bool = False, dry_run: bool = False) -> None:
    """Go back to a good release on staging, in under a minute."""
    del context
    roll_back("staging", to, yes=yes, dry_run=dry_run)


@task(name="prod", help={"to": _TO_HELP, "yes": _YES_HELP, "dry_run": DRY_RUN_HELP})
def rollback_prod(context: Context, to: str = "", yes: bool = False, dry_run: bool = False) -> None:
    """Go back to a good release in production, in under a minute."""
    del context
    roll_back("production", to, yes=yes, dry_run=dry_run)


deployments = Collection("deploy", deploy_staging, deploy_prod, tasks_ci.enter, tasks_ci.tell)
rollbacks = Collection("rollback", rollback_staging, rollback_prod)
