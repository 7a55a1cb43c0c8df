"""Consumers as real programs, which a test may pause and kill."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from job_ledger import JobOptions, JobRecord, JobStore, LedgerRules, NewJob, open_store
from job_ledger.queue import JobQueue, open_queue

PROGRAMS = Path(__file__).parents[1] / "programs"
SECRET = "a secret of twenty-six letters"  # noqa: S105 - of the tests  # pragma: allowlist secret
# Everything is ten times as impatient as in production, so that a test lives to see it.
RULES = LedgerRules(
    lease_seconds=1.5,
    redeliver_seconds=2.0,
    max_attempts=30,
    max_open_jobs_per_user=None,
)
SETTINGS = {
    "QUEUE_SECRET": SECRET,
    "JOB_LEASE": str(RULES.lease_seconds),
    "JOB_REDELIVERY": str(RULES.redeliver_seconds),
    "JOB_MAX_ATTEMPTS": str(RULES.max_attempts),
    "WORKER_BEAT": "0.3",
    "WORKER_SWEEP": "0.5",
    "WORKER_CONCURRENCY": "2",
    "WORKER_METRICS_PORT": "none",
    "PYTHONPATH": str(PROGRAMS),
}


@dataclass
class Service:
    """A ledger, a queue, and the consumers around them.

    Parameters
    ----------
    folder
        Where logs go, and where solving processes leave their numbers.
    url
        Address of the ledger.
    settings
        Environment of the consumers.
    """

    folder: Path
    url: str
    settings: dict[str, str]
    store: JobStore = field(init=False)
    queue: JobQueue = field(init=False)
    consumers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)
    """Place of each consumer by its number: one that replaces another has the place of that one."""

    def __post_init__(self) -> None:
        self.store = open_store(self.url, RULES)
        self.queue = open_queue(self.url, SECRET)
        self.children.mkdir()

    @property
    def children(self) -> Path:
        """Folder with a file for each solving process that has solved something."""
        return self.folder / "children"

    @property
    def log(self) -> list[dict[str, Any]]:
        """What all consumers have logged so far."""
        return [line for consumer in self.consumers for line in self._logged(consumer)]

    def takes_jobs(self, consumer: subprocess.Popen[bytes]) -> bool:
        """Return whether a consumer is there and has said that it takes jobs."""
        return consumer.poll() is None and any(line["event"] == "started" for line in self._logged(consumer))

    def _logged(self, consumer: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
        lines = self._log(self.consumers.index(consumer)).read_bytes().splitlines()
        return [json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"}")]

    def _log(self, number: int) -> Path:
        return self.folder / f"log-{number}"

    def start(
        self, program: str = "-m bookingopt_worker.consumer", place: int | None = None, **settings: str
    ) -> subprocess.Popen[bytes]:
        """Start a consumer, in a place of its own or in that of another one."""
        environment = os.environ | self.settings | settings
        with self._log(len(self.consumers)).open("ab") as log, (self.folder / "errors").open("ab") as errors:
            started = subprocess.Popen(
                [sys.executable, *program.split()], env=environment, stdout=log, stderr=errors
            )
        self.consumers.append(started)
        self.places[started.pid] = len(set(self.places.values())) if place is None else place
        return started

    def accept(self, document: dict[str, Any] | bytes, **options: Any) -> JobRecord:
        """Accept a job and deliver it, as the API does."""
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        job = self.store.accept(NewJob("ann", "a problem", content, JobOptions(**options))).job
        assert job is not None
        self.queue.deliver(job.job_id)
        return job

    def job(self, job_id: str) -> JobRecord:
        """Return a job that is there."""
        found = self.store.get(job_id)
        assert found is not None, f"{job_id} is lost"
        return found

    def wait_for(self, job_id: str, is_it: Callable[[JobRecord], bool], seconds: float = 300.0) -> JobRecord:
        """Return a job as soon as it is as wanted."""
        deadline = time.monotonic() + seconds
        while not is_it(job := self.job(job_id)):
            assert time.monotonic() < deadline, f"{job} after {seconds} seconds"
            time.sleep(0.02)
        return job

    def stop(self) -> None:
        """End every consumer."""
        for consumer in self.consumers:
            if consumer.poll() is None:
                consumer.send_signal(signal.SIGCONT)
                consumer.kill()
            consumer.wait()
        self.queue.close()
        self.store.close()


@pytest.fixture(params=["sqlite", "redis"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """Return a service on each store, whose solving processes do what a document asks for."""
    stand_in = {"WORKER_SOLVE": "stand_in:solve", "STAND_IN_FOLDER": str(tmp_path / "children")}
    made = _make(request, tmp_path, stand_in)
    yield made
    made.stop()


@pytest.fixture(params=["sqlite", "redis"])
def solving_service(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Service]:
    """Return a service on each store that solves."""
    made = _make(request, tmp_path, {"WORKER_CONCURRENCY": "1"})
    yield made
    made.stop()


def _make(request: pytest.FixtureRequest, folder: Path, settings: dict[str, str]) -> Service:
    if request.param == "sqlite":
        place = {"DATA_DIR": str(folder)}
        return Service(folder, f"sqlite:///{folder / 'jobs.db'}", SETTINGS | place | settings)
    url = request.getfixturevalue("redis_server").url
    return Service(folder, url, SETTINGS | {"REDIS_URL": url} | settings)


@pytest.fixture
def slow_problem() -> bytes:
    """Return a hotel whose best plan takes minutes to prove: groups that want adjacent rooms, 60 rooms."""
    draw = random.Random(1)
    rooms = [{"RoomNumber": f"{kind}{number:02}", "RoomType": kind} for kind in "ABC" for number in range(20)]
    for one, next_door in pairwise(rooms):
        if one["RoomType"] == next_door["RoomType"]:
            one["AdjacentRooms"] = [next_door["RoomNumber"]]  # type: ignore[assignment]
    stays: list[dict[str, Any]] = []
    for room in rooms:
        day = draw.randrange(3)
        while day < 60:
            nights = draw.choice([1, 1, 2, 2, 3, 3, 4, 5, 7])
            room_type = None if draw.random() < 0.3 else room["RoomType"]
            arrival = str(date(2026, 5, 1) + timedelta(day))
            stay: dict[str, Any] = {"Id": len(stays), "Arrival": arrival, "Length": nights}
            stays.append(stay | {"RoomType": room_type, "AssignedRoom": room["RoomNumber"]})
            day += nights + draw.choice([0, 0, 0, 1, 2, 3])
    by_arrival: dict[str, list[dict[str, Any]]] = {}
    for stay in stays:
        by_arrival.setdefault(stay["Arrival"], []).append(stay)
    for arrival, together in by_arrival.items():
        for index, stay in enumerate(together[: len(together) // 3 * 3]):
            stay["AdjacencyGroup"] = f"{arrival} {index // 3}"
    return json.dumps({"ProblemId": "slow", "Rooms": rooms, "Reservations": stays}).encode()
