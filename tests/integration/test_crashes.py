"""Whatever is killed, and when the store is full: no accepted job is lost."""

from __future__ import annotations

import base64
import json
import random
from typing import TYPE_CHECKING

import pytest

from tests.integration.stack import ended, soon, submit

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

JOBS = 50
"""Open at each of the crashes, however fast the machine is."""


def test_fifty_open_jobs_survive_the_death_of_every_service_and_a_restart_of_the_whole_stack(
    stack: Stack, hotel: bytes, slow_hotel: bytes
) -> None:
    done = stack.inside("submit_many", document=hotel.decode(), jobs=2, jobs_each=2)
    assert set(stack.inside("wait_for_all", jobs=done, seconds=400).values()) == {"completed"}
    results = stack.inside("digest_results", jobs=done)
    jobs: list[list[str]] = []

    def post(document: bytes, number: int, query: str = "") -> None:
        name = f"user {len(jobs)}"  # others than before, who may have as many jobs open as they are allowed
        jobs.extend(
            stack.inside(
                "submit_many", document=document.decode(), jobs=number, jobs_each=2, query=query, name=name
            )
        )

    def fill() -> None:
        if (missing := JOBS - sum(stack.inside("count_open").values())) > 0:
            post(hotel, missing)

    stack.compose("stop", "worker")
    post(slow_hotel, 10, "?time_limit_seconds=6")
    fill()
    stack.compose("start", "worker")
    for service in ("worker", "redis", "api"):
        soon(lambda: stack.inside("count_open")["running"] > 0)
        fill()
        stack.kill(service)
        stack.up("--no-recreate")
    fill()
    stack.compose("down", "--timeout", "5")
    stack.up()
    assert len({job_id for _, job_id in jobs}) == len(jobs) >= JOBS
    states = stack.inside("wait_for_all", jobs=jobs, seconds=400)
    assert set(states.values()) == {"completed"}
    assert stack.inside("digest_results", jobs=done) == results, "what had ended stayed as it was"


def test_a_full_store_accepts_nothing_and_loses_nothing(stack: Stack) -> None:
    stack.compose("stop", "worker")
    stack.up("redis", REDIS_MAXMEMORY="8mb")
    filled = stack.inside("fill_store", document=_bulky_hotel(), most=40)
    assert filled["refusal"]["status"] == 503
    assert filled["refusal"]["error"] == "store-full"
    assert int(filled["refusal"]["retry_after"]) > 0
    assert len(filled["jobs"]) > 2
    with stack.client(X_User_ID="late") as client:
        refused = submit(client, _bulky_hotel().encode())
        assert (refused.status_code, refused.json()["error"]) == (503, "store-full")
        assert int(refused.headers["Retry-After"]) > 0
    stack.up()
    states = stack.inside("wait_for_all", jobs=filled["jobs"], seconds=400)
    assert set(states.values()) == {"completed"}
    with stack.client(X_User_ID="late") as client:
        job_id = submit(client, _bulky_hotel().encode()).json()["job_id"]
        assert ended(client, job_id)["status"] == "completed"


def _bulky_hotel() -> str:
    """Return a small problem of half a megabyte that cannot be compressed."""
    noise = base64.b64encode(random.Random(1).randbytes(375_000)).decode()
    stays = [
        {"Id": number, "Name": noise[1000 * number :][:1000], "Arrival": "2027-05-01", "Length": 2}
        for number in range(500)
    ]
    rooms = [{"RoomNumber": str(number)} for number in range(500)]
    return json.dumps({"ProblemId": "bulky", "Rooms": rooms, "Reservations": stays})
