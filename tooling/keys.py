"""Tasks on API keys: of the service on this machine, in the stack, or of a stage."""

import shlex

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy.releases import COLORS
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.shell import DRY_RUN_HELP, run

STAGE_HELP = "name of a stage: the service on its host"
STACK_HELP = "use the stack that runs on this machine, not the service in this checkout"
IN_STACK = ("docker", "compose", "--file", "infra/compose.yaml", "exec", "-T", "api")


@task(
    iterable=["scope"],
    help={
        "user": "user whose jobs the key sees: the name of a system, not of a person",
        "name": "purpose of the key",
        "scope": "read or write; may be repeated (default: both)",
        "days": "days until it expires (default: 365)",
        "stack": STACK_HELP,
        "stage": STAGE_HELP,
        "dry_run": DRY_RUN_HELP,
    },
)
def create(
    context: Context,
    user: str,
    name: str,
    scope: list[str] | None = None,
    days: int = 365,
    stack: bool = False,
    stage: str = "",
    dry_run: bool = False,
) -> None:
    """Create a key; it is shown once."""
    del context
    scopes = [part for chosen in scope or () for part in ("--scope", chosen)]
    options = ["--user", user, "--name", name, *scopes, "--days", str(days)]
    _keys("create", *options, stack=stack, stage=stage, dry_run=dry_run)


@task(name="list", help={"stack": STACK_HELP, "stage": STAGE_HELP, "dry_run": DRY_RUN_HELP})
def list_keys(context: Context, stack: bool = False, stage: str = "", dry_run: bool = False) -> None:
    """List every key, without its secret."""
    del context
    _keys("list", stack=stack, stage=stage, dry_run=dry_run)


@task(
    help={
        "key_id": "id of the old key",
        "overlap_days": "days both keys work (default: 7)",
        "stack": STACK_HELP,
        "stage": STAGE_HELP,
        "dry_run": DRY_RUN_HELP,
    }
)
def rotate(
    context: Context,
    key_id: str,
    overlap_days: int = 7,
    stack: bool = False,
    stage: str = "",
    dry_run: bool = False,
) -> None:
    """Create a key like another one, which expires after the overlap."""
    del context
    _keys("rotate", key_id, "--overlap-days", str(overlap_days), stack=stack, stage=stage, dry_run=dry_run)


@task(help={"key_id": "id of the key", "stack": STACK_HELP, "stage": STAGE_HELP, "dry_run": DRY_RUN_HELP})
def revoke(
    context: Context, key_id: str, stack: bool = False, stage: str = "", dry_run: bool = False
) -> None:
    """Revoke a key and its sessions, at once."""
    del context
    _keys("revoke", key_id, stack=stack, stage=stage, dry_run=dry_run)


def _keys(*arguments: str, stack: bool, stage: str, dry_run: bool) -> None:
    if stack and stage:
        raise SystemExit("keys: one of --stack and --stage")
    if not stage:
        run([*(IN_STACK if stack else ()), "bookingopt-api", "keys", *arguments], dry_run=dry_run)
        return
    site = Site(load_stage(stage), dry_run=dry_run)
    color = site.serving()
    if color is None and not dry_run:
        raise SystemExit(f"keys: nothing was deployed to {stage}")
    container = site.container(color or COLORS[0], "api")
    site.host.run(shlex.join(["docker", "exec", container, "bookingopt-api", "keys", *arguments]))
