"""P1: an accepted job reaches an end once a worker is back, whatever was killed on the way.

Three hundred jobs; meanwhile consumers, solving processes, connections and the store itself are killed at
random moments. A run of the same kind without the sweep must lose jobs: otherwise the others prove nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from redis.exceptions import RedisError

from job_ledger import AcceptAnswer, JobState, NewJob, StoreError

if TYPE_CHECKING:
    from conftest import RedisServer
    from packages.worker.tests.promises.conftest import Service

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1200)]

JOBS = 300
HARMS = 30
LONGEST_SOLVE_SECONDS = 0.3
PATIENCE_SECONDS = 400.0
PAUSE_SECONDS = 0.05
LEAST_EACH = 5
"""Jobs that each place must do when nobody is killed any more."""
LONG_SOLVE_SECONDS = 20.0
"""Of a job whose consumer is killed while it runs."""


@dataclass
class Chaos(threading.Thread):
    """Kills something about every second, as a seed wants it, as often as it shall.

    Parameters
    ----------
    service
        What to kill parts of; as many consumers as it has are kept alive.
    seed
        Decides what is killed, and when.
    server
        The server, if the ledger is in one.
    program
        What a consumer is started with again.
    """

    service: Service
    seed: int
    server: RedisServer | None
    program: str
    killed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Do harm, now and then."""
        draw = random.Random(self.seed)
        harms: list[Callable[[random.Random], None]] = [self.consumer, self.consumer, self.child, self.child]
        if self.server is not None:
            harms += [self.connections, self.store]
        while self.killed.total() < HARMS:
            time.sleep(draw.uniform(0.5, 1.2))
            draw.choice(harms)(draw)

    def wait_for(self, number: int) -> None:
        """Wait until so many harms are done."""
        while self.killed.total() < number:
            assert self.is_alive(), "the chaos has ended before its time"
            time.sleep(0.05)

    def consumer(self, draw: random.Random) -> None:
        """Kill a consumer that takes jobs, or stop it as an engine would, and start another one."""
        # On a busy machine a start takes seconds: if those who start were killed too, nobody might get ready.
        if not (ready := [one for one in self.service.consumers if self.service.takes_jobs(one)]):
            return
        victim = draw.choice(ready)
        number = draw.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT])
        victim.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            victim.wait(10)
        self.service.start(self.program, self.service.places[victim.pid])
        self.killed[f"consumer by {number.name}"] += 1

    def child(self, draw: random.Random) -> None:
        """Kill a solving process."""
        found = sorted(self.service.children.iterdir())
        for file in draw.sample(found, len(found)):
            with contextlib.suppress(OSError):
                file.unlink()
                # The number may have been given to somebody else's process since.
                if b"bookingopt_worker.child" in Path(f"/proc/{file.name}/cmdline").read_bytes():
                    os.kill(int(file.name), signal.SIGKILL)
                    self.killed["solving process"] += 1
                    return

    def connections(self, _draw: random.Random) -> None:
        """Cut every connection to the server."""
        assert self.server is not None
        with contextlib.suppress(RedisError), self.server.client() as client:
            client.execute_command("CLIENT", "KILL", "TYPE", "normal")
            self.killed["connections"] += 1

    def store(self, draw: random.Random) -> None:
        """Kill the server, and start it again after a while."""
        assert self.server is not None
        self.server.kill()
        time.sleep(draw.uniform(0.0, 1.0))
        self.server.start()
        self.killed["store"] += 1


def _post(service: Service, number: int, seconds: float) -> str:
    """Post a job as a caller does who repeats a request that failed, and return its id."""
    document = json.dumps({"ProblemId": str(number), "Do": "sleep", "Seconds": seconds}).encode()
    job = NewJob("ann", str(number), document, idempotency_key=f"job {number}")
    while True:
        try:
            acceptance = service.store.accept(job)
        except StoreError:
            time.sleep(0.05)
            continue
        assert acceptance.answer in {AcceptAnswer.ACCEPTED, AcceptAnswer.SAME_JOB}
        assert acceptance.job is not None
        service.queue.deliver(acceptance.job.job_id)
        return acceptance.job.job_id


