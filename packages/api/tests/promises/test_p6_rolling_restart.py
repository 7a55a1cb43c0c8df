"""P6: a rolling restart under load loses nothing and answers every request."""

from __future__ import annotations

import itertools
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2
import pytest

from conftest import LOOPBACK, RedisServer, free_port

from .conftest import (
    HOTEL,
    PATIENCE_UNDER_LOAD_SECONDS,
    SLOW,
    WORKER,
    Service,
    is_ready,
    name_of_api,
    wait_under_load,
)

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

CLIENTS = 4
WORKERS = ("worker 0", "worker 1")
SETTINGS = {
    "MAX_QUEUED_JOBS_PER_USER": "100000",
    "WORKER_CONCURRENCY": "2",
    "API_GRACE": "0.5",
    "FIT_WARM": "on",
}


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
        super().__init__((LOOPBACK, 0), Hand)
        self.ready = set[int]()
        self.handed = Counter[int]()
        self._ports = ports
        self._turn = itertools.count()
        self._stopped = threading.Event()

    @property
    def url(self) -> str:
        """Where clients find the service."""
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def look(self) -> None:
        """Ask every API again and again whether it is ready, until closed."""
        while not self._stopped.wait(0.05):
            self.ready = {port for port in self._ports if is_ready(port)}

    def connect(self) -> socket.socket:
        """Return a connection to an API whose turn it is."""
        port = sorted(self.ready)[next(self._turn) % len(self.ready)]
        self.handed[port] += 1
        return socket.create_connection((LOOPBACK, port))

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
        with httpx2.Client(base_url=self.url, timeout=PATIENCE_UNDER_LOAD_SECONDS, limits=limits) as client:
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


def test_p6_every_request_is_answered_and_no_job_is_lost(
    start: Callable[..., Service], redis_server: RedisServer, with_solver: Callable[[str], dict[str, str]]
) -> None:
    service = start(REDIS_URL=redis_server.url, **SETTINGS, **with_solver(SLOW))
    ports = [free_port(), free_port()]
    for worker in WORKERS:
        service.start_as(worker, WORKER)
    for port in ports:
        _start_api(service, port)
    stopped = threading.Event()
    with Balancer(ports) as balancer:
        for work in (balancer.serve_forever, balancer.look):
            threading.Thread(target=work, daemon=True).start()
        _wait_for_all(balancer, ports)
        clients = [Client(balancer.url, stopped) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        for port in ports:
            _wait_for_load(clients)
            service.stop(name_of_api(port))
            _start_api(service, port)
            _wait_for_all(balancer, ports)
        for worker in WORKERS:
            _wait_for_load(clients)
            service.stop(worker)
            service.start_as(worker, WORKER)
        _wait_for_load(clients)
        stopped.set()
        for client in clients:
            client.join(PATIENCE_UNDER_LOAD_SECONDS)
        statuses = sum((client.statuses for client in clients), Counter[int | str]())
        accepted = [job_id for client in clients for job_id in client.accepted]
        print(f"answers {dict(statuses)}, jobs {len(accepted)}, handed {dict(balancer.handed)}")  # noqa: T201
        assert set(statuses) == {200}
        assert min(balancer.handed.values()) > 10, "both APIs had their share"
        with httpx2.Client(base_url=balancer.url, timeout=PATIENCE_UNDER_LOAD_SECONDS) as asking:
            wait_under_load(lambda: not _open(asking, accepted), "jobs are lost")
        balancer.shutdown()


def _start_api(service: Service, port: int) -> None:
    """Start an API on a port and wait until it is ready."""
    service.start_api(port)
    wait_under_load(lambda: is_ready(port), f"the API on port {port} did not get ready")


def _wait_for_all(balancer: Balancer, ports: list[int]) -> None:
    wait_under_load(lambda: balancer.ready == set(ports), "the balancer does not find every API")


def _wait_for_load(clients: list[Client]) -> None:
    """Wait until every client has had a dozen more answers."""
    before = [client.statuses.total() for client in clients]
    wait_under_load(
        lambda: all(c.statuses.total() >= n + 12 for c, n in zip(clients, before, strict=True)),
        "clients are not answered any more",
    )


def _open(client: httpx2.Client, job_ids: list[str]) -> set[str]:
    answers = {job_id: client.get(f"/api/v1/jobs/{job_id}").json()["status"] for job_id in job_ids}
    assert set(answers.values()) <= {"queued", "running", "completed"}
    return {job_id for job_id, status in answers.items() if status != "completed"}
