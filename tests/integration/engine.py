"""The Docker engine that the tests run on, and the base images on it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from conftest import lacking

ROOT = Path(__file__).resolve().parents[2]
# Scripts for machines without an engine, or without a registry of images; see CONTRIBUTING.md.
SCRIPTS = ROOT.parent / "shared" / "tools" / "docker"
BASE_IMAGES = (
    "python:3.13-slim",
    "redis:8.0",
    "valkey/valkey:8.1",
    "nginxinc/nginx-unprivileged:1.26",
)
# Grafana is not among them, nor what keeps logs: their images are in their registry alone.
WATCHER_IMAGES = {
    "prometheus": "prom/prometheus:v2.53.3",
    "alertmanager": "prom/alertmanager:v0.28.1",
    "blackbox": "prom/blackbox-exporter:v0.26.0",
    "node-exporter": "prom/node-exporter:v1.9.0",
    "redis-exporter": "oliver006/redis_exporter:v1.69.0",
    "nginx-exporter": "nginx/nginx-prometheus-exporter:1.4.1",
}
"""Images of the services that watch, by the names of these in the Compose file."""


def docker(*arguments: str, told: str = "", settings: Mapping[str, str] | None = None) -> str:
    """Return what a docker command prints.

    Parameters
    ----------
    arguments
        The command.
    told
        Its standard input; empty for none.
    settings
        Added to its environment.

    Raises
    ------
    AssertionError
        If it fails; holds what it printed.
    """
    done = subprocess.run(
        ["docker", *arguments],
        check=False, capture_output=True, text=True, input=told, env=os.environ | dict(settings or {}),
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(f"docker {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


def docker_gateway() -> str:
    """Return the address at which containers reach this machine by the name ``host-gateway``."""
    return docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}")


def has_compose() -> bool:
    """Return whether Compose can be asked; what only reads its files needs no engine."""
    if shutil.which("docker") is None:
        return False
    return not subprocess.run(["docker", "compose", "version"], check=False, capture_output=True).returncode


def need_engine() -> None:
    """Start an engine where none answers; where none can be started, skip, or fail in CI."""
    if _answers():
        return
    start, told = SCRIPTS / "engine-up", ""
    if start.exists():
        started = subprocess.run([start], check=False, capture_output=True, text=True)
        told = f" ({start.name}: {started.stderr.strip()[-300:]})" if started.returncode else ""
    if not _answers():
        lacking(
            f"no Docker engine answers{told}", "install Docker Engine with the Compose plug-in, and start it"
        )


def need_images(images: Sequence[str] = BASE_IMAGES) -> None:
    """Get the images that are not here; where one cannot be had, skip, or fail in CI."""
    missing = [image for image in images if not docker("image", "ls", "--quiet", image)]
    missing = [image for image in missing if not _pulled(image)]
    make = SCRIPTS / "base-images"
    if missing and make.exists():
        subprocess.run([make, *missing], check=True, capture_output=True)
    elif missing:
        lacking(
            f"no registry answers for {', '.join(missing)}",
            "pull them, or `docker load` them, by these names",
        )


def _answers() -> bool:
    if not has_compose():
        return False
    asked = subprocess.run(["docker", "info"], check=False, capture_output=True, timeout=30)
    return not asked.returncode


def _pulled(image: str) -> bool:
    done = subprocess.run(["docker", "pull", "--quiet", image], check=False, capture_output=True)
    return not done.returncode
