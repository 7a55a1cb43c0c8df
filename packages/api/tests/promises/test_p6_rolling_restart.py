"""P6: a rolling restart under load loses nothing and answers every request."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from conftest import free_port

if TYPE_CHECKING:
    from conftest import RedisServer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[4]
HOTEL = (ROOT / "examples" / "ten-rooms.json").read_bytes()
HOST = "127.0.0.1"
CLIENTS = 4
PATIENCE_SECONDS = 120.0
# A tenth of a second for a job: whenever a worker is told to stop, it has one in hand.
SLOW = """
import time
from stand_in import solve as solve_at_once

def solve(content, **options):
    time.sleep(0.1)
    return solve_at_once(content, **options)
"""
SETTINGS = {
    "QUEUE_SECRET": "a secret of twenty-six letters",  # pragma: allowlist secret
    "MAX_QUEUED_JOBS_PER_USER": "100000",
    "RATE_SUBMIT": "1000/second",
    "RATE_READ": "1000/second",
    "RATE_ADDRESS": "1000/second",
    "WORKER_SOLVE": "slow:solve",
    "WORKER_METRICS_PORT": "none",
    "API_GRACE": "0.5",
}


@dataclass
class Programs:
    """API and worker processes that share a ledger."""

    folder: Path
    settings: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, module: str, **settings: str) -> None:
        """Start one, under a name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", module],
                env=os.environ | SETTINGS | self.settings | settings,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def start_api(self, port: int) -> None:
        """Start an API on a port and wait until it is ready."""
        self.start(f"api {port}", "bookingopt_api.server", API_PORT=str(port))
        _wait(lambda: is_ready(port))

    def stop(self, name: str) -> None:
        """Stop one as an engine does, and see that it ends by itself."""
        program = self.running.pop(name)
        program.send_signal(signal.SIGTERM)
        assert program.wait(PATIENCE_SECONDS) == 0, (self.folder / f"{name}.log").read_text()


class Balancer(socketserver.ThreadingTCPServer):
    """Hands each connection to the next API that is ready, as a proxy in front of the service does.

    Parameters
    ----------
    ports
        Where the APIs listen.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, ports: list[int]) -> None:
        super().__init__((HOST, 0), Hand)
        self.ready = set[int]()
        self.handed = Counter[int]()
        self._ports = ports
        self._turn = itertools.count()
        self._stopped = threading.Event()

    @property
    def url(self) -> str:
        """Where clients find the service."""
        return f"http://{HOST}:{self.server_address[1]}"

    def look(self) -> None:
        """Ask every API again and again whether it is ready, until closed."""
        while not self._stopped.wait(0.05):
            self.ready = {port for port in self._ports if is_ready(port)}

    def connect(self) -> socket.socket:
        """Return a connection to an API whose turn it is."""
        port = sorted(self.ready)[next(self._turn) % len(self.ready)]
        self.handed[port] += 1
        return socket.create_connection((HOST, port))

    def server_close(self) -> None:
        """Stop to ask and to listen."""
        self._stopped.set()
        super().server_close()


class Hand(socketserver.BaseRequestHandler):
    """One connection."""

    server: Balancer

    def handle(self) -> None:
        """Pass everything on, both ways."""
        with self.server.connect() as api:
            back = threading.Thread(target=_pass_on, args=(api, self.request), daemon=True)
            back.start()
            _pass_on(self.request, api)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while content := source.recv(65_536):
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return  # one side has what it wanted and is gone


@dataclass
class Client(threading.Thread):
    """Submits jobs and polls each until it has ended, a connection for each request."""

    url: str
    stopped: threading.Event
    statuses: Counter[int | str] = field(default_factory=Counter)
    accepted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Ask until stopped."""
        limits = httpx2.Limits(max_keepalive_connections=0)
        with httpx2.Client(base_url=self.url, timeout=PATIENCE_SECONDS, limits=limits) as client:
            while not self.stopped.is_set():
                answer = self._ask(client, "POST", "/api/v1/optimize", HOTEL)
                if answer is None or answer.status_code != 200:
                    continue
                self.accepted.append(answer.json()["job_id"])
                self._poll(client, f"/api/v1/jobs/{self.accepted[-1]}")

    def _poll(self, client: httpx2.Client, path: str) -> None:
        for _ in range(20):
            polled = self._ask(client, "GET", path)
            if polled is not None and polled.json().get("status") == "completed":
                return

    def _ask(
        self, client: httpx2.Client, method: str, path: str, content: bytes | None = None
    ) -> httpx2.Response | None:
        kind = {} if content is None else {"Content-Type": "application/json"}
        try:
            answer = client.request(method, path, content=content, headers=kind)
        except httpx2.HTTPError as error:
            self.statuses[repr(error)] += 1
            return None
        self.statuses[answer.status_code] += 1
        return answer


def is_ready(port: int) -> bool:
    """Return whether an API says that it takes requests."""
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _wait(is_it: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_it():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def programs(tmp_path: Path, redis_server: RedisServer) -> Iterator[Programs]:
    """Return what runs the programs of a service around one Redis."""
    (tmp_path / "slow.py").write_text(SLOW)
    shutil.copy(ROOT / "packages" / "worker" / "tests" / "programs" / "stand_in.py", tmp_path)
    made = Programs(tmp_path, {"REDIS_URL": redis_server.url, "PYTHONPATH": str(tmp_path)})
    yield made
    for program in made.running.values():
        program.kill()
        program.wait()


def test_p6_every_request_is_answered_and_no_job_is_lost(programs: Programs) -> None:
    ports, workers = [free_port(), free_port()], ["worker 0", "worker 1"]
    for worker in workers:
        programs.start(worker, "bookingopt_worker.consumer")
    for port in ports:
        programs.start_api(port)
    stopped = threading.Event()
    with Balancer(ports) as balancer:
        for work in (balancer.serve_forever, balancer.look):
            threading.Thread(target=work, daemon=True).start()
        _wait(lambda: balancer.ready == set(ports))
        clients = [Client(balancer.url, stopped) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for port in ports:
            _wait_for_load(clients)
            programs.stop(f"api {port}")
            programs.start_api(port)
            _wait(lambda: balancer.ready == set(ports))
        for worker in workers:
            _wait_for_load(clients)
            programs.stop(worker)
            programs.start(worker, "bookingopt_worker.consumer")
        _wait_for_load(clients)
        stopped.set()
        for client in clients:
            client.join(PATIENCE_SECONDS)
        statuses = sum((client.statuses for client in clients), Counter[int | str]())
        accepted = [job_id for client in clients for job_id in client.accepted]
        print(f"answers {dict(statuses)}, jobs {len(accepted)}, handed {dict(balancer.handed)}")  # noqa: T201
        assert set(statuses) == {200}
        assert min(balancer.handed.values()) > 10, "both APIs had their share"
        with httpx2.Client(base_url=balancer.url, timeout=PATIENCE_SECONDS) as asking:
            _wait(lambda: not _open(asking, accepted))
        balancer.shutdown()


def _wait_for_load(clients: list[Client]) -> None:
    """Wait until every client has had a dozen more answers."""
    before = [client.statuses.total() for client in clients]
    _wait(lambda: all(c.statuses.total() >= n + 12 for c, n in zip(clients, before, strict=True)))


def _open(client: httpx2.Client, job_ids: list[str]) -> set[str]:
    answers = {job_id: client.get(f"/api/v1/jobs/{job_id}").json()["status"] for job_id in job_ids}
    assert set(answers.values()) <= {"queued", "running", "completed"}
    return {job_id for job_id, status in answers.items() if status != "completed"}
