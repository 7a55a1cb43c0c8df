"""Tasks on the changelog: a fragment for each change, gathered at a release."""

from invoke.context import Context
from invoke.tasks import task

from tooling.shell import DRY_RUN_HELP, run


@task(
    help={
        "issue": "number of the issue, or +word without an issue",
        "kind": "breaking, feature, fix, plugin-api, ops or docs",
        "text": "one sentence for the reader affected",
        "dry_run": DRY_RUN_HELP,
    }
)
def add(context: Context, issue: str, kind: str, text: str, dry_run: bool = False) -> None:
    """Write a fragment into changelog.d/."""
    del context
    run(["towncrier", "create", f"{issue}.{kind}.md", "--content", text], dry_run=dry_run)


@task(
    help={
        "version": "version to be released, such as 0.2.0",
        "dry_run": DRY_RUN_HELP,
    }
)
def release(context: Context, version: str, dry_run: bool = False) -> None:
    """Gather the fragments into CHANGELOG.md under a version."""
    del context
    run(["towncrier", "build", "--yes", "--version", version], dry_run=dry_run)
