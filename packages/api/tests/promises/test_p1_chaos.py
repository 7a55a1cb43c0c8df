"""P1 over HTTP: a job that was answered for reaches an end, whichever API or worker is killed.

Three hundred jobs; meanwhile APIs are killed in the middle of posts, and workers and their jobs at random
moments. A caller whose post is not answered repeats it with the same `Idempotency-Key`.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2
import pytest

from conftest import LOOPBACK, free_port
from job_ledger import JobState, JobStore, LedgerRules, open_store

from .conftest import (
    HOTEL,
    PATIENCE_UNDER_LOAD_SECONDS,
    SLOW,
    WORKER,
    Service,
    is_ready,
    name_of_api,
    wait_under_load,
)

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1200)]

JOBS = 300
POSTERS = 4
APIS = 2
WORKERS = ("worker 0", "worker 1")
API_KILLS = 3
PAUSE_SECONDS = 0.05
# As impatient as the chaos of the workers alone, so that a test lives to see what is found again.
SETTINGS = {
    "MAX_QUEUED_JOBS_PER_USER": "100000",
    "JOB_LEASE": "1.5",
    "JOB_REDELIVERY": "2.0",
    "JOB_MAX_ATTEMPTS": "30",
    "WORKER_BEAT": "0.3",
    "WORKER_SWEEP": "0.5",
    "WORKER_CONCURRENCY": "2",
}


@dataclass
class Posts:
    """What was posted, and what came of it."""

    job_ids: dict[int, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    cut_short: Counter[int] = field(default_factory=Counter)
    """Posts by number that an API had begun to read when it was killed."""
    under_way: Counter[int] = field(default_factory=Counter)
    """Posts by port that wait for an answer now."""
    killed: Counter[str] = field(default_factory=Counter)
    """What has been killed meanwhile."""
    repeated: Counter[bool] = field(default_factory=Counter)
    """Posts of a job that had been answered, by whether they gave the same job."""

    def is_due(self, number: int) -> bool:
        """Return whether a job may be posted: its share of the jobs follows each kill of an API."""
        return number * API_KILLS < JOBS * (self.killed["API"] + 1)


def _post(client: httpx2.Client, ports: list[int], posts: Posts, number: int) -> str:
    """Post a job until an API answers, and return its id."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"job {number}"}
    for attempt in range(10_000):
        port = ports[(number + attempt) % len(ports)]
        posts.under_way[port] += 1
        try:
            answer = client.post(f"http://{LOOPBACK}:{port}/api/v1/optimize", content=HOTEL, headers=headers)
        except httpx2.ConnectError:
            time.sleep(0.05)  # nobody is there yet
            continue
        except httpx2.HTTPError:
            posts.cut_short[number] += 1
            continue
        finally:
            posts.under_way[port] -= 1
        posts.answers[answer.status_code] += 1
        if answer.status_code == 200:
            job_id: str = answer.json()["job_id"]
            return job_id
    raise AssertionError(f"post {number} was never answered")


def _post_some(first: int, ports: list[int], posts: Posts) -> None:
    """Post every fourth job, a connection for each; the last one again until it is time for the next."""
    limits = httpx2.Limits(max_keepalive_connections=0)
    user = {"X-User-ID": "ann"}
    with httpx2.Client(headers=user, timeout=PATIENCE_UNDER_LOAD_SECONDS, limits=limits) as client:
        for number in range(first, JOBS, POSTERS):
            posts.job_ids[number] = _post(client, ports, posts, number)
            while not posts.is_due(number + POSTERS):
                posts.repeated[_post(client, ports, posts, number) == posts.job_ids[number]] += 1
                time.sleep(PAUSE_SECONDS)


def _is_taken_up(posts: Posts, store: JobStore) -> bool:
    """Return whether a worker has a job in hand, or has ended all that may be posted so far."""
    statistics = store.statistics()
    is_all_posted = all(number in posts.job_ids for number in range(JOBS) if posts.is_due(number))
    return statistics.running > 0 or (is_all_posted and statistics.queued == 0)


def _kill(service: Service, ports: list[int], posts: Posts, store: JobStore, draw: random.Random) -> None:
    """Kill an API that is being posted to, then workers that have jobs in hand, and start others."""
    while posts.killed["API"] < API_KILLS:
        time.sleep(draw.uniform(0.3, 1.2))
        if not all(map(is_ready, ports)):
            continue  # otherwise there would hardly be anybody to post to
        port = draw.choice(ports)
        deadline = time.monotonic() + PATIENCE_UNDER_LOAD_SECONDS
        while not posts.under_way[port] and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(draw.uniform(0.0, 0.02))
        service.kill(name_of_api(port))
        service.start_api(port)
        posts.killed["API"] += 1
        wait_under_load(lambda: _is_taken_up(posts, store), "no worker took up what was posted since")
        time.sleep(draw.uniform(0.0, 0.2))
        for worker in draw.sample(WORKERS, draw.randint(1, len(WORKERS))):
            service.kill(worker)
            service.start_as(worker, WORKER)
            posts.killed["worker"] += 1


def test_p1_every_job_that_was_answered_for_ends_whoever_is_killed(
    start: Callable[..., Service],
    ledger: dict[str, str],
    with_solver: Callable[[str], dict[str, str]],
    seed: int,
) -> None:
    service, ports = start(**SETTINGS, **with_solver(SLOW), **ledger), [free_port() for _ in range(APIS)]
    for port in ports:
        service.start_api(port)
    for worker in WORKERS:
        service.start_as(worker, WORKER)
    wait_under_load(lambda: all(map(is_ready, ports)), "no API got ready")

    url = ledger.get("REDIS_URL", f"sqlite:///{service.folder / 'jobs.db'}")
    store, posts = open_store(url, LedgerRules()), Posts()
    posters = [
        threading.Thread(target=_post_some, args=(first, ports, posts), daemon=True)
        for first in range(POSTERS)
    ]
    for poster in posters:
        poster.start()
    _kill(service, ports, posts, store, random.Random(seed))
    for poster in posters:
        poster.join(PATIENCE_UNDER_LOAD_SECONDS)
    print(f"killed {dict(posts.killed)}, posts cut short {posts.cut_short.total()}")  # noqa: T201
    assert set(posts.answers) == {200}
    assert len(set(posts.job_ids.values())) == JOBS == len(posts.job_ids)
    assert set(posts.repeated) <= {True}
    assert posts.killed["API"] == API_KILLS
    assert posts.cut_short, "no API was killed in the middle of a post"

    wait_under_load(lambda: store.statistics().queued + store.statistics().running == 0, "jobs are lost")
    jobs = [store.get(job_id) for job_id in posts.job_ids.values()]
    states = Counter(None if job is None else job.state for job in jobs)
    statistics = store.statistics()
    store.close()
    print(f"lost attempts {statistics.lost_attempts}")  # noqa: T201
    assert states == {JobState.COMPLETED: JOBS}
    assert statistics.accepted == JOBS, "a post that was repeated made no other job"
    assert sum(sum(histogram.counts) for histogram in statistics.durations.values()) == JOBS, (
        "each ended once"
    )
    assert statistics.lost_attempts > 0, "no worker had a job in hand when it was killed"
