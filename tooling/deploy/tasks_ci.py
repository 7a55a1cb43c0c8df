"""Tasks that only a deployment without people needs: to come in, and to tell the people."""

import json
import os
import urllib.request
from pathlib import Path

from invoke.context import Context
from invoke.tasks import task

from tooling.deploy.stage import FOLDER_VARIABLE
from tooling.shell import DRY_RUN_HELP

KEY, KNOWN_HOSTS, STAGE, WEBHOOK = "DEPLOY_SSH_KEY", "DEPLOY_KNOWN_HOSTS", "STAGE_FILE", "DEPLOY_WEBHOOK"


@task(help={"stage": "name of the stage", "dry_run": DRY_RUN_HELP})
def enter(context: Context, stage: str, dry_run: bool = False) -> None:
    """Put the ssh key, the known hosts and the stage file of a CI environment where they are looked for."""
    del context
    home = Path.home() / ".ssh"
    places = {
        KEY: home / "id_ed25519",
        KNOWN_HOSTS: home / "known_hosts",
        # Not over the file in the checkout: production gets only what is committed.
        STAGE: Path(os.environ.get("RUNNER_TEMP") or home.parent) / "bookingopt-stages" / f"{stage}.toml",
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
        print(f"the steps after this one read {setting}")
        if not dry_run and (later := os.environ.get("GITHUB_ENV")):
            with Path(later).open("a", encoding="utf-8") as file:
                file.write(f"{setting}\n")


@task(
    help={
        "stage": "name of the stage",
        "release": "what was deployed",
        "outcome": "success, failure or cancelled",
        "dry_run": DRY_RUN_HELP,
    }
)
def tell(context: Context, stage: str, release: str, outcome: str, dry_run: bool = False) -> None:
    """Tell the people how a deployment ended, over the webhook in DEPLOY_WEBHOOK, if there is one."""
    del context
    text = message(stage, release, outcome)
    print(text)
    address = os.environ.get(WEBHOOK, "")
    if not address:
        print(f"{WEBHOOK} is not set: nobody is told")
    elif not address.startswith("https://"):
        raise SystemExit(f"deploy.tell: {WEBHOOK} must begin with https://")
    elif not dry_run:
        body = json.dumps({"text": text}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(address, body, headers)  # noqa: S310 - https, see above
        with urllib.request.urlopen(request, timeout=15):  # noqa: S310 - the same
            pass


def message(stage: str, release: str, outcome: str) -> str:
    """Return what people are told: what happened, and where to look.

    Parameters
    ----------
    stage, release
        What was deployed, and where to.
    outcome
        ``success``, or how else the job ended.
    """
    server, repository = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_REPOSITORY", "")
    run = os.environ.get("GITHUB_RUN_ID", "")
    where = f" {server}/{repository}/actions/runs/{run}" if run else ""
    if outcome == "success":
        return f"BookingOpt {release} is live on {stage}.{where}"
    return f"BookingOpt {release} was not deployed to {stage} ({outcome}); the one before serves on.{where}"
