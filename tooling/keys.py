"""Tasks on API keys: who may use the service on this machine, or the one in the stack."""

from invoke.context import Context
from invoke.tasks import task

from tooling.shell import DRY_RUN_HELP, run

STACK_HELP = "of the stack that runs on this machine, not of the service in this checkout"
IN_STACK = ("docker", "compose", "--file", "infra/compose.yaml", "exec", "-T", "api")


@task(
    iterable=["scope"],
    help={
        "user": "whose jobs the key sees: a name of a system, not of a person",
        "name": "what the key is for",
        "scope": "read or write; may be repeated (default: both)",
        "days": "days it lives (default: 365)",
        "stack": STACK_HELP,
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
    dry_run: bool = False,
) -> None:
    """Make a key; it is shown once."""
    del context
    scopes = [part for chosen in scope or () for part in ("--scope", chosen)]
    options = ["--user", user, "--name", name, *scopes, "--days", str(days)]
    _keys("create", *options, stack=stack, dry_run=dry_run)


@task(name="list", help={"stack": STACK_HELP, "dry_run": DRY_RUN_HELP})
def list_keys(context: Context, stack: bool = False, dry_run: bool = False) -> None:
    """List every key, without its secret."""
    del context
    _keys("list", stack=stack, dry_run=dry_run)


@task(
    help={
        "key_id": "id of the old key",
        "overlap_days": "days both keys work (default: 7)",
        "stack": STACK_HELP,
        "dry_run": DRY_RUN_HELP,
    }
)
def rotate(
    context: Context, key_id: str, overlap_days: int = 7, stack: bool = False, dry_run: bool = False
) -> None:
    """Make a key like another one, which ends after the overlap."""
    del context
    _keys("rotate", key_id, "--overlap-days", str(overlap_days), stack=stack, dry_run=dry_run)


@task(help={"key_id": "id of the key", "stack": STACK_HELP, "dry_run": DRY_RUN_HELP})
def revoke(context: Context, key_id: str, stack: bool = False, dry_run: bool = False) -> None:
    """Take a key back, now; its sessions end with it."""
    del context
    _keys("revoke", key_id, stack=stack, dry_run=dry_run)


def _keys(*arguments: str, stack: bool, dry_run: bool) -> None:
    run([*(IN_STACK if stack else ()), "bookingopt-api", "keys", *arguments], dry_run=dry_run)
