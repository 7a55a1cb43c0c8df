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
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import httpx2
import pytest

from conftest import LOOPBACK, RedisServer

API = "bookingopt_api.server"
WORKER = "bookingopt_worker.consumer"
ROOT = Path(__file__).resolve().parents[4]
EXAMPLES = ROOT / "examples"
HOTEL = (EXAMPLES / "ten-rooms.json").read_bytes()
PATIENCE_SECONDS = 240
PATIENCE_UNDER_LOAD_SECONDS = 400
"""Of tests that keep the whole machine busy, and have a longer limit of their own."""
# Whenever a worker is killed or told to stop, it has a job in hand.
SLOW = """
import time
from stand_in import solve as solve_at_once

def solve(content, **options):
    time.sleep(0.1)
    return solve_at_once(content, **options)
"""
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
    """Programs of a service that share a ledger: an API, and perhaps a worker, or several of each.

    Parameters
    ----------
    folder
        Where the logs go.
    settings
        Environment of all programs.
    """

    folder: Path
    settings: dict[str, str]
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    """Each by its name, which is that of its module where there is one of it."""

    def start(self, *modules: str) -> Service:
        """Start programs; whoever asks for the address waits for the API to listen."""
        for module in modules:
            self.start_as(module, module)
        return self

    def start_as(self, name: str, module: str, **settings: str) -> None:
        """Start a program under a name, instead of the one that had it and has ended."""
        with self.log_of(name).open("ab") as log:
            self.programs[name] = subprocess.Popen(
                [sys.executable, "-m", module],
                env=os.environ | SETTINGS | self.settings | settings,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_api(self, port: int) -> None:
        """Start one of several APIs, on a port."""
        self.start_as(name_of_api(port), API, API_PORT=str(port))

    def log_of(self, name: str) -> Path:
        """Return the file of what a program has logged."""
        return self.folder / f"{name}.log"

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

    def stop(self, *names: str) -> None:
        """Tell programs to stop, or every one, and see that they do without complaint."""
        told = {name: self.programs[name] for name in names or self.programs}
        for program in told.values():
            program.send_signal(signal.SIGTERM)
        codes = {name: program.wait(PATIENCE_SECONDS) for name, program in told.items()}
        assert codes == dict.fromkeys(codes, 0), [self.log_of(name).read_text() for name in codes]

    def kill(self, name: str) -> None:
        """Kill a program, as a crash would: what it has started is left behind."""
        self.programs[name].kill()
        self.programs[name].wait()

    def end(self) -> None:
        """Kill every program with its own processes: those of an API of several would live on."""
        for program in self.programs.values():
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()


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
        service.end()


@pytest.fixture
def with_solver(tmp_path: Path) -> Callable[[str], dict[str, str]]:
    """Return what makes the `solve` in a text that of the workers: it hands back their settings."""

    def write(text: str) -> dict[str, str]:
        (tmp_path / "solver_of_test.py").write_text(text)
        stand_in = ROOT / "packages" / "worker" / "tests" / "programs"
        path = os.pathsep.join(filter(None, [str(tmp_path), str(stand_in), os.environ.get("PYTHONPATH")]))
        return {"PYTHONPATH": path, "WORKER_SOLVE": "solver_of_test:solve"}

    return write


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


def name_of_api(port: int) -> str:
    """Return the name of the API on a port, where there are several."""
    return f"api {port}"


def is_ready(port: int) -> bool:
    """Return whether an API says that it takes requests."""
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def wait_under_load(is_it: Callable[[], bool], otherwise: str) -> None:
    """Wait until something is so; else say what is wrong."""
    deadline = time.monotonic() + PATIENCE_UNDER_LOAD_SECONDS
    while not is_it():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.05)
