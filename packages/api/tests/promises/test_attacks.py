"""What a stranger, or one user, can try without a proxy in front, and what others see of it.

Each attack prints how many requests it sent, how many were refused, and how long the slowest answer to
/health took meanwhile. Everything goes to this machine, and ends by itself.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from bookingopt_api.bodies import MOST_OF_ADDRESS as MOST_BODIES
from bookingopt_api.connections import MOST_HEAD_BYTES
from bookingopt_api.connections import MOST_OF_ADDRESS as MOST_CONNECTIONS
from bookingopt_api.keys import open_keyring

from .conftest import API, HOTEL, WORKER, Service, wait_for_end

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ATTACKER, OTHER = "127.0.0.1", "127.0.0.2"
BODY_SECONDS = "2"
SLOW_SENDERS = 70
IDLE_SOCKETS = 1000
HEADER_BYTES = 20_000_000
PART = b'--x\r\nContent-Disposition: form-data; name="document"; filename="a.json"\r\n\r\n'
GATED = """
import time
from pathlib import Path
from stand_in import solve as solve_at_once

def solve(content, **options):
    while b'"long"' in content and not Path({place!r}).exists():
        time.sleep(0.05)
    return solve_at_once(content, **options)
"""


@dataclass
class Figures:
    """What an attack was, and what others saw of it."""

    requests: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    health: list[float] = field(default_factory=list)
    others: Counter[int] = field(default_factory=Counter)

    def show(self, name: str) -> None:
        slowest = max(self.health, default=0.0)
        print(  # noqa: T201
            f"{name}: {self.requests} requests, refused {dict(self.refused)}, others {dict(self.others)}, "
            f"slowest /health {1000 * slowest:.0f} ms of {len(self.health)}"
        )


def ask(service: Service, path: str, **headers: str) -> int:
    """Return the status of an answer that somebody at another address gets; 0 without an answer."""
    connection = HTTPConnection(*service.address, timeout=60, source_address=(OTHER, 0))
    try:
        connection.request(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return 0
    else:
        return answer.status
    finally:
        connection.close()


@contextmanager
def watched(service: Service, figures: Figures, key: str) -> Iterator[None]:
    """Ask for /health, and for jobs with a key, as long as an attack goes on; all must be answered."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.is_set():
            began = time.perf_counter()
            status = ask(service, "/health")
            figures.health.append(time.perf_counter() - began)
            figures.others[status] += 1
            figures.others[ask(service, "/api/v1/jobs", X_API_Key=key)] += 1

    thread = threading.Thread(target=watch)
    thread.start()
    yield
    is_over.set()
    thread.join()


def opened(service: Service) -> socket.socket:
    return socket.create_connection(service.address, timeout=60, source_address=(ATTACKER, 0))


def status_of(stream: socket.socket) -> int:
    """Return the status of the answer on a connection; 0 where it was closed without one."""
    with suppress(OSError):
        head = stream.recv(65_536)
        if head.startswith(b"HTTP/1.1 "):
            return int(head.split()[1])
    return 0


@pytest.fixture
def guarded(start: Callable[..., Service], ledger: dict[str, str], tmp_path: Path) -> tuple[Service, str]:
    """Return a service that asks for keys, and a key."""
    (tmp_path / "temporary").mkdir()
    place = str(tmp_path / "temporary")
    service = start(API, AUTHENTICATION="on", BODY_TIMEOUT=BODY_SECONDS, TMPDIR=place, **ledger)
    url = ledger.get("REDIS_URL", f"sqlite:///{service.folder / 'jobs.db'}")
    keyring = open_keyring(url)
    key = keyring.create("ann", "a test").text
    keyring.close()
    for path in ("/health", "/api/v1/jobs"):  # the first answers take longer
        assert ask(service, path, X_API_Key=key) == 200
    return service, key


def test_slow_bodies_of_strangers_hold_up_nobody(guarded: tuple[Service, str]) -> None:
    service, key = guarded
    figures = Figures()
    head = (
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n"
    )
    with watched(service, figures, key), ExitStack() as sockets:
        streams = [sockets.enter_context(opened(service)) for _ in range(SLOW_SENDERS)]
        for stream in streams:
            stream.sendall(head)
            figures.requests += 1
        deadline = time.monotonic() + 2 * float(BODY_SECONDS)
        while time.monotonic() < deadline:
            for stream in streams:
                with suppress(OSError):
                    stream.sendall(b"a")
            time.sleep(0.2)
        for stream in streams:
            figures.refused[status_of(stream)] += 1
    figures.show("slow bodies")
    assert figures.others.keys() == {200}
    assert figures.refused.total() == SLOW_SENDERS
    assert figures.refused[408] <= MOST_BODIES
    assert figures.refused.keys() <= {408, 429}


