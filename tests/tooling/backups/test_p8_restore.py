"""P8: a restore brings back every job of the snapshot, and the open ones run to their end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conftest import find_or_install_restic
from job_ledger import JobState, JobStore, LedgerRules, NewJob, open_store
from job_ledger.queue import open_queue

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[3]
SECRET = "a secret of twenty-six letters"  # noqa: S105 - of the test  # pragma: allowlist secret
# As impatient as the tests of the worker, so that what was running at the snapshot is found soon.
RULES = LedgerRules(lease_seconds=1.5, redeliver_seconds=2.0, max_open_jobs_per_user=None)
SETTINGS = {
    "QUEUE_SECRET": SECRET,
    "JOB_LEASE": str(RULES.lease_seconds),
    "JOB_REDELIVERY": str(RULES.redeliver_seconds),
    "WORKER_BEAT": "0.3",
    "WORKER_SWEEP": "0.5",
    "WORKER_METRICS_PORT": "none",
    "WORKER_SOLVE": "stand_in:solve",
    "PYTHONPATH": str(ROOT / "packages" / "worker" / "tests" / "programs"),
}
SECONDS = 300.0


@pytest.fixture(autouse=True)
def password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the backups of the test have a password of their own."""
    find_or_install_restic()
    (tmp_path / "password").write_text("of the backups\n")
    monkeypatch.setenv("RESTIC_PASSWORD_FILE", str(tmp_path / "password"))


@dataclass
class Load(threading.Thread):
    """Accepts jobs until it is stopped, as the API does."""

    url: str
    accepted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.stopped = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Accept a job of a tenth of a second every twentieth of a second."""
        with closing(open_store(self.url, RULES)) as store, closing(open_queue(self.url, SECRET)) as queue:
            while not self.stopped.wait(0.05):
                document = json.dumps({"ProblemId": str(len(self.accepted)), "Do": "sleep", "Seconds": 0.1})
                job = store.accept(NewJob("ann", "a problem", document.encode())).job
                assert job is not None
                queue.deliver(job.job_id)
                self.accepted.append(job.job_id)


@contextmanager
def _worker(**place: str) -> Iterator[None]:
    program = [sys.executable, "-m", "bookingopt_worker.consumer"]
    with subprocess.Popen(program, env=os.environ | SETTINGS | place, stdout=subprocess.DEVNULL) as worker:
        try:
            yield
        finally:
            worker.kill()


def _invoke(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "invoke", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _wait(is_it: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_it():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _finished(store: JobStore, job_ids: list[str]) -> dict[str, bytes]:
    return {job_id: result for job_id in job_ids if (result := store.result(job_id)) is not None}


def _back_up_under_load(url: str, folder: Path, place: dict[str, str]) -> tuple[list[str], dict[str, bytes]]:
    """Return the jobs that were accepted before the backup began, and the results there were."""
    load = Load(url)
    load.start()
    with closing(open_store(url, RULES)) as store, _worker(**place):
        _wait(lambda: len(_finished(store, load.accepted)) >= 10)
        accepted, results = list(load.accepted), _finished(store, load.accepted)
        assert len(results) < len(accepted), "some must be open, or the restore proves little"
        _invoke("redis.backup", "--url", url, "--to", folder)
    load.stopped.set()
    load.join()
    assert len(load.accepted) > len(accepted), "the backup was made under load"
    return accepted, results


def _check_restored(url: str, accepted: list[str], results: dict[str, bytes], place: dict[str, str]) -> None:
    with closing(open_store(url, RULES)) as store:
        states = [getattr(store.get(job_id), "state", None) for job_id in accepted]
        assert None not in states, "a job of the snapshot is lost"
        assert not all(state is JobState.COMPLETED for state in states)
        assert {job_id: store.result(job_id) for job_id in results} == results
        with _worker(**place):
            _wait(lambda: len(_finished(store, accepted)) == len(accepted))
        for number, job_id in enumerate(accepted):
            assert json.loads(store.result(job_id) or b"")["ProblemId"] == str(number)
        assert {job_id: store.result(job_id) for job_id in results} == results


def test_p8_redis_destroyed_and_restored(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    server = request.getfixturevalue("redis_server")
    if not server.program or shutil.which("redis-cli") is None:
        pytest.skip("the data folder must be one of this machine: BOOKINGOPT_TEST_REDIS=local")
    with server.client() as client:
        client.config_set("repl-diskless-sync-delay", 0)
    place, backups = {"REDIS_URL": server.url}, tmp_path / "backups"
    accepted, results = _back_up_under_load(server.url, backups, place)
    _invoke("redis.verify", "--repository", backups)
    server.kill()
    shutil.rmtree(server.folder)
    server.folder.mkdir()
    _invoke("redis.restore", "--repository", backups, "--folder", server.folder, "--yes")
    server.start()
    _check_restored(server.url, accepted, results, place)


def test_p8_a_file_destroyed_and_restored(tmp_path: Path) -> None:
    data, backups = tmp_path / "data", tmp_path / "backups"
    url, place = f"sqlite:///{data / 'jobs.db'}", {"DATA_DIR": str(data)}
    with closing(open_store(url, RULES)):
        pass
    accepted, results = _back_up_under_load(url, backups, place)
    _invoke("redis.verify", "--repository", backups)
    shutil.rmtree(data)
    _invoke("redis.restore", "--repository", backups, "--url", url, "--yes")
    _check_restored(url, accepted, results, place)
