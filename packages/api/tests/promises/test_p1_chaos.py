"""P1 over HTTP: a job that was answered for reaches an end, whichever API or worker is killed.

Three hundred jobs; meanwhile APIs are killed in the middle of posts, and workers and their jobs at random
moments. A caller whose post is not answered repeats it with the same `Idempotency-Key`.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import httpx2
import pytest

from bookingopt_worker.jobs import JobState, JobStore, LedgerRules, open_store
from conftest import free_port

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parents[4]
HOTEL = (ROOT / "examples" / "ten-rooms.json").read_bytes()
HOST = "127.0.0.1"
JOBS = 300
POSTERS = 4
APIS = 2
WORKERS = 2
API_KILLS = 3
PAUSE_SECONDS = 0.05
PATIENCE_SECONDS = 90.0
# Long enough for a worker to have a job in hand whenever it is killed.
SLOW = """
import time
from stand_in import solve as solve_at_once

def solve(content, **options):
    time.sleep(0.1)
    return solve_at_once(content, **options)
"""
# As impatient as the chaos of the workers alone, so that a test lives to see what is found again.
SETTINGS = {
    "QUEUE_SECRET": "a secret of twenty-six letters",  # pragma: allowlist secret
    "MAX_QUEUED_JOBS_PER_USER": "100000",
    "RATE_SUBMIT": "1000/second",
    "RATE_READ": "1000/second",
    "RATE_ADDRESS": "1000/second",
    "JOB_LEASE": "1.5",
    "JOB_REDELIVERY": "2.0",
    "JOB_MAX_ATTEMPTS": "30",
    "WORKER_BEAT": "0.3",
    "WORKER_SWEEP": "0.5",
    "WORKER_CONCURRENCY": "2",
    "WORKER_SOLVE": "slow:solve",
    "WORKER_METRICS_PORT": "none",
    "FIT_WARM": "off",
}


@dataclass
class Programs:
    """APIs and workers that share a ledger, each in a place of its own.

    Parameters
    ----------
    folder
        Where the logs go.
    ledger
        Settings that say where the ledger is.
    """

    folder: Path
    ledger: dict[str, str]
    ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(APIS)])
    apis: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_api(self, port: int) -> None:
        """Start an API on a port, instead of the one that was there."""
        self.apis[port] = self._start("bookingopt_api.server", API_PORT=str(port))

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker."""
        return self._start("bookingopt_worker.consumer")

    def _start(self, module: str, **settings: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{module}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module],
                env=os.environ | SETTINGS | self.ledger | settings,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_ready(self, port: int) -> bool:
        """Return whether an API takes requests."""
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def end(self) -> None:
        """Kill every program, with its own processes."""
        for program in [*self.apis.values(), *self.workers]:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()


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
            answer = client.post(f"http://{HOST}:{port}/api/v1/optimize", content=HOTEL, headers=headers)
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
    with httpx2.Client(headers={"X-User-ID": "ann"}, timeout=PATIENCE_SECONDS, limits=limits) as client:
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


def _kill(programs: Programs, posts: Posts, store: JobStore, draw: random.Random) -> None:
    """Kill an API that is being posted to, then workers that have jobs in hand, and start others."""
    while posts.killed["API"] < API_KILLS:
        time.sleep(draw.uniform(0.3, 1.2))
        if not all(map(programs.is_ready, programs.ports)):
            continue  # otherwise there would hardly be anybody to post to
        port = draw.choice(programs.ports)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not posts.under_way[port] and time.monotonic() < deadline:
            time.sleep(0.0005)
        time.sleep(draw.uniform(0.0, 0.02))
        _kill_now(programs.apis[port])
        programs.start_api(port)
        posts.killed["API"] += 1
        _wait(lambda: _is_taken_up(posts, store), "no worker took up what was posted since")
        time.sleep(draw.uniform(0.0, 0.2))
        for place in draw.sample(range(WORKERS), draw.randint(1, WORKERS)):
            _kill_now(programs.workers[place])
            programs.workers[place] = programs.start_worker()
            posts.killed["worker"] += 1


def _kill_now(program: subprocess.Popen[bytes]) -> None:
    program.kill()
    program.wait()


def _wait(is_it: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_it():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.fixture
def programs(tmp_path: Path, ledger: dict[str, str]) -> Iterator[Programs]:
    """Return what runs the programs of a service, in a file and in Redis."""
    (tmp_path / "slow.py").write_text(SLOW)
    shutil.copy(ROOT / "packages" / "worker" / "tests" / "programs" / "stand_in.py", tmp_path)
    made = Programs(tmp_path, {"DATA_DIR": str(tmp_path), "PYTHONPATH": str(tmp_path)} | ledger)
    yield made
    made.end()


def test_p1_every_job_that_was_answered_for_ends_whoever_is_killed(programs: Programs) -> None:
    chosen = os.environ.get("BOOKINGOPT_TEST_SEED")
    seed = random.SystemRandom().randrange(2**32) if chosen is None else int(chosen)
    print(f"BOOKINGOPT_TEST_SEED={seed}")  # noqa: T201 - to repeat what went wrong
    for port in programs.ports:
        programs.start_api(port)
    programs.workers = [programs.start_worker() for _ in range(WORKERS)]
    _wait(lambda: all(map(programs.is_ready, programs.ports)), "no API got ready")

    url = programs.ledger.get("REDIS_URL", f"sqlite:///{programs.folder / 'jobs.db'}")
    store, posts = open_store(url, LedgerRules()), Posts()
    posters = [
        threading.Thread(target=_post_some, args=(first, programs.ports, posts), daemon=True)
        for first in range(POSTERS)
    ]
    for poster in posters:
        poster.start()
    _kill(programs, posts, store, random.Random(seed))
    for poster in posters:
        poster.join(PATIENCE_SECONDS)
    print(f"killed {dict(posts.killed)}, posts cut short {posts.cut_short.total()}")  # noqa: T201
    assert set(posts.answers) == {200}
    assert len(set(posts.job_ids.values())) == JOBS == len(posts.job_ids)
    assert set(posts.repeated) <= {True}
    assert posts.killed["API"] == API_KILLS
    assert posts.cut_short, "no API was killed in the middle of a post"

    _wait(lambda: store.statistics().queued + store.statistics().running == 0, "jobs are lost")
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
