"""Tasks that make what is handed to others."""

from invoke.context import Context
from invoke.tasks import task

from tooling.shell import DRY_RUN_HELP, run


@task(help={"dry_run": DRY_RUN_HELP})
def packages(context: Context, dry_run: bool = False) -> None:
    """Build wheel and source distribution of every package into dist/."""
    del context
    run(["uv", "build", "--all-packages", "--out-dir", "dist", "--clear"], dry_run=dry_run)
