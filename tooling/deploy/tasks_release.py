"""Tasks that change the live release: deploy a release, or roll back to one."""

from collections.abc import Mapping
from functools import partial

from invoke.collection import Collection
from invoke.context import Context
from invoke.tasks import task

from tooling.deploy import source, tasks_ci
from tooling.deploy.difference import differences
from tooling.deploy.rollout import Release, Rollout
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP

_RELEASE_HELP = "tag of the images (default: the version tag of this commit, else the commit)"
_DIGEST_HELP = "sha256:..., as publish.images prints it: the host pulls exactly that (default: by the tag)"
_YES_HELP = "do not ask for the name of the stage to be typed"
_DEPLOY_HELP = {
    "release": _RELEASE_HELP,
    "api_digest": _DIGEST_HELP,
    "worker_digest": _DIGEST_HELP,
    "yes": _YES_HELP,
    "dry_run": DRY_RUN_HELP,
}
_ROLLBACK_HELP = {
    "to": "release to go back to (default: the last good one before the one that serves)",
    "without_smoke": "do not test the site from outside after the switch; the containers must be healthy",
    "yes": _YES_HELP,
    "dry_run": DRY_RUN_HELP,
}


def deploy(
    stage: str, release: str, *, digests: Mapping[str, str] | None = None, yes: bool, dry_run: bool
) -> None:
    """Deploy the release of this checkout to a stage.

    Parameters
    ----------
    stage
        Name of the stage.
    release
        Tag of the images; empty for that of this checkout.
    digests
        Digests of the images of ``api`` and ``worker`` in the registry; None, or empty ones, for the images
        that have the tag there.
    yes
        Do not ask.
    dry_run
        Print every command and run none.
    """
    site = Site(load_stage(stage), dry_run=dry_run)
    name = source.choose_release(release, production=site.stage.production)
    if not yes:
        source.confirm(site, "Deploy", name)
    if dry_run:
        _print_differences(site, name, source.commit())
    with site.lock(f"deploy {name}"):
        Rollout(site, Release(name, source.commit())).run(partial(source.bring, site, name, digests or {}))


def _print_differences(site: Site, release: str, revision: str) -> None:
    lines = differences(site, release, revision)
    print(f"what differs on {site.stage.name} ({site.stage.domain}):")
    print("\n".join(f"  {line}" for line in lines))


def roll_back(stage: str, to: str, *, without_smoke: bool, yes: bool, dry_run: bool) -> None:
    """Roll back to a release whose files and images are still on the host.

    Parameters
    ----------
    stage
        Name of the stage.
    to
        Its name; empty for the last good one.
    without_smoke
        Do not test the site from outside after the switch.
    yes
        Do not ask.
    dry_run
        Print every command and run none.
    """
    site = Site(load_stage(stage), dry_run=dry_run)
    with site.lock(f"rollback {to}".strip()):
        try:
            back = site.log().back(to or None)
        except LookupError as error:
            if not dry_run:
                raise SystemExit(f"rollback.{stage}: {error}") from None
            print(f"the release to go back to is unknown: {error}")
            return
        if dry_run:
            _print_differences(site, back.release, back.revision)
        if not yes:
            source.confirm(site, "Go back to", back.release)
        Rollout(site, Release(back.release, back.revision, reason="rolled back")).go_back(
            is_smoked=not without_smoke
        )


@task(name="staging", help=dict(_DEPLOY_HELP))
def deploy_staging(
    context: Context,
    release: str = "",
    api_digest: str = "",
    worker_digest: str = "",
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Deploy to staging: health gate and smoke tests, no refused request, automatic rollback on a failure."""
    del context
    digests = {"api": api_digest, "worker": worker_digest}
    deploy("staging", release, digests=digests, yes=yes, dry_run=dry_run)


@task(name="prod", help=dict(_DEPLOY_HELP))
def deploy_prod(
    context: Context,
    release: str = "",
    api_digest: str = "",
    worker_digest: str = "",
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Deploy to production: the same, from a clean tree with a version tag, after typing its name."""
    del context
    digests = {"api": api_digest, "worker": worker_digest}
    deploy("production", release, digests=digests, yes=yes, dry_run=dry_run)


@task(name="staging", help=dict(_ROLLBACK_HELP))
def rollback_staging(
    context: Context, to: str = "", without_smoke: bool = False, yes: bool = False, dry_run: bool = False
) -> None:
    """Roll back to a good release on staging, in under a minute."""
    del context
    roll_back("staging", to, without_smoke=without_smoke, yes=yes, dry_run=dry_run)


@task(name="prod", help=dict(_ROLLBACK_HELP))
def rollback_prod(
    context: Context, to: str = "", without_smoke: bool = False, yes: bool = False, dry_run: bool = False
) -> None:
    """Roll back to a good release in production, in under a minute."""
    del context
    roll_back("production", to, without_smoke=without_smoke, yes=yes, dry_run=dry_run)


deployments = Collection("deploy", deploy_staging, deploy_prod, tasks_ci.enter)
rollbacks = Collection("rollback", rollback_staging, rollback_prod)
