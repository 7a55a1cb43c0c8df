"""The task that pins third-party images: compose files name the exact digest that a deployment runs."""

import re
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.shell import DRY_RUN_HELP, ROOT, ask, run

FILES = ("infra/compose.yaml", "infra/compose.monitoring.yaml")
BRANCH = "images"
_IMAGE = re.compile(r"(?<=_IMAGE:-)(?P<tag>[\w./-]+:[\w.-]+)(?:@sha256:[0-9a-f]{64})?(?=\})")
_OURS = "bookingopt-"


@task(
    help={
        "propose": "commit that to a branch and open a pull request, with git and gh",
        "dry_run": DRY_RUN_HELP,
    }
)
def pin(context: Context, propose: bool = False, dry_run: bool = False) -> None:
    """Write today's digest of each image's tag in the registry into the compose files."""
    del context
    changed = [file for file in FILES if _pin(ROOT / file, dry_run=dry_run)]
    print(f"changed: {', '.join(changed)}" if changed else "every image is what its tag means today")
    if propose and changed:
        _propose(changed, dry_run=dry_run)


def plain(image: str) -> str:
    """Return the name of an image without its digest."""
    return image.partition("@")[0]


def pinned(text: str) -> str:
    """Return a compose file with today's digest behind each tag.

    Raises
    ------
    CommandFailed
        If a registry does not answer, or has no such tag.
    """
    digests: dict[str, str] = {}

    def with_digest(found: re.Match[str]) -> str:
        tag = found["tag"]
        if tag.startswith(_OURS):
            return found[0]
        if tag not in digests:
            digests[tag] = ask(
                ["docker", "buildx", "imagetools", "inspect", "--format", "{{.Manifest.Digest}}", tag]
            )
        return f"{tag}@{digests[tag]}"

    return _IMAGE.sub(with_digest, text)


def _pin(file: Path, *, dry_run: bool) -> bool:
    text = file.read_text(encoding="utf-8")
    if dry_run:
        tags = dict.fromkeys(found["tag"] for found in _IMAGE.finditer(text))
        print("\n".join(f"ask for the digest of {tag}" for tag in tags if not tag.startswith(_OURS)))
        return False
    made = pinned(text)
    if made == text:
        return False
    file.write_text(made, encoding="utf-8")
    return True


def _propose(files: list[str], *, dry_run: bool) -> None:
    title = "Run the images of this week"
    for command in (
        ["git", "switch", "--force-create", BRANCH],
        ["git", "add", *files],
        ["git", "commit", "--message", title],
        ["gh", "auth", "setup-git"],
        ["git", "push", "--force", "origin", BRANCH],
    ):
        run(command, dry_run=dry_run)
    if ask(["gh", "pr", "list", "--head", BRANCH, "--json", "number", "--jq", ".[].number"], dry_run=dry_run):
        return  # the push has updated the open one
    body = "Digests of the tags in infra/compose*.yaml as the registries have them today."
    run(["gh", "pr", "create", "--head", BRANCH, "--title", title, "--body", body], dry_run=dry_run)
