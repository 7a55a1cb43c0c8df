"""Whatever is killed, and when the store is full: no accepted job is lost."""

from __future__ import annotations

import base64
import json
import random
import time
from typing import TYPE_CHECKING

import pytest

from tests.integration.stack import ended, submit

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

JOBS = 50


@pytest.mark.timeout(240)
def test_fifty_queued_jobs_survive_the_death_of_every_service(stack: Stack, hotel: bytes) -> None:
    """Then the whole stack is taken down and started again, and every result is still there."""
    stack.compose("stop", "worker")
    jobs = stack.inside("submit_many", document=hotel.decode(), jobs=JOBS, jobs_each=3)
    assert len({job_id for _, job_id in jobs}) == JOBS
    stack.compose("start", "worker")
    for service in ("worker", "redis", "api", "redis"):
        time.sleep(1)
        stack.kill(service)
        stack.up("--no-recreate")
    states = stack.inside("wait_for_all", jobs=jobs, seconds=120)
    assert set(states.values()) == {"completed"}
    stack.compose("down", "--timeout", "5")
    stack.up()
    assert stack.inside("wait_for_all", jobs=jobs, seconds=5) == states


@pytest.mark.timeout(180)
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
    states = stack.inside("wait_for_all", jobs=filled["jobs"], seconds=90)
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
