"""The task that tests a running service."""

from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.shell import DRY_RUN_HELP
from tooling.smoke.checks import smoke_checks
from tooling.smoke.report import print_findings, run_checks
from tooling.smoke.target import Target


@task(
    help={
        "url": "address of the service, such as https://bookingopt.example",
        "key_file": "file with an API key; without it the service must have authentication off",
        "ca": "additional certificate to trust",
        "connect": "HOST:PORT to connect to for https instead of the address of the name",
        "connect_http": "the same for http",
        "inside": "check only the API: there is no nginx in front of it",
        "dry_run": DRY_RUN_HELP,
    }
)
def smoke(
    context: Context,
    url: str,
    key_file: str = "",
    ca: str = "",
    connect: str = "",
    connect_http: str = "",
    inside: bool = False,
    dry_run: bool = False,
) -> None:
    """Submit a small hotel to a running service, verify the plan, and check headers and limits."""
    del context
    places = {"https": connect, "http": connect_http}
    target = Target(
        url,
        connect={scheme: place for scheme, place in places.items() if place},
        key=Path(key_file).read_text(encoding="ascii").strip() if key_file else None,
        ca_file=Path(ca) if ca else None,
    )
    checks = smoke_checks(target, edge=not inside)
    if dry_run:
        print("\n".join(f"check  {name}" for name in checks))
        return
    if not print_findings(run_checks(checks)):
        raise SystemExit(1)