def _post_all(service: Service, chaos: Chaos) -> dict[str, int]:
    """Post so many jobs to a harm, however long each takes on a busy machine; return the number of each."""
    draw, posted = random.Random(chaos.seed + 1), {}
    for number in range(JOBS):
        chaos.wait_for(number * HARMS // JOBS)
        posted[_post(service, number, draw.uniform(0.0, LONGEST_SOLVE_SECONDS))] = number
        time.sleep(PAUSE_SECONDS)
    return posted


def _kill_while_a_job_runs(service: Service, program: str) -> str:
    """Kill every consumer while a job of known id runs, start others, and return the id."""
    job_id = _post(service, JOBS, LONG_SOLVE_SECONDS)
    service.wait_for(job_id, lambda job: job.state is JobState.RUNNING)
    victims = [one for one in service.consumers if one.poll() is None]
    for victim in victims:
        victim.kill()
    for victim in victims:
        victim.wait()
        service.start(program, service.places[victim.pid])
    assert service.job(job_id).state is JobState.RUNNING, "the job ended before its consumer was killed"
    return job_id


def _post_until_each_has_helped(service: Service, consumers: int, draw: random.Random) -> dict[str, int]:
    """Post jobs while nobody is killed, until each place has done some of them; return their numbers."""
    posted: dict[str, int] = {}
    waiting: set[str] = set()
    helped = Counter[int]()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(helped[place] < LEAST_EACH for place in range(consumers)):
        assert time.monotonic() < deadline, f"a consumer is there and takes nothing: {dict(helped)}"
        number = JOBS + len(posted)
        job_id = _post(service, number, draw.uniform(0.0, LONGEST_SOLVE_SECONDS))
        posted[job_id] = number
        waiting.add(job_id)
        time.sleep(PAUSE_SECONDS)
        results = {job_id: service.store.result(job_id) for job_id in waiting}
        for done, result in results.items():
            if result is not None:
                helped[_place(service, json.loads(result))] += 1
                waiting.remove(done)
    print(f"{len(posted)} more jobs until each has helped: {dict(helped)}")  # noqa: T201
    return posted


def _place(service: Service, result: dict[str, str]) -> int:
    """Return the place of the consumer whose solving process made a result."""
    return service.places[int(re.sub(".* of ", "", result["Message"]))]


def _open(service: Service, job_ids: set[str]) -> set[str]:
    return {job_id for job_id in job_ids if not service.job(job_id).state.is_final}


def _run(
    service: Service, seed: int, consumers: int, server: RedisServer | None, program: str
) -> dict[str, int]:
    """Post jobs into the chaos, end it, and return the number of each job."""
    for _ in range(consumers):
        service.start(program)
    chaos = Chaos(service, seed, server, program)
    chaos.start()
    posted = _post_all(service, chaos)
    chaos.join(PATIENCE_SECONDS)
    print(f"{consumers} consumers: killed {dict(chaos.killed)}")  # noqa: T201
    assert chaos.killed.total() == HARMS
    assert len(posted) == JOBS, "the same key gave two jobs"
    return posted


def _wait_for_all(service: Service, posted: dict[str, int]) -> dict[str, bytes | None]:
    """Wait until every job has ended; return each result as it was when it was first seen."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    seen: dict[str, bytes | None] = {}
    while waiting := _open(service, set(posted) - set(seen)):
        seen |= {job_id: service.store.result(job_id) for job_id in set(posted) - set(seen) - waiting}
        assert time.monotonic() < deadline, f"{len(waiting)} jobs are lost: {sorted(waiting)[:5]}"
        time.sleep(0.2)
    return {job_id: service.store.result(job_id) for job_id in posted} | seen


@pytest.mark.parametrize(
    ("service", "consumers"), [("redis", 3), ("redis", 2), ("sqlite", 2)], indirect=["service"]
)
def test_p1_no_accepted_job_is_lost_and_each_ends_once(
    service: Service, seed: int, consumers: int, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("redis_server") if service.url.startswith("redis") else None
    posted = _run(service, seed, consumers, server, "-m bookingopt_worker.consumer")
    posted |= _post_until_each_has_helped(service, consumers, random.Random(seed + 2))
    seen = _wait_for_all(service, posted)
    done = Counter[int]()
    for job_id, number in posted.items():
        job, result = service.job(job_id), service.store.result(job_id)
        assert job.state is JobState.COMPLETED, job
        assert result == seen[job_id], "a result has changed"
        told = json.loads(result or b"")
        assert told["ProblemId"] == str(number), "the result of another job"
        done[_place(service, told)] += 1
    statistics = service.store.statistics()
    assert statistics.accepted == len(posted)
    assert sum(sum(histogram.counts) for histogram in statistics.durations.values()) == len(posted)
    assert (statistics.queued, statistics.running) == (0, 0)
    lines = [line for line in service.log if line["event"] == "job" and line["is_ended"] and line["state"]]
    ended = Counter(line["job_id"] for line in lines)
    assert set(ended.values()) == {1}, "no two consumers were told that they had ended the same job"
    attempts = sum(service.job(job_id).token for job_id in posted)
    print(f"lost attempts {statistics.lost_attempts}, claims {attempts}, done by place {dict(done)}")  # noqa: T201


@pytest.mark.parametrize("service", ["redis"], indirect=True)
def test_p1_without_the_sweep_jobs_are_lost_and_with_it_they_are_found(
    service: Service, redis_server: RedisServer, seed: int
) -> None:
    program = f"{service.settings['PYTHONPATH']}/consumer_without_sweep.py"
    posted = _run(service, seed, 3, redis_server, program)
    # The chaos may happen to kill consumers that have nothing to do, so one that has a job is killed too.
    held = _kill_while_a_job_runs(service, program)
    posted[held] = JOBS
    lost, before = _open(service, set(posted)), set[str]()
    while lost != before:  # until nothing moves any more, for longer than any job takes
        time.sleep(10 * LONGEST_SOLVE_SECONDS)
        lost, before = _open(service, lost), lost
    print(f"lost without the sweep: {len(lost)} of {len(posted)}")  # noqa: T201
    assert held in lost, "a job is found again though nothing sweeps"
    assert len(lost) < len(posted), "every job is lost: no consumer is at work"
    service.start()
    _wait_for_all(service, posted)
