"""The task that reports the status of the service on this machine, with infra/host/status.py."""

import sys

from invoke.context import Context
from invoke.tasks import task

from tooling.shell import DRY_RUN_HELP, ROOT, run


@task(
    default=True,
    help={
        "docker": "ask the containers of the stack (default: the processes of invoke serve)",
        "site": "address of /health as users reach it; its certificate is checked",
        "ca": "certificate to trust for the site, if it is self-signed",
        "without": "leave out a figure, such as backup",
        "dry_run": DRY_RUN_HELP,
    },
)
def here(
    context: Context,
    docker: bool = False,
    site: str = "",
    ca: str = "",
    without: str = "",
    dry_run: bool = False,
) -> None:
    """Print queue, errors, memory, disk, backup and certificate; exit 1 if one is bad."""
    del context
    given = {"--site": site, "--ca": ca, "--without": without}
    options = [part for name, value in given.items() if value for part in (name, value)]
    program = ROOT / "infra" / "host" / "status.py"
    run([sys.executable, program, *(["--docker"] if docker else []), *options], dry_run=dry_run)
