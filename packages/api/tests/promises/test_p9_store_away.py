"""P9 and L8: without a store nothing is accepted that could be lost, and nobody is left waiting."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from conftest import RedisServer

from .conftest import API, EXAMPLES, HOTEL, Service

pytestmark = pytest.mark.integration
LARGE_HOTEL = (EXAMPLES / "city-hotel.json").read_bytes()
MORE_THAN_FIT_IN = 100


def _post(client: httpx2.Client, document: bytes = HOTEL) -> tuple[int, str | None]:
    answer = client.post("/api/v1/optimize", content=document)
    if answer.status_code == 503:
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json().get("error")


def test_a_full_redis_accepts_nothing(start: Callable[..., Service], redis_server: RedisServer) -> None:
    service = start(API, REDIS_URL=redis_server.url, MAX_QUEUED_JOBS_PER_USER="1000")
    with service.client() as client, redis_server.client() as redis:
        assert _post(client) == (200, None)
        redis.config_set("maxmemory", 1_000_000)
        assert _post(client) == (503, "store-full")
        assert client.get("/readyz").status_code == 200, "what is there can still be read"
        assert len(client.get("/api/v1/jobs").json()["jobs"]) == 1
        redis.config_set("maxmemory", 0)
        assert _post(client) == (200, None)


def test_a_full_file_accepts_nothing(start: Callable[..., Service]) -> None:
    service = start(API, DATA_MAX_BYTES="1000000", MAX_QUEUED_JOBS_PER_USER="100000")
    with service.client() as client:
        answers = [_post(client, LARGE_HOTEL)]
        while answers[-1][0] == 200 and len(answers) < 1000:
            answers.append(_post(client, LARGE_HOTEL))
        assert answers[-1] == (503, "store-full")
        assert len(answers) > 2


def test_without_redis_the_answer_is_503_and_comes_back_with_it(
    start: Callable[..., Service], redis_server: RedisServer
) -> None:
    service = start(API, REDIS_URL=redis_server.url)
    with service.client() as client:
        assert _post(client) == (200, None)
        redis_server.kill()
        assert _post(client) == (503, "store-unavailable")
        assert client.get("/api/v1/jobs").status_code == 503
        assert client.get("/readyz").status_code == 503
        assert client.get("/livez").status_code == 200
        redis_server.start()
        assert client.get("/readyz").status_code == 200
        assert len(client.get("/api/v1/jobs").json()["jobs"]) == 1, "what was accepted is still there"


def test_a_redis_that_does_not_answer_leaves_nobody_waiting(start: Callable[..., Service]) -> None:
    """Each of many callers gets a 503; those that are too many get it at once."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as silent:  # it takes calls, and says nothing
        service = start(API, REDIS_URL=f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        limits = httpx2.Limits(max_connections=MORE_THAN_FIT_IN + 1)
        many = httpx2.Client(base_url=service.url, timeout=30, limits=limits)
        with many as client, ThreadPoolExecutor(MORE_THAN_FIT_IN) as threads:
            asked = [threads.submit(client.get, "/api/v1/jobs") for _ in range(MORE_THAN_FIT_IN)]
            assert client.get("/livez").status_code == 200
            answers = [answer.result() for answer in asked]
        assert {answer.status_code for answer in answers} == {503}
        assert {answer.json()["error"] for answer in answers} == {"busy", "store-unavailable"}
