"""What a job ends with whose solver never comes to an end."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bookingopt_worker.patience import Patience
from bookingopt_worker.solving_process import WarmProcesses
from bookingopt_worker.supervisor import Supervisor
from job_ledger import Claim, JobRecord, JobState, JobStore
from job_ledger.queue import JobQueue
from optimizer_core.wire import load_result

HOTEL = json.loads((Path(__file__).parents[3] / "examples" / "ten-rooms.json").read_bytes())
LONG = 30.0
MakeClaim = Callable[..., Claim]
Attempt = Callable[..., tuple[JobRecord, bytes | None]]


@pytest.fixture
def processes(stand_in: str) -> Iterator[WarmProcesses]:
    """Return one warm process of the kind that gets stuck."""
    del stand_in  # makes the programs of the tests importable
    started = WarmProcesses("stand_in:get_stuck", 1)
    with started.borrow() as process:
        while not process.is_ready:
            process.receive(LONG)
    yield started
    started.close()


@pytest.fixture
def attempt(store: JobStore, queue: JobQueue, processes: WarmProcesses, claim_of: MakeClaim) -> Attempt:
    """Return what has a problem of a label attempted whose stays have no room yet."""
    patience = Patience(job_seconds=1.0, overtime_seconds=1.0, verdict_seconds=LONG)

    def run(label: str, **options: Any) -> tuple[JobRecord, bytes | None]:
        stays = [stay | {"AssignedRoom": None} for stay in HOTEL["Reservations"] if not stay.get("IsLocked")]
        claim = claim_of(HOTEL | {"ProblemId": label, "Reservations": stays}, **options)
        Supervisor(store, queue, processes, patience).supervise(claim)
        job = store.get(claim.job_id)
        assert job is not None
        return job, store.result(claim.job_id)

    return run


def test_p5_the_plan_that_the_solver_told_of_is_the_result_and_not_proved(attempt: Attempt) -> None:
    job, content = attempt("honest")
    assert job.state is JobState.COMPLETED
    assert job.outcome is not None
    assert (job.outcome.reason, job.outcome.limit, job.outcome.backend) == ("feasible", "time", "greedy")
    result = load_result(content or b"")
    assert (result.succeeded, result.solver_status, result.limit) == (True, "feasible", "time")
    assert "no time was left to derive restrictions" in result.warnings


def test_p11_a_lie_on_the_way_is_refused_like_any_other(attempt: Attempt) -> None:
    job, content = attempt("liar")
    assert job.error is not None
    assert (job.state, job.error.kind) == (JobState.FAILED, "invalid-answer")
    assert content is None


@pytest.mark.parametrize("curve_points", [None, 15])
def test_p5_where_the_solver_told_nothing_a_plan_without_a_solver_is_the_result(
    attempt: Attempt, curve_points: int | None
) -> None:
    job, content = attempt("mute", curve_points=curve_points)
    assert job.state is JobState.COMPLETED
    result = load_result(content or b"")
    assert (result.succeeded, result.solver_status, result.limit) == (True, "feasible", "time")
    assert result.solver_name == "greedy"


def test_p5_where_no_plan_is_known_in_time_the_job_fails(
    store: JobStore, queue: JobQueue, processes: WarmProcesses, claim_of: MakeClaim
) -> None:
    claim = claim_of(HOTEL | {"ProblemId": "mute even without a solver"})
    patience = Patience(job_seconds=0.1, overtime_seconds=0.1, verdict_seconds=0.1)
    Supervisor(store, queue, processes, patience).supervise(claim)
    job = store.get(claim.job_id)
    assert job is not None
    assert job.error is not None
    assert (job.state, job.error.kind) == (JobState.FAILED, "time-limit")
    assert store.result(claim.job_id) is None


def test_p4_a_cancel_keeps_no_plan_that_the_solver_told_of(
    store: JobStore, queue: JobQueue, processes: WarmProcesses, claim_of: MakeClaim
) -> None:
    claim = claim_of(HOTEL | {"ProblemId": "honest"})
    supervisor = Supervisor(store, queue, processes, Patience(cancel_seconds=0.1, beat_seconds=0.01))
    thread = threading.Thread(target=supervisor.supervise, args=(claim,))
    thread.start()
    while (job := store.get(claim.job_id)) is not None and job.progress is None:
        pass
    store.cancel(claim.job_id)
    thread.join(LONG)
    job = store.get(claim.job_id)
    assert job is not None
    assert (job.state, job.outcome, store.result(claim.job_id)) == (JobState.CANCELLED, None, None)
