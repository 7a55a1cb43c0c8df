"""Several workers share one queue, and one that dies in the middle of a job is stood in for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.engine import docker
from tests.integration.stack import soon

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

JOBS = 12


def test_three_workers_share_the_jobs_of_one_that_is_killed(stack: Stack, slow_hotel: bytes) -> None:
    stack.up("--scale", "worker=3", "--no-recreate")
    workers = stack.containers("worker")
    assert len(workers) == 3
    query = "?time_limit_seconds=3"
    jobs = stack.inside("submit_many", document=slow_hotel.decode(), jobs=JOBS, jobs_each=3, query=query)
    soon(lambda: _at_work(workers[0]) > 0)
    time.sleep(0.5)
    docker("kill", "--signal", "KILL", workers[0])
    states = stack.inside("wait_for_all", jobs=jobs, seconds=400)
    assert set(states.values()) == {"completed"}
    ids = sorted(job_id for _, job_id in jobs)
    lines = [line for line in stack.logs("worker") if line.get("job_id") in ids]  # the first has others too
    ends = [line for line in lines if line["event"] == "job" and line["is_ended"]]
    assert sorted(line["job_id"] for line in ends) == ids
    assert max(line["attempt"] for line in ends) == 2
    assert all(_ended_by(worker) for worker in workers[1:])


def _at_work(worker: str) -> float:
    """Return how many jobs a worker has in hand, as it tells those who watch it."""
    code = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:9101/metrics').read().decode())"
    lines = docker("exec", worker, "python3", "-c", code).splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("bookingopt_worker_jobs_at_work")))


def _ended_by(worker: str) -> list[Any]:
    return [line for line in docker("logs", worker).splitlines() if '"is_ended": true' in line]
