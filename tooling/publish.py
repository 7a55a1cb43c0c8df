"""Tasks that publish a release."""

import os
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.images import IMAGES, find_revision, image_tags
from tooling.shell import DRY_RUN_HELP, ask, run


@task(
    help={
        "registry": "prefix of the names of the images, such as ghcr.io/owner/",
        "dry_run": DRY_RUN_HELP,
    }
)
def images(context: Context, registry: str, dry_run: bool = False) -> None:
    """Push the images of a commit with a version tag, as tested here; print their digests."""
    del context
    if not registry.endswith("/"):
        raise SystemExit(f"publish.images: {registry!r} must end in /")
    try:
        tags = image_tags(find_revision(), is_released=True)
    except ValueError as error:
        raise SystemExit(f"publish.images: {error}") from None
    if not any(tag.startswith("v") for tag in tags):
        raise SystemExit("publish.images: this commit has no tag vX.Y.Z, so it is not a release")
    for target in IMAGES:
        # `latest` is the tag of what was built and tested here; published images have a version.
        digest = _push(registry, target, tags[1:], dry_run=dry_run)
        print(f"{target}={digest}")
        if (later := os.environ.get("GITHUB_OUTPUT")) and not dry_run:
            with Path(later).open("a", encoding="utf-8") as file:
                file.write(f"{target}={digest}\n")


def _push(registry: str, target: str, tags: tuple[str, ...], *, dry_run: bool) -> str:
    """Push one image under its names, and return its digest in the registry."""
    ours, theirs = f"bookingopt-{target}", f"{registry}bookingopt-{target}"
    identities = {
        tag: ask(
            ["docker", "image", "inspect", "--format", "{{.Id}}", f"{ours}:{tag}"],
            dry_run=dry_run,
            assumed="the same",
        )
        for tag in ("latest", *tags)
    }
    if len(set(identities.values())) > 1:
        raise SystemExit(f"publish.images: {ours}:latest, which was tested, is not {ours}:{tags[-1]}")
    for tag in tags:
        run(["docker", "tag", f"{ours}:{tag}", f"{theirs}:{tag}"], dry_run=dry_run)
        run(["docker", "push", "--quiet", f"{theirs}:{tag}"], dry_run=dry_run)
    form = "{{range .RepoDigests}}{{println .}}{{end}}"
    known = ask(["docker", "image", "inspect", "--format", form, f"{theirs}:{tags[-1]}"], dry_run=dry_run)
    digests = [line.partition("@")[2] for line in known.split() if line.startswith(f"{theirs}@")]
    return digests[0] if digests else "sha256:DIGEST"