def test_an_upload_of_a_stranger_is_not_read(guarded: tuple[Service, str], tmp_path: Path) -> None:
    service, key = guarded
    figures = Figures()
    sent = 0
    with watched(service, figures, key), opened(service) as stream:
        stream.sendall(
            b"POST /new HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 450000000\r\n\r\n" + PART
        )
        figures.requests += 1
        figures.refused[status_of(stream)] += 1
        with suppress(OSError):
            while sent < 50_000_000:
                stream.sendall(b"a" * 100_000)
                sent += 100_000
    figures.show("upload of a stranger")
    assert figures.refused == {303: 1}, "the way to the sign-in, before anything was read"
    assert figures.others.keys() == {200}
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_header_without_end_is_cut_off(guarded: tuple[Service, str]) -> None:
    service, key = guarded
    figures = Figures()
    sent = 0
    with watched(service, figures, key), opened(service) as stream:
        stream.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ")
        figures.requests += 1
        with suppress(OSError):
            while sent < HEADER_BYTES:
                stream.sendall(b"a" * 10_000)
                sent += 10_000
    figures.show(f"endless header, {sent:,} bytes sent")
    assert MOST_HEAD_BYTES <= sent < HEADER_BYTES, "it was cut off"
    assert figures.others.keys() == {200}


def test_idle_connections_of_one_address_take_no_place_of_others(guarded: tuple[Service, str]) -> None:
    service, key = guarded
    figures = Figures()
    with watched(service, figures, key), ExitStack() as sockets:
        streams = [sockets.enter_context(opened(service)) for _ in range(IDLE_SOCKETS)]
        figures.requests = len(streams)
        for stream in streams:
            figures.refused[status_of(stream)] += 1  # the last ones are closed when no head has come
    figures.show("idle connections")
    assert figures.refused[0] <= MOST_CONNECTIONS
    assert figures.refused[429] == IDLE_SOCKETS - figures.refused[0]
    assert figures.others.keys() == {200}


def test_no_enquiry_of_another_user_is_refused(start: Callable[..., Service], ledger: dict[str, str]) -> None:
    service = start(API, WORKER, **ledger)
    figures = Figures()
    days = sorted(stay["Arrival"] for stay in json.loads(HOTEL)["Reservations"])
    many = {"Requests": [{"Arrival": day, "Length": 2} for day in days[:20]]}
    one = {"Requests": [{"Arrival": days[0], "Length": 1}]}
    with service.client("ann") as ann, service.client("bob") as bob:
        jobs = [client.post("/api/v1/optimize", content=HOTEL).json()["job_id"] for client in (ann, bob)]
        for client, job_id in zip((ann, bob), jobs, strict=True):
            assert wait_for_end(client, job_id)["status"] == "completed"
        assert bob.get("/api/v1/backends").status_code == 200  # it is kept from now on
        is_over = threading.Event()
        answered = Counter[int]()

        def flood() -> None:
            with service.client("ann") as client:
                while not is_over.is_set():
                    answered[client.post(f"/api/v1/jobs/{jobs[0]}/fit", json=many).status_code] += 1

        threads = [threading.Thread(target=flood) for _ in range(12)]
        for thread in threads:
            thread.start()
        for _ in range(10):
            answer = bob.post(f"/api/v1/jobs/{jobs[1]}/fit", json=one)
            assert answer.status_code in {200, 202}, answer.text  # 202: it took longer, and became a job
            figures.others[answer.status_code] += 1
            figures.others[bob.get("/api/v1/backends").status_code] += 1
            began = time.perf_counter()
            assert ask(service, "/health") == 200
            figures.health.append(time.perf_counter() - began)
        is_over.set()
        for thread in threads:
            thread.join()
    figures.requests = answered.total()
    figures.refused = Counter({status: count for status, count in answered.items() if status >= 400})
    figures.show("enquiries of one user")
    assert figures.others.total() == 20
    assert figures.refused.keys() <= {429}


def test_another_user_need_not_wait_for_long_jobs_of_one(
    start: Callable[..., Service],
    with_solver: Callable[[str], dict[str, str]],
    ledger: dict[str, str],
    tmp_path: Path,
) -> None:
    """With two places, and three long jobs of ann's that end only when bob's is done."""
    gate = tmp_path / "gate"
    solver = with_solver(GATED.format(place=str(gate)))
    service = start(API, WORKER, WORKER_CONCURRENCY="2", **solver, **ledger)
    with service.client("ann") as ann, service.client("bob") as bob:
        long = json.dumps(json.loads(HOTEL) | {"ProblemId": "long"}).encode()
        first = [ann.post("/api/v1/optimize", content=long).json()["job_id"] for _ in range(3)]
        while [ann.get(f"/api/v1/jobs/{job_id}").json()["status"] for job_id in first].count("running") < 1:
            time.sleep(0.05)
        began = time.perf_counter()
        second = bob.post("/api/v1/optimize", content=HOTEL).json()["job_id"]
        assert wait_for_end(bob, second)["status"] == "completed"
        seconds = time.perf_counter() - began
        states = Counter(ann.get(f"/api/v1/jobs/{job_id}").json()["status"] for job_id in first)
        print(f"long jobs of one user: {dict(states)}; the other's job took {seconds:.1f} s")  # noqa: T201
        assert states == {"running": 1, "queued": 2}
        gate.touch()
        assert [wait_for_end(ann, job_id)["status"] for job_id in first] == ["completed"] * 3
    service.stop()
