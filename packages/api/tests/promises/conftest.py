"""The service as real programs on a free port, with a ledger in a file or in Redis."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from conftest import RedisServer

API = "bookingopt_api.server"
WORKER = "bookingopt_worker.consumer"
PATIENCE_SECONDS = 60
# Rates are another matter, and the tests ask much of one address.
SETTINGS = {
    "QUEUE_SECRET": "a secret of twenty-six letters",  # pragma: allowlist secret
    "RATE_SUBMIT": "1000/second",
    "RATE_READ": "1000/second",
    "RATE_ADDRESS": "1000/second",
    "WORKER_METRICS_PORT": "none",
    "WORKER_CONCURRENCY": "1",
    "API_PORT": "0",
    "FIT_WARM": "off",
}


@dataclass
class Service:
    """The API and perhaps a worker.

    Parameters
    ----------
    folder
        Where the logs go.
    settings
        Environment of both programs.
    """

    folder: Path
    settings: dict[str, str]
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *modules: str) -> Service:
        """Start programs, and wait for the API to listen."""
        for module in modules:
            with self.log_of(module).open("ab") as log:
                self.programs[module] = subprocess.Popen(
                    [sys.executable, "-m", module],
                    env=os.environ | SETTINGS | self.settings,
                    cwd=self.folder,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        return self

    def log_of(self, module: str) -> Path:
        """Return the file of what a program has logged."""
        return self.folder / f"{module}.log"

    @property
    def address(self) -> tuple[str, int]:
        """Where the API listens."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = re.search(r"running on http://([\d.]+):(\d+)", self.log_of(API).read_text())
            with suppress(ConnectionRefusedError):  # the address is bound before somebody listens
                if found:
                    socket.create_connection((found[1], int(found[2]))).close()
                    return found[1], int(found[2])
            assert self.programs[API].poll() is None, self.log_of(API).read_text()
            time.sleep(0.05)
        raise AssertionError(self.log_of(API).read_text())

    @property
    def url(self) -> str:
        """The same as a URL."""
        return "http://{}:{}".format(*self.address)

    def client(self, user: str = "ann") -> httpx2.Client:
        """Return a client as there have always been: a name, a time limit, nothing clever."""
        return httpx2.Client(base_url=self.url, headers={"X-User-ID": user}, timeout=PATIENCE_SECONDS)

    def stop(self) -> None:
        """Tell every program to stop, and see that it does without complaint."""
        for program in self.programs.values():
            program.send_signal(signal.SIGTERM)
        codes = {module: program.wait(PATIENCE_SECONDS) for module, program in self.programs.items()}
        assert codes == dict.fromkeys(codes, 0), self.log_of(API).read_text()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Return what starts a service with settings of a test; what it started is gone afterwards."""
    started: list[Service] = []

    def begin(*modules: str, **settings: str) -> Service:
        folder = tmp_path / f"service-{len(started)}"
        folder.mkdir()
        started.append(Service(folder, {"DATA_DIR": str(folder), **settings}))
        return started[-1].start(*modules)

    yield begin
    for service in started:
        for program in service.programs.values():
            # With its own processes: those of an API of several would live on.
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()


@pytest.fixture
def several(redis_server: RedisServer) -> dict[str, str]:
    """Return the settings of an API of two processes, which count requests together."""
    return {"API_WORKERS": "2", "RATE_LIMIT_URL": redis_server.url}


@pytest.fixture(params=["file", "redis"])
def ledger(request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the settings of a ledger, once in a file and once in Redis."""
    if request.param == "file":
        return {}
    server: RedisServer = request.getfixturevalue("redis_server")
    return {"REDIS_URL": server.url}


def wait_for_end(client: httpx2.Client, job_id: str) -> dict[str, Any]:
    """Poll a job as clients of today do, until it has ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = client.get(f"/api/v1/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = json.loads(answer.content)
        assert 0 <= told["progress"] <= 100
        if told["status"] not in {"queued", "running"}:
            return told
        time.sleep(0.1)
    raise AssertionError(f"job {job_id} did not end")
