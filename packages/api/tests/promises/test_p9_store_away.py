"""P9 and L8: without a store nothing is accepted that could be lost, and nobody is left waiting."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from conftest import RedisServer

from .conftest import API, Service

pytestmark = pytest.mark.integration
DOCUMENT = (Path(__file__).parents[4] / "examples" / "ten-rooms.json").read_bytes()
MORE_THAN_FIT_IN = 100


def _post(client: httpx2.Client) -> tuple[int, str | None]:
    answer = client.post("/api/v1/optimize", content=DOCUMENT)
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
        answers = [_post(client)]
        while answers[-1][0] == 200 and len(answers) < 2000:
            answers.append(_post(client))
        assert answers[-1] == (503, "store-full")
        assert len(answers) > 5


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


def test_a_redis_that_does_not_answer_leaves_nobody_waiting(
    start: Callable[..., Service], redis_server: RedisServer
) -> None:
    """All of many callers at once get their 503, some at once because there are too many."""
    service = start(API, REDIS_URL=redis_server.url)
    limits = httpx2.Limits(max_connections=MORE_THAN_FIT_IN)
    with (
        redis_server.client() as redis,
        httpx2.Client(base_url=service.url, timeout=30, limits=limits) as client,
    ):
        redis.execute_command("CLIENT", "PAUSE", "60000", "ALL")
        with ThreadPoolExecutor(MORE_THAN_FIT_IN) as threads:
            asked = [threads.submit(client.get, "/api/v1/jobs") for _ in range(MORE_THAN_FIT_IN)]
            assert client.get("/livez").status_code == 200
            answers = [answer.result() for answer in asked]
        redis.execute_command("CLIENT", "UNPAUSE")
        assert {answer.status_code for answer in answers} == {503}
        assert {answer.json()["error"] for answer in answers} == {"busy", "store-unavailable"}
        assert client.get("/api/v1/jobs").status_code == 200
