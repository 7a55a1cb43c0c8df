"""What becomes of a job for which there is no solving process; the rest is in `test_second_best.py`."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bookingopt_worker.attempt import Attempt
from bookingopt_worker.endings import TOO_LATE, Abandoned
from bookingopt_worker.patience import Patience
from bookingopt_worker.pulse import Pulse
from bookingopt_worker.solving_process import WarmProcesses
from job_ledger import Claim, Ending, JobStore

LONG = 1000.0


@pytest.mark.parametrize(
    ("used_seconds", "is_stopping", "expected"),
    [
        (0.0, False, Abandoned.LOST),
        (0.0, True, Abandoned.INTERRUPTED),
        (LONG, False, TOO_LATE),
        (LONG, True, Abandoned.INTERRUPTED),
    ],
)
def test_without_a_process_an_attempt_is_lost_until_the_time_is_over(
    store: JobStore,
    claim_of: Callable[..., Claim],
    used_seconds: float,
    is_stopping: bool,
    expected: Ending | Abandoned,
) -> None:
    claim, patience, processes = claim_of({}), Patience(job_seconds=LONG), WarmProcesses("no:function", 0)
    processes.close()
    table = patience.timetable(time.monotonic(), used_seconds, None)
    pulse = Pulse(store, claim, LONG)
    attempt = Attempt(claim, table, patience, processes, pulse, lambda: is_stopping)
    assert attempt.run() == expected
