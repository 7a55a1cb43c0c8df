"""The folder and the ports of the local service, and the settings that follow from them."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"


class PortTaken(Exception):
    """Another program listens on the port."""


@dataclass(frozen=True)
class Place:
    """The folder and the ports of the local service.

    Parameters
    ----------
    folder
        Folder of its data.
    port
        Port of the API; not 0.
    metrics_port
        Port of the worker's metrics.
    redis_url
        Address of Redis; empty for a file in the folder.
    """

    folder: Path
    port: int
    metrics_port: int
    redis_url: str = ""

    @property
    def address(self) -> str:
        """Address of the service for people."""
        return f"http://{HOST}:{self.port}"

    def environment(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the settings of API and worker: `given`, and those of this place.

        The folder must exist. Redis needs a secret, which is made and kept in the folder unless one is given.
        """
        environment = dict(given) | {
            "API_HOST": HOST,
            "API_PORT": str(self.port),
            "DATA_DIR": str(self.folder),
            "WORKER_METRICS_HOST": HOST,
            "WORKER_METRICS_PORT": str(self.metrics_port),
            "PYTHONUNBUFFERED": "1",
        }
        # A user at a terminal does not want to wait for streams that no one reads any more.
        environment.setdefault("API_DRAIN", "3")
        if "AUDIT_LOG_FILE" not in environment:
            environment.setdefault("AUDIT_LOG", str(self.folder / "audit.log"))
        for name in ("REDIS_URL", "REDIS_URL_FILE"):
            environment.pop(name, None)
        if self.redis_url:
            environment["REDIS_URL"] = self.redis_url
            if not {"QUEUE_SECRET", "QUEUE_SECRET_FILE"} & environment.keys():
                environment["QUEUE_SECRET_FILE"] = str(_secret(self.folder / "queue.secret"))
        return environment


def find_place(folder: Path, port: int, redis_url: str = "") -> Place:
    """Return a place whose ports are free.

    Parameters
    ----------
    folder
        Folder of the data.
    port
        Port of the API; 0 for any that is free.
    redis_url
        Address of Redis; empty for a file in the folder.

    Raises
    ------
    PortTaken
        If another program listens on the port; the message names the remedy.
    """
    api = _free(port)
    if api is None:
        remedy = "stop the program that listens there, or choose another port with --port"
        raise PortTaken(f"port {port} of {HOST} is in use: {remedy}")
    metrics = _free(0)
    if metrics is None:
        raise PortTaken(f"no port of {HOST} is free")
    return Place(folder, api, metrics, redis_url)


def _free(port: int) -> int | None:
    """Return a port if it is free; None otherwise."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError:
            return None
        return int(probe.getsockname()[1])


def _secret(file: Path) -> Path:
    """Return a file that holds a secret; created if missing."""
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as written:
            written.write(secrets.token_urlsafe(32))
    return file
