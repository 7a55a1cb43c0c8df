"""P4: a cancel is heard within seconds. P5: a job ends in time, with the best plan there is by then."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bookingopt_worker.jobs import CancelAnswer, JobState
from optimizer_core.wire import load_result

if TYPE_CHECKING:
    from packages.worker.tests.promises.conftest import Service

pytestmark = pytest.mark.integration


def test_p4_a_cancel_stops_the_solver_within_5_seconds(solving_service: Service, slow_problem: bytes) -> None:
    service = solving_service
    service.start()
    job_id = service.accept(slow_problem).job_id
    service.wait_for(job_id, lambda job: job.progress is not None and job.progress.percent >= 5)
    asked = datetime.now(UTC)
    assert service.store.cancel(job_id) is CancelAnswer.STOPPING
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert job.state is JobState.CANCELLED
    assert job.finished is not None
    assert (job.finished - asked).total_seconds() < 5
    assert job.outcome is not None, "it stopped by itself; it was not killed"


def test_p4_a_solver_that_hears_nothing_is_killed_within_10_seconds(service: Service) -> None:
    service.start()
    job_id = service.accept({"Do": "hold on"}).job_id
    service.wait_for(job_id, lambda job: job.progress is not None)
    asked = datetime.now(UTC)
    service.store.cancel(job_id)
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert (job.state, job.outcome) == (JobState.CANCELLED, None)
    assert job.finished is not None
    assert (job.finished - asked).total_seconds() < 10


def test_p5_the_best_plan_by_then_is_the_result_marked_not_proved(
    solving_service: Service, slow_problem: bytes
) -> None:
    service, seconds = solving_service, 6.0
    service.start(MAX_JOB_DURATION=str(seconds))
    warm_up = service.accept(json.dumps({"ProblemId": "x"}).encode()).job_id
    service.wait_for(warm_up, lambda job: job.state.is_final)
    job_id = service.accept(slow_problem).job_id
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert job.finished is not None
    assert job.started is not None
    assert 0.9 * seconds < (job.finished - job.started).total_seconds() < seconds + 10
    assert job.state is JobState.COMPLETED
    result = load_result(service.store.result(job_id) or b"")
    assert (result.succeeded, result.solver_status, result.limit) == (True, "feasible", "time")
    assert result.gap is not None
    assert result.gap > 0


def test_p5_a_solver_that_does_not_stop_is_killed_in_time(service: Service) -> None:
    seconds = 1.0
    service.start(MAX_JOB_DURATION=str(seconds))
    job_id = service.accept({"Do": "hold on"}).job_id
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert job.error is not None
    assert (job.state, job.error.kind) == (JobState.FAILED, "time-limit")
    assert job.finished is not None
    assert job.started is not None
    assert (job.finished - job.started).total_seconds() < seconds + 10
