"""P2: a paused worker outlives its lease, is replaced, wakes up, and is refused."""

from __future__ import annotations

import json
import signal
import time
from typing import TYPE_CHECKING

import pytest

from job_ledger import JobState

if TYPE_CHECKING:
    from packages.worker.tests.promises.conftest import Service

pytestmark = pytest.mark.integration


def test_p2_a_paused_worker_that_wakes_up_changes_nothing(service: Service) -> None:
    paused = service.start()
    job_id = service.accept({"Do": "sleep", "Seconds": 0.8}).job_id
    service.wait_for(job_id, lambda job: job.progress is not None)
    paused.send_signal(signal.SIGSTOP)  # its solving process goes on, and will have a result for it
    replacement = service.start()
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert (job.state, job.token, job.attempts) == (JobState.COMPLETED, 2, 2)
    result = service.store.result(job_id)
    assert json.loads(result or b"")["Message"].endswith(f" of {replacement.pid}")
    paused.send_signal(signal.SIGCONT)
    _wait_for_the_word_of_the_paused(service, job_id)
    assert service.job(job_id) == job
    assert service.store.result(job_id) == result
    assert service.store.statistics().running == 0


def _wait_for_the_word_of_the_paused(service: Service, job_id: str) -> None:
    """Wait until the first attempt has been logged: it ended after the second, and nothing was written."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        attempts = [line for line in service.log if line["event"] == "job" and line["job_id"] == job_id]
        first = [line for line in attempts if line["attempt"] == 1]
        if first:
            assert first[0]["state"] is None
            return
        time.sleep(0.02)
    raise AssertionError("the paused worker said nothing")
