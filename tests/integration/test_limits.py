"""The limits of nginx for one client address, each measured through nginx, from above and from below."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx2

    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

NO_JOB = "/api/v1/jobs/00000000-0000-4000-8000-000000000000"
TOLERANCE_SECONDS = 0.05
"""nginx counts in milliseconds, by a clock that it reads once for all it has to do at a time."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate, and how many requests may run ahead of it."""

    each_seconds: float
    burst: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of many: when it left, when its answer was here, by a clock that never goes back."""

    sent: float
    got: float
    answer: httpx2.Response

    @property
    def is_refused(self) -> bool:
        """Whether nginx or the API found it one too many."""
        return self.answer.status_code == 429


@pytest.fixture(autouse=True)
def _nobody_has_asked(stack: Stack) -> None:
    stack.fresh_limits()


def test_submitting_is_for_four_at_once_and_then_for_twelve_a_minute(stack: Stack, hotel: bytes) -> None:
    limit, numbers = Limit(each_seconds=5, burst=3), count()
    with stack.client() as client:

        def submit() -> httpx2.Response:
            headers = {"Content-Type": "application/json", "X-User-ID": f"one of many {next(numbers)}"}
            return client.post("/api/v1/optimize", content=hotel, headers=headers)

        refusal = _check(_ask_without_rest(submit, seconds=11, rest=0.1), limit, path="/api/v1/optimize")
        assert client.get("/health").status_code == 200, "another limit counts for the rest"
        _keep_to_the_rate(submit, limit, refusal, times=3)


@pytest.mark.parametrize(("path", "burst"), [("/health", 20), (NO_JOB, 50), ("/api/v1/jobs", 20)])
def test_reading_is_for_so_many_at_once_and_then_for_ten_a_second(
    stack: Stack, path: str, burst: int
) -> None:
    limit = Limit(each_seconds=0.1, burst=burst)
    with stack.client() as client:
        refusal = _check(_ask_without_rest(lambda: client.get(path), seconds=4, rest=0), limit, path)
        _keep_to_the_rate(lambda: client.get(path), limit, refusal, times=30)


def _ask_without_rest(ask: Callable[[], httpx2.Response], seconds: float, rest: float) -> list[Asked]:
    """Ask, faster than is allowed, for some seconds."""
    asked: list[Asked] = []
    while not asked or asked[-1].got < asked[0].got + seconds:
        sent = time.monotonic()
        answer = ask()
        asked.append(Asked(sent, time.monotonic(), answer))
        time.sleep(rest)
    return asked


def _check(asked: list[Asked], limit: Limit, path: str) -> httpx2.Response:
    """Hold each single answer against the limit: none too many is let through, and none too few.

    Whoever is let through is at most `burst` + 1 ahead of the rate, and whoever is refused would be
    further. Returns a refusal.
    """
    allowed = 0
    for one in asked:
        shortest = one.sent - asked[0].got - TOLERANCE_SECONDS
        longest = one.got - asked[0].sent + TOLERANCE_SECONDS
        if one.is_refused:
            assert allowed > limit.burst + shortest / limit.each_seconds, f"{allowed} after {longest:.2f} s"
        else:
            allowed += 1
            most = 1 + limit.burst + longest / limit.each_seconds
            assert allowed <= most, f"{allowed} after {longest:.2f} s"
    refused = [one.answer for one in asked if one.is_refused]
    assert len(refused) > limit.burst, "the limit was not reached often enough to be measured"
    assert allowed > limit.burst + 2, "the rate was not reached once: only the burst was measured"
    _check_refusal(refused[0], path)
    return refused[-1]


def _keep_to_the_rate(
    ask: Callable[[], httpx2.Response], limit: Limit, refusal: httpx2.Response, times: int
) -> None:
    """Never be refused at the pace of the limit, even where nothing of the burst is left."""
    time.sleep(float(refusal.headers["Retry-After"]))
    began = time.monotonic()
    for number in range(times):
        time.sleep(max(0.0, began + number * limit.each_seconds - time.monotonic()))
        answer = ask()
        assert answer.status_code != 429, f"request {number} at the pace of the limit was refused"


def _check_refusal(answer: httpx2.Response, path: str) -> None:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) in range(1, 6)
    body = answer.json()
    assert (body["status"], body["error"], body["instance"]) == (429, "too-many-requests", path)
    assert body["message"] == body["detail"] != ""
    assert body["request_id"] == answer.headers["X-Request-ID"]
