"""P4: a cancel is heard within seconds. P5: a job ends in time, with the best plan there is by then."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from job_ledger import CancelAnswer, JobRecord, JobState
from optimizer_core.wire import judge, load_result
from optimizer_core.wire.load import read_problem

if TYPE_CHECKING:
    from packages.worker.tests.promises.conftest import Service

pytestmark = pytest.mark.integration

STUCK = str(Path(__file__).parents[1] / "programs" / "stuck")
HOTEL = (Path(__file__).parents[4] / "examples" / "ten-rooms.json").read_bytes()
_FIELDS = json.loads(HOTEL)
WITHOUT_ROOMS = json.dumps(
    _FIELDS
    | {"Reservations": [stay | {"AssignedRoom": None, "IsLocked": False} for stay in _FIELDS["Reservations"]]}
).encode()


def _stretch() -> float:
    """Return how much longer work takes here now than on a machine without other work, at least 1."""
    wall, own = time.monotonic(), time.process_time()
    while time.process_time() - own < 0.5:
        pass
    return max(1.0, (time.monotonic() - wall) / 0.5)


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
    assert (job.finished - asked).total_seconds() < 5 * _stretch()
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
    assert (job.finished - asked).total_seconds() < 10 * _stretch()


def test_p5_the_best_plan_by_then_is_the_result_marked_not_proved(
    solving_service: Service, slow_problem: bytes
) -> None:
    """The process is cold: what it takes to get ready is of the time of the job."""
    service, seconds = solving_service, 30.0  # a busy machine needs ten of them to get ready
    service.start(MAX_JOB_DURATION=str(seconds))
    job_id = service.accept(slow_problem).job_id
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert 0.9 * seconds < _seconds(job) < seconds + 10 * _stretch()
    assert job.state is JobState.COMPLETED
    result = load_result(service.store.result(job_id) or b"")
    assert (result.succeeded, result.solver_status, result.limit) == (True, "feasible", "time")
    assert result.gap is not None
    assert result.gap > 0


@pytest.mark.parametrize(("backend", "solver_name"), [("told", "told"), ("mute", "greedy")])
def test_p5_a_solver_that_does_not_stop_leaves_the_plan_it_told_of_or_one_without_it(
    solving_service: Service, backend: str, solver_name: str
) -> None:
    service, seconds = solving_service, 2.0
    service.start(PYTHONPATH=STUCK, WORKER_CONCURRENCY="2")
    service.wait_for(service.accept(HOTEL).job_id, lambda job: job.state.is_final)
    job_id = service.accept(WITHOUT_ROOMS, backend=backend, time_limit_seconds=seconds).job_id
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert job.state is JobState.COMPLETED, job
    assert seconds < _seconds(job) < seconds + 10 * _stretch()
    result = load_result(service.store.result(job_id) or b"")
    assert (result.succeeded, result.solver_status, result.limit) == (True, "feasible", "time")
    assert result.solver_name == solver_name
    assert judge(read_problem(WITHOUT_ROOMS), result).reasons == ()


def test_p5_the_rooms_as_they_are_are_a_plan_too(solving_service: Service) -> None:
    service = solving_service
    service.start(PYTHONPATH=STUCK)
    service.wait_for(service.accept(HOTEL).job_id, lambda job: job.state.is_final)
    job_id = service.accept(HOTEL, backend="mute", time_limit_seconds=2.0).job_id
    assert service.wait_for(job_id, lambda job: job.state.is_final).state is JobState.COMPLETED
    result = load_result(service.store.result(job_id) or b"")
    assert (result.solver_name, result.limit, result.moved_stays) == ("mute", "time", 0)


def test_p11_nonsense_that_is_told_on_the_way_is_refused(solving_service: Service) -> None:
    service = solving_service
    service.start(PYTHONPATH=STUCK)
    job_id = service.accept(WITHOUT_ROOMS, backend="lied").job_id
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert job.error is not None
    assert (job.state, job.error.kind) == (JobState.FAILED, "invalid-answer")
    assert service.store.result(job_id) is None


def test_p4_a_cancel_of_a_solver_that_told_of_a_plan_stores_none(solving_service: Service) -> None:
    service = solving_service
    service.start(PYTHONPATH=STUCK)
    job_id = service.accept(WITHOUT_ROOMS, backend="told").job_id
    service.wait_for(job_id, lambda job: job.progress is not None)
    asked = datetime.now(UTC)
    service.store.cancel(job_id)
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert (job.state, job.outcome, service.store.result(job_id)) == (JobState.CANCELLED, None, None)
    assert job.finished is not None
    assert (job.finished - asked).total_seconds() < 10 * _stretch()


def test_p5_a_solver_of_which_no_plan_is_known_is_killed_in_time(service: Service) -> None:
    seconds = 1.0
    service.start(MAX_JOB_DURATION=str(seconds))
    job_id = service.accept({"Do": "hold on"}).job_id
    job = service.wait_for(job_id, lambda job: job.state.is_final)
    assert job.error is not None
    assert (job.state, job.error.kind) == (JobState.FAILED, "time-limit")
    assert _seconds(job) < seconds + 10 * _stretch()


def _seconds(job: JobRecord) -> float:
    assert job.finished is not None
    assert job.started is not None
    return (job.finished - job.started).total_seconds()
