"""The limits of nginx for one client address, each measured through nginx."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx2

    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

NO_JOB = "/api/v1/jobs/00000000-0000-4000-8000-000000000000"


@pytest.fixture(autouse=True)
def _nobody_has_asked(stack: Stack) -> None:
    stack.fresh_limits()


def test_submitting_is_for_four_at_once_and_then_twelve_a_minute(stack: Stack, hotel: bytes) -> None:
    with stack.client() as client:
        answers = [_submit(client, hotel, number) for number in range(6)]
        assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
        _check_refusal(answers[4], "/api/v1/optimize")
        assert client.get("/health").status_code == 200, "another limit counts for the rest"
        time.sleep(float(answers[5].headers["Retry-After"]))
        assert [_submit(client, hotel, number).status_code for number in (6, 7)] == [200, 429]


@pytest.mark.parametrize(("path", "most_at_once"), [("/health", 21), (NO_JOB, 51), ("/api/v1/jobs", 21)])
def test_reading_is_for_so_many_at_once_and_then_ten_a_second(
    stack: Stack, path: str, most_at_once: int
) -> None:
    with stack.client() as client:
        client.get(path)
        began = time.monotonic()
        answers = [client.get(path) for _ in range(most_at_once + 30)]
        seconds = time.monotonic() - began
        allowed = sum(answer.status_code != 429 for answer in answers)
        # nginx forgets ten a second, also while they come.
        assert most_at_once - 1 <= allowed <= most_at_once + 10 * seconds + 1
        _check_refusal(next(answer for answer in answers if answer.status_code == 429), path)
        time.sleep(float(answers[-1].headers["Retry-After"]))
        assert client.get(path).status_code != 429


@pytest.mark.parametrize("path", ["/health", NO_JOB])
def test_a_client_that_keeps_to_its_rate_is_never_refused(stack: Stack, path: str) -> None:
    with stack.client() as client:
        statuses = set()
        for turn in _every(0.1, 35):
            turn()
            statuses.add(client.get(path).status_code)
    assert 429 not in statuses


def _every(seconds: float, times: int) -> list[Callable[[], None]]:
    began = time.monotonic()

    def wait(number: int) -> None:
        time.sleep(max(0.0, began + number * seconds - time.monotonic()))

    return [lambda number=number: wait(number) for number in range(times)]  # type: ignore[misc]


def _submit(client: httpx2.Client, hotel: bytes, number: int) -> httpx2.Response:
    headers = {"Content-Type": "application/json", "X-User-ID": f"one of many {number}"}
    return client.post("/api/v1/optimize", content=hotel, headers=headers)


def _check_refusal(answer: httpx2.Response, path: str) -> None:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) in range(1, 6)
    body = answer.json()
    assert (body["status"], body["error"], body["instance"]) == (429, "too-many-requests", path)
    assert body["message"] == body["detail"] != ""
    assert body["request_id"] == answer.headers["X-Request-ID"]
