"""The Docker engine that the tests run on, and the base images on it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from conftest import lacking
from tooling.pinning import plain

ROOT = Path(__file__).resolve().parents[2]
# Scripts for machines without an engine, or without a registry of images; see CONTRIBUTING.md.
SCRIPTS = ROOT.parent / "shared" / "tools" / "docker"
COMPOSE = {name: ROOT / "infra" / f"compose{name}.yaml" for name in ("", ".monitoring")}
_DEFAULT = re.compile(r"^    image: \$\{(\w+_IMAGE):-([^}]+)\}$", re.MULTILINE)
VARIABLES = {
    variable: image
    for file in COMPOSE.values()
    for variable, image in _DEFAULT.findall(file.read_text(encoding="utf-8"))
    if not image.startswith("bookingopt-")
}
"""Images of others that the compose files name, by the variables that replace them."""
NGINX, REDIS = VARIABLES["NGINX_IMAGE"], VARIABLES["REDIS_IMAGE"]
BASE_IMAGES = ("python:3.13-slim", REDIS, "valkey/valkey:8.1", NGINX)
# Grafana is not among them, nor what keeps logs: their images are in their registry alone.
WATCHERS = (
    "prometheus",
    "alertmanager",
    "blackbox",
    "node-exporter",
    "redis-exporter",
    "nginx-exporter",
)
WATCHER_IMAGES = {name: VARIABLES[f"{name.upper().replace('-', '_')}_IMAGE"] for name in WATCHERS}
"""Images of the services that watch, by the names of these in the Compose file."""
OF_TRIXIE = ("python", "redis", "valkey/valkey", "debian")
"""Images whose stand-in has the right version in Debian 13; that of every other one is in the next Debian."""


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
    """Get the images that are not here; where one cannot be had, skip, or fail in CI.

    An image with a digest is there to the byte, or pulled. Where neither can be, its stand-in has the tag
    alone, and the compose files are given that by its variable.
    """
    missing = [image for image in images if not docker("image", "ls", "--quiet", plain(image))]
    missing = [image for image in missing if not _pulled(image)]
    make = SCRIPTS / "base-images"
    if missing and make.exists():
        subprocess.run([make, *map(_with_suite, missing)], check=True, capture_output=True)
    elif missing:
        lacking(
            f"no registry answers for {', '.join(missing)}",
            "pull them, or `docker load` them, by these names",
        )
    for variable, image in VARIABLES.items():
        if image in images and "@" in image and not _is_here(image):
            os.environ[variable] = plain(image)


def _with_suite(image: str) -> str:
    name = plain(image)
    return name if name.rpartition(":")[0] in OF_TRIXIE else f"{name}=forky"


def _is_here(image: str) -> bool:
    done = subprocess.run(["docker", "image", "inspect", image], check=False, capture_output=True)
    return not done.returncode


def _answers() -> bool:
    if not has_compose():
        return False
    asked = subprocess.run(["docker", "info"], check=False, capture_output=True, timeout=30)
    return not asked.returncode


def _pulled(image: str) -> bool:
    done = subprocess.run(["docker", "pull", "--quiet", image], check=False, capture_output=True)
    return not done.returncode
