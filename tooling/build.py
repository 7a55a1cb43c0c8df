"""Tasks that build images and packages."""

from invoke.context import Context
from invoke.tasks import task

from tooling.images import (
    IMAGES,
    base_digest,
    base_name,
    build_image,
    check_sizes,
    find_revision,
    image_tags,
)
from tooling.shell import DRY_RUN_HELP, ask, run
from tooling.stack import make_certificate, make_secrets


@task(
    default=True,
    help={
        "tag": "also name the images by the commit and, where HEAD has the tag vX.Y.Z, by the version",
        "cache": "folder that keeps layers for the next machine; needs a builder that can write it",
        "fresh": "fetch the base image again and make every layer again",
        "dry_run": DRY_RUN_HELP,
    },
)
def images(
    context: Context, tag: bool = False, cache: str = "", fresh: bool = False, dry_run: bool = False
) -> None:
    """Build bookingopt-api and bookingopt-worker; make secrets for the local stack if missing."""
    del context
    revision = find_revision()
    try:
        tags = image_tags(revision, is_released=tag)
    except ValueError as error:
        raise SystemExit(f"build.images: {error}") from None
    base = base_name()
    if fresh or not ask(["docker", "image", "ls", "--quiet", base]):
        run(["docker", "pull", "--quiet", base], dry_run=dry_run)
    digest = base_digest(base)
    for target in IMAGES:
        build_image(target, tags, revision, digest, cache=cache, is_fresh=fresh, dry_run=dry_run)
    if not dry_run:
        check_sizes()
    make_secrets(dry_run=dry_run)
    make_certificate(dry_run=dry_run)


@task(help={"dry_run": DRY_RUN_HELP})
def packages(context: Context, dry_run: bool = False) -> None:
    """Build wheel and source distribution of every package into dist/."""
    del context
    run(["uv", "build", "--all-packages", "--out-dir", "dist", "--clear"], dry_run=dry_run)
