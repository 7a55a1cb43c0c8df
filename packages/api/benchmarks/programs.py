"""The real programs, on free ports and in a folder that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
SECRET = "a secret of twenty-six letters"  # noqa: S105 - of the benchmark  # pragma: allowlist secret
PATIENCE_SECONDS = 60
# How often somebody may ask is not what is measured here.
SETTINGS = {
    "AUTHENTICATION": "on",
    "FIT_WARM": "off",
    "MAX_REQUESTS": "128",
    "MAX_QUEUED_JOBS_PER_USER": "1000000",
    "QUEUE_SECRET": SECRET,
    "RATE_SUBMIT": "1000000/second",
    "RATE_READ": "1000000/second",
    "RATE_ADDRESS": "1000000/second",
    "WORKER_METRICS_PORT": "none",
    "WORKER_CONCURRENCY": "1",
}
STORES = ("Redis", "file")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ledger is.

    Parameters
    ----------
    name
        Its kind.
    url
        Its address.
    settings
        What programs around it are told.
    """

    name: str
    url: str
    settings: dict[str, str]


@contextmanager
def place(name: str) -> Iterator[Place]:
    """Lend an empty ledger of a kind: a Redis that writes before it answers, or a file."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bookingopt-bench-")))
        if name == "file":
            yield Place(name, f"sqlite:///{folder / 'jobs.db'}", SETTINGS | {"DATA_DIR": str(folder)})
            return
        port = free_port()
        durable = ("--appendonly", "yes", "--appendfsync", "always", "--save", "", "--dir", str(folder))
        stack.enter_context(program("redis-server", "--bind", HOST, "--port", str(port), *durable, port=port))
        url = f"redis://{HOST}:{port}/0"
        yield Place(name, url, SETTINGS | {"REDIS_URL": url})


@contextmanager
def server(module: str, settings: dict[str, str]) -> Iterator[str]:
    """Run the API, or another application of uvicorn; lend its address."""
    port = free_port()
    command = [sys.executable, "-m", module]
    if ":" in module:
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "--factory",
            module,
            "--port",
            str(port),
            "--log-level=warning",
        ]
    with program(*command, port=port, settings=settings | {"API_PORT": str(port)}):
        yield f"http://{HOST}:{port}"


@contextmanager
def program(*command: str, port: int | None = None, settings: dict[str, str] | None = None) -> Iterator[None]:
    """Run a program, wait until it listens, and stop it afterwards.

    Raises
    ------
    RuntimeError
        If it ends, or does not listen within a minute.
    """
    environment = os.environ | (settings or {})
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as running:  # noqa: S603 - ours
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while port is not None and not _listens(port):
                if running.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{' '.join(command)} does not listen")
                time.sleep(0.05)
            yield
        finally:
            running.terminate()


def require(*names: str) -> None:
    """See that programs are there.

    Raises
    ------
    SystemExit
        If one is missing.
    """
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"the benchmarks need {' and '.join(missing)}: apt-get install {' '.join(missing)}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection((HOST, port)):
        return True
    return False
