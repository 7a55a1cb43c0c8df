from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from job_ledger import JobState, NewJob, open_store
from job_ledger.queue import open_queue


def _environment(folder: Path, **settings: str) -> dict[str, str]:
    given = {"DATA_DIR": str(folder), "WORKER_METRICS_PORT": "none", "WORKER_SOLVE": "stand_in:solve"}
    programs = {"PYTHONPATH": str(Path(__file__).parent / "programs")}
    return os.environ | given | programs | settings


def _start(folder: Path, **settings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bookingopt_worker.consumer"],
        env=_environment(folder, **settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"MAX_JOB_DURATION": "soon"}, "MAX_JOB_DURATION: "),
        ({"REDIS_URL": "redis://localhost/0"}, "QUEUE_SECRET: needed"),
        ({"REDIS_URL": "foo", "QUEUE_SECRET": "x" * 16}, "REDIS_URL: no address of a Redis"),
        ({"REDIS_URL": "redis://h:xx/0", "QUEUE_SECRET": "x" * 16}, "REDIS_URL: no address of a Redis"),
        ({"ENVIRONMENT": "production", "QUEUE_SECRET": "x" * 64}, "QUEUE_SECRET: too easy to guess"),
        ({"QUEUE_SECRET_FILE": sys.executable}, "QUEUE_SECRET_FILE: "),
        ({"DATA_DIR": __file__}, "DATA_DIR: "),
        ({"WORKER_BEAT": "15"}, "WORKER_BEAT: more than a third of JOB_LEASE, which is 15.0: "),
        ({"WORKER_SOLVE": "nowhere:solve"}, "WORKER_SOLVE: cannot be imported: "),
        ({"WORKER_SOLVE": "stand_in:nothing"}, "WORKER_SOLVE: cannot be imported: "),
        ({"WORKER_SOLVE": "broken_on_import:solve"}, "WORKER_SOLVE: cannot be imported: RuntimeError: "),
        ({"WORKER_SOLVE": "os:name"}, "WORKER_SOLVE: os:name is no function"),
        (
            {"WORKER_METRICS_HOST": "nowhere.invalid", "WORKER_METRICS_PORT": "0"},
            "WORKER_METRICS_HOST: nowhere.invalid:0: ",
        ),
    ],
)
def test_a_start_that_cannot_succeed_is_refused_in_one_line(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    with _start(tmp_path, **settings) as program:
        _, errors = program.communicate(timeout=60)
    assert program.returncode == 1
    assert told in errors
    assert "Traceback" not in errors


@pytest.mark.integration
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_p6_a_consumer_that_is_stopped_gives_its_jobs_back_and_leaves_no_process(
    tmp_path: Path, number: signal.Signals
) -> None:
    """SIGTERM, as from a container engine, waits for the short job; SIGINT, as from Ctrl-C, does not."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    store, queue = open_store(url), open_queue(url)
    (tmp_path / "children").mkdir()
    with _start(tmp_path, STAND_IN_FOLDER=str(tmp_path / "children")) as program:
        job = store.accept(NewJob("ann", "p", b'{"Do": "sleep", "Seconds": 2}')).job
        assert job is not None
        queue.deliver(job.job_id)
        while (known := store.get(job.job_id)) is None or known.progress is None:
            assert program.poll() is None
        program.send_signal(number)
        output, errors = program.communicate(timeout=60)
    known = store.get(job.job_id)
    assert known is not None
    expected = (JobState.COMPLETED, 1) if number is signal.SIGTERM else (JobState.QUEUED, 0)
    assert (known.state, known.attempts) == expected
    assert (program.returncode, errors) == (0, "")
    assert '"event": "stopped"' in output
    for child in (tmp_path / "children").iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(child.name), 0)
    queue.close()
    store.close()
