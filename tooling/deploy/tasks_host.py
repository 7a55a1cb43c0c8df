"""Tasks that prepare a machine for a first deployment."""

import shlex

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy.host import Host
from tooling.shell import DRY_RUN_HELP, ROOT

SCRIPT = ROOT / "infra" / "host" / "bootstrap.sh"


@task(
    help={
        "host": "where to, as ssh takes it; root, or a user who may use sudo without a password",
        "deploy_user": "user who will deploy; may use the engine, which is equivalent to root",
        "folder": "folder on the host for what belongs to the service",
        "key": "public key that may log in as that user (default: the keys that may log in now)",
        "workers": "addresses of worker hosts that may reach Redis; `none` removes all (default: unchanged)",
        "check": "change nothing, and fail if something would be changed",
        "dry_run": DRY_RUN_HELP,
    }
)
def bootstrap(
    context: Context,
    host: str,
    deploy_user: str = "deploy",
    folder: str = "/srv/bookingopt",
    key: str = "",
    workers: str = "",
    check: bool = False,
    dry_run: bool = False,
) -> None:
    """Prepare a Debian machine: engine, firewall, upgrades, user, folders. Safe to run again."""
    del context
    arguments = ["--deploy-user", deploy_user, "--folder", folder]
    if key:
        arguments += ["--key", key]
    if workers:
        arguments += ["--workers", workers]
    if check:
        arguments.append("--check")
    Host(host, dry_run=dry_run).run_as_root(
        f"sh -s -- {shlex.join(arguments)}", text=SCRIPT.read_text(encoding="utf-8")
    )
