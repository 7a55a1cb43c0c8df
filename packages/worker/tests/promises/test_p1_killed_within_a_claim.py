"""P1: the store is killed while a claim is on its way; of a thousand jobs none is lost or done twice.

A worker cannot know whether a claim without an answer has happened. A run without the sweep must lose jobs:
otherwise the other one proves nothing.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from job_ledger import JobState, NewJob, StoreError

if TYPE_CHECKING:
    from conftest import RedisServer
    from packages.worker.tests.promises.conftest import Service

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

JOBS = 1000
CONTROL_JOBS = 300
USERS = 20
CONSUMERS = 3
SHARE = 0.03
CONTROL_SHARE = 0.1
"""Of the claims, within which the server is killed."""
STILL_LOOKS = 5
FEWEST_KILLS = 5
PATIENCE_SECONDS = 400.0


class Keeper(threading.Thread):
    """Starts the server again whenever it was killed."""

    def __init__(self, server: RedisServer) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._is_over = threading.Event()
        self.started = 0

    def run(self) -> None:
        while not self._is_over.wait(0.02):
            if self._server.is_dead():
                self._server.start()
                self.started += 1

    def end(self) -> None:
        self._is_over.set()
        self.join()


def _post(service: Service, number: int) -> str:
    document = json.dumps({"ProblemId": str(number)}).encode()
    job = NewJob(f"user {number % USERS}", str(number), document, idempotency_key=f"job {number}")
    while True:
        try:
            acceptance = service.store.accept(job)
        except StoreError:
            time.sleep(0.05)
            continue
        assert acceptance.job is not None
        service.queue.deliver(acceptance.job.job_id)
        return acceptance.job.job_id


def _open(service: Service, job_ids: set[str]) -> set[str]:
    """Return the jobs that have not ended; all of them while the store is away."""
    found = set()
    for job_id in job_ids:
        try:
            job = service.store.get(job_id)
        except StoreError:
            found.add(job_id)
            continue
        assert job is not None, f"{job_id} is lost"
        if not job.state.is_final:
            found.add(job_id)
    return found


def _run(
    service: Service, server: RedisServer, seed: int, jobs: int, share: float, word: str
) -> tuple[dict[str, int], Keeper]:
    """Post jobs to workers whose server is killed within claims; return the number of each job."""
    program = f"{service.settings['PYTHONPATH']}/consumer_killing_redis.py"
    keeper = Keeper(server)
    keeper.start()
    for place in range(CONSUMERS):
        service.start(f"{program} {share} {seed + place} {word}")
    return {_post(service, number): number for number in range(jobs)}, keeper


@pytest.mark.parametrize("service", ["redis"], indirect=True)
def test_p1_a_server_killed_within_claims_loses_and_repeats_nothing(
    service: Service, redis_server: RedisServer, seed: int
) -> None:
    posted, keeper = _run(service, redis_server, seed, JOBS, SHARE, "sweeping")
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting = set(posted)
    while waiting := _open(service, waiting):
        assert time.monotonic() < deadline, f"{len(waiting)} jobs are lost"
        time.sleep(0.5)
    keeper.end()
    states = Counter(service.job(job_id).state for job_id in posted)
    wrong = [
        job_id
        for job_id, number in posted.items()
        if json.loads(service.store.result(job_id) or b"{}").get("ProblemId") != str(number)
    ]
    lines = [line for line in service.log if line["event"] == "job" and line["is_ended"] and line["state"]]
    twice = [job_id for job_id, count in Counter(line["job_id"] for line in lines).items() if count > 1]
    statistics = service.store.statistics()
    ended = sum(sum(histogram.counts) for histogram in statistics.durations.values())
    print(  # noqa: T201
        f"{len(posted)} jobs, server killed within a claim {keeper.started} times, lost 0, duplicated "
        f"{len(twice)}, lost attempts {statistics.lost_attempts}, states {dict(states)}"
    )
    assert keeper.started >= FEWEST_KILLS
    assert len(posted) == JOBS
    assert states == {JobState.COMPLETED: JOBS}
    assert (wrong, twice) == ([], [])
    assert (statistics.accepted, ended, statistics.queued, statistics.running) == (JOBS, JOBS, 0, 0)


@pytest.mark.parametrize("service", ["redis"], indirect=True)
def test_p1_without_the_sweep_a_claim_without_an_answer_is_lost(
    service: Service, redis_server: RedisServer, seed: int
) -> None:
    posted, keeper = _run(service, redis_server, seed, CONTROL_JOBS, CONTROL_SHARE, "without")
    deadline = time.monotonic() + PATIENCE_SECONDS
    waiting, unchanged = set(posted), 0
    while len(waiting) == CONTROL_JOBS or unchanged < STILL_LOOKS:  # until nothing moves any more
        assert time.monotonic() < deadline, "the workers do not begin, or do not end"
        time.sleep(2)
        found = _open(service, waiting)
        unchanged = unchanged + 1 if found == waiting else 0
        waiting = found
    keeper.end()
    print(f"lost without the sweep: {len(waiting)} of {CONTROL_JOBS}, {keeper.started} kills")  # noqa: T201
    assert 0 < len(waiting) < CONTROL_JOBS
