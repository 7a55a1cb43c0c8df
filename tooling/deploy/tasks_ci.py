"""The task for deployments from CI: set up its credentials."""

import os
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy.stage import FOLDER_VARIABLE
from tooling.shell import DRY_RUN_HELP

KEY, KNOWN_HOSTS, STAGE = "DEPLOY_SSH_KEY", "DEPLOY_KNOWN_HOSTS", "STAGE_FILE"
PASSWORD = "DEPLOY_SMTP_PASSWORD"  # noqa: S105 - the name of a variable
"""Password for the mail server; `smtp_password_file` in the stage file names ``smtp-password`` beside it."""


@task(help={"stage": "name of the stage", "dry_run": DRY_RUN_HELP})
def enter(context: Context, stage: str, dry_run: bool = False) -> None:
    """Install the ssh key, the known hosts and the stage file from the variables of a CI environment."""
    del context
    home = Path.home() / ".ssh"
    stages = Path(os.environ.get("RUNNER_TEMP") or home.parent) / "bookingopt-stages"
    places = {
        KEY: home / "id_ed25519",
        KNOWN_HOSTS: home / "known_hosts",
        # Not over the file in the checkout: production accepts only committed files.
        STAGE: stages / f"{stage}.toml",
        PASSWORD: stages / "smtp-password",
    }
    missing = [name for name in (KEY, KNOWN_HOSTS) if not os.environ.get(name)]
    if missing and not dry_run:
        raise SystemExit(f"deploy.enter: the environment {stage!r} has no {' and no '.join(missing)}")
    for name, path in places.items():
        if not os.environ.get(name):
            print(f"{name} is not set: {path.name} stays as it is")
            continue
        print(f"write {path.name}")
        if not dry_run:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(os.environ[name].rstrip() + "\n", encoding="utf-8")
    if os.environ.get(STAGE):
        setting = f"{FOLDER_VARIABLE}={places[STAGE].parent}"
        print(f"later steps read {setting}")
        if not dry_run and (later := os.environ.get("GITHUB_ENV")):
            with Path(later).open("a", encoding="utf-8") as file:
                file.write(f"{setting}\n")
