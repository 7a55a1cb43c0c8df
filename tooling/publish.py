"""Tasks that hand a release to others."""

from invoke.context import Context
from invoke.tasks import task

from tooling.images import IMAGES, find_revision, image_tags, push_image
from tooling.shell import DRY_RUN_HELP


@task(
    help={
        "registry": "what stands before the names of the images, such as ghcr.io/owner/",
        "dry_run": DRY_RUN_HELP,
    }
)
def images(context: Context, registry: str, dry_run: bool = False) -> None:
    """Push the images of a commit that has a version tag, with their contents and origin attested."""
    del context
    if not registry.endswith("/"):
        raise SystemExit(f"publish.images: {registry!r} must end in /")
    revision = find_revision()
    try:
        tags = image_tags(revision, is_released=True)
    except ValueError as error:
        raise SystemExit(f"publish.images: {error}") from None
    if not any(tag.startswith("v") for tag in tags):
        raise SystemExit("publish.images: this commit has no tag vX.Y.Z, so it is no release")
    for target in IMAGES:
        # `latest` is the name of what was built here; others take a version.
        push_image(registry, target, tags[1:], revision, dry_run=dry_run)
