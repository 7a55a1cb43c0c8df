"""A process that is told to stop says so, ends what it has in hand, and goes without complaint."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Callable

import pytest

from .conftest import API, HOTEL, PATIENCE_SECONDS, Service

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("processes", ["one", "several"])
def test_a_request_in_hand_is_answered_after_the_signal(
    start: Callable[..., Service], several: dict[str, str], processes: str
) -> None:
    """Half of its body comes before the signal, half of it after."""
    service = start(API, **(several if processes == "several" else {}))
    host, _, port = service.url.removeprefix("http://").partition(":")
    head = f"POST /api/v1/optimize HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(HOTEL)}\r\n\r\n"
    with (
        socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as line,
        service.client() as client,
    ):
        line.sendall(head.encode() + HOTEL[:1000])
        assert client.get("/readyz").status_code == 200
        client.close()
        service.programs[API].send_signal(signal.SIGTERM)
        line.sendall(HOTEL[1000:])
        assert line.recv(15) == b"HTTP/1.1 200 OK"
    assert service.programs[API].wait(PATIENCE_SECONDS) == 0


def test_during_the_grace_it_answers_and_is_not_ready(start: Callable[..., Service]) -> None:
    service = start(API, API_GRACE="1.5")
    with service.client() as client:
        assert client.get("/readyz").text == "ready\n"
        service.programs[API].send_signal(signal.SIGTERM)
        while (answer := client.get("/readyz")).status_code == 200:
            pass
        assert answer.text == "stopping\n"
        assert client.post("/api/v1/optimize", content=HOTEL).status_code == 200
    assert service.programs[API].wait(PATIENCE_SECONDS) == 0


def test_a_body_that_does_not_arrive_is_told_so(start: Callable[..., Service]) -> None:
    service = start(API, BODY_TIMEOUT="0.3")
    head = b"POST /api/v1/optimize HTTP/1.1\r\nHost: here\r\nContent-Length: 1000\r\n\r\n{"
    with socket.create_connection(service.address, timeout=PATIENCE_SECONDS) as line:
        line.sendall(head)
        answer = b""
        while part := line.recv(65_536):  # it closes the connection, or more of the body might come
            answer += part
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"] == "body-timeout"


def test_two_processes_count_together(start: Callable[..., Service], several: dict[str, str]) -> None:
    """For those who watch the service, and against those who ask too much."""
    service = start(API, **several, RATE_READ="5/day")
    for _ in range(20):
        with service.client() as client:  # a connection each, so that both get some
            client.get("/health")
    asked = []
    for _ in range(10):
        with service.client() as client:
            asked.append(client.get("/api/v1/jobs").status_code)
    assert asked == [200] * 5 + [429] * 5
    with service.client() as client:
        told = client.get("/metrics").text
    assert 'bookingopt_http_requests_total{method="GET",route="/health",status="200"} 20.0' in told
