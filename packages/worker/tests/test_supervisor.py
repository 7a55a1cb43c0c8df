"""Each job is done by a real process, which does what the document asks for."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bookingopt_worker.patience import Patience
from bookingopt_worker.solving_process import WarmProcesses
from bookingopt_worker.supervisor import Supervisor
from job_ledger import Claim, Ending, JobOutcome, JobRecord, JobState, JobStore, StoreUnavailable
from job_ledger.queue import JobQueue

PATIENCE = Patience(
    job_seconds=60.0, overtime_seconds=0.1, cancel_seconds=0.1, beat_seconds=0.01, store_seconds=60.0
)
LONG = 30.0
MakeClaim = Callable[..., Claim]


@pytest.fixture
def processes(stand_in: str) -> Iterator[WarmProcesses]:
    """Return one warm process."""
    started = WarmProcesses(stand_in, 1)
    yield started
    started.close()


@pytest.fixture
def supervisor(store: JobStore, queue: JobQueue, processes: WarmProcesses) -> Supervisor:
    """Return a supervisor that waits for nothing long."""
    return Supervisor(store, queue, processes, PATIENCE)


def _known(store: JobStore, claim: Claim) -> JobRecord:
    job = store.get(claim.job_id)
    assert job is not None
    return job


def _run_until(supervisor: Supervisor, claim: Claim, store: JobStore) -> threading.Thread:
    """Begin a job in a thread and wait until its process is at work."""
    thread = threading.Thread(target=supervisor.supervise, args=(claim,))
    thread.start()
    while _known(store, claim).progress is None:
        pass
    return thread


def test_a_result_is_stored_with_what_it_says(
    supervisor: Supervisor, store: JobStore, claim_of: MakeClaim
) -> None:
    claim = claim_of({"ProblemId": "x"}, backend="greedy")
    supervisor.supervise(claim)
    job = _known(store, claim)
    assert job.state is JobState.COMPLETED
    assert job.outcome == JobOutcome(
        succeeded=False, reason="infeasible", limit="none", backend="stand-in-greedy"
    )
    assert json.loads(store.result(claim.job_id) or b"")["ProblemId"] == "x"
    assert supervisor.at_work == 0


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("document", "invalid-document"),
        ("capable", "backend-unavailable"),
        ("answer", "invalid-answer"),
        ("backend", "solver-failed"),
        ("memory", "out-of-memory"),
        ("surprise", "internal-error"),
    ],
)
def test_each_failure_has_its_kind_and_no_name_in_it(
    supervisor: Supervisor, store: JobStore, claim_of: MakeClaim, error: str, kind: str
) -> None:
    claim = claim_of({"Do": "raise", "Error": error})
    supervisor.supervise(claim)
    job = _known(store, claim)
    assert job.error is not None
    assert (job.state, job.error.kind) == (JobState.FAILED, kind)
    assert job.error.detail
    assert "Ann" not in job.error.detail


def test_a_job_whose_process_dies_is_queued_again_and_delivered(
    supervisor: Supervisor, store: JobStore, queue: JobQueue, claim_of: MakeClaim
) -> None:
    claim = claim_of({"Do": "die"})
    supervisor.supervise(claim)
    job = _known(store, claim)
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    assert queue.waiting() == [claim.job_id]


def test_a_job_that_kills_every_process_is_given_up(
    supervisor: Supervisor, store: JobStore, claim_of: MakeClaim
) -> None:
    claim: Claim | None = claim_of({"Do": "die"})
    assert claim is not None
    job_id = claim.job_id
    while claim is not None:
        supervisor.supervise(claim)
        claim = store.claim(job_id)
    job = store.get(job_id)
    assert job is not None
    assert job.error is not None
    assert (job.state, job.attempts, job.error.kind) == (JobState.FAILED, 3, "worker-died")


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        pytest.param("wait for the limit", "cancelled", id="one that hears it stops by itself"),
        pytest.param("hold on", None, id="one that does not is killed"),
    ],
)
def test_a_cancel_ends_the_solver(
    supervisor: Supervisor, store: JobStore, claim_of: MakeClaim, does: str, reason: str | None
) -> None:
    claim = claim_of({"Do": does})
    thread = _run_until(supervisor, claim, store)
    store.cancel(claim.job_id)
    thread.join(LONG)
    job = _known(store, claim)
    assert (job.state, job.error) == (JobState.CANCELLED, None)
    assert (None if job.outcome is None else job.outcome.reason) == reason


def test_a_job_that_is_cancelled_before_its_process_is_ready_does_not_begin(
    store: JobStore, queue: JobQueue, claim_of: MakeClaim, stand_in: str
) -> None:
    processes = WarmProcesses(f"{stand_in}_never", 1)
    claim = claim_of({})
    store.cancel(claim.job_id)
    Supervisor(store, queue, processes, PATIENCE).supervise(claim)
    assert _known(store, claim).state is JobState.CANCELLED
    processes.close()


def test_a_result_that_cannot_be_checked_is_not_stored(
    supervisor: Supervisor, store: JobStore, claim_of: MakeClaim, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_document: bytes, _result: bytes) -> JobOutcome:
        raise RecursionError

    monkeypatch.setattr("bookingopt_worker.endings.examine", fail)
    claim = claim_of({})
    supervisor.supervise(claim)
    job = _known(store, claim)
    assert job.error is not None
    assert (job.state, job.error.kind) == (JobState.FAILED, "internal-error")
    assert store.result(claim.job_id) is None


def test_the_solver_has_a_little_less_time_than_the_job(
    store: JobStore, queue: JobQueue, claim_of: MakeClaim, processes: WarmProcesses
) -> None:
    """What it found must still be reported, checked and stored; and the process was not warm yet."""
    claim = claim_of({"Do": "tell the limit"}, time_limit_seconds=500.0)
    Supervisor(store, queue, processes, replace(PATIENCE, job_seconds=1000.0)).supervise(claim)
    assert 430 < json.loads(store.result(claim.job_id) or b"")["TotalTime"] < 490.0


def test_p5_the_time_of_lost_attempts_is_gone(
    store: JobStore, queue: JobQueue, claim_of: MakeClaim, processes: WarmProcesses
) -> None:
    """The limit is one of the job, not of each attempt."""
    claim = claim_of({"Do": "tell the limit"})
    late = replace(claim.job, started=claim.job.accepted - timedelta(seconds=700))
    supervisor = Supervisor(store, queue, processes, replace(PATIENCE, job_seconds=1000.0))
    supervisor.supervise(replace(claim, job=late))
    assert 230 < json.loads(store.result(claim.job_id) or b"")["TotalTime"] < 290.0


def test_what_the_user_chose_about_moves_reaches_the_solver(
    supervisor: Supervisor, store: JobStore, claim_of: MakeClaim
) -> None:
    claim = claim_of({"Do": "tell the policy"}, max_moves=3, move_price=0.5)
    supervisor.supervise(claim)
    told = json.loads(store.result(claim.job_id) or b"")["Policy"]
    assert told == {"MaxMoves": 3, "MovePrice": 0.5}


def test_the_time_limit_of_a_job_reaches_the_solver(
    store: JobStore, queue: JobQueue, processes: WarmProcesses, claim_of: MakeClaim
) -> None:
    claim = claim_of({"Do": "wait for the limit"}, time_limit_seconds=0.01)
    Supervisor(store, queue, processes, replace(PATIENCE, overtime_seconds=LONG)).supervise(claim)
    job = _known(store, claim)
    assert job.outcome is not None
    assert (job.state, job.outcome.limit) == (JobState.COMPLETED, "time")


def test_a_job_cannot_have_more_time_than_the_worker_gives(
    store: JobStore, queue: JobQueue, processes: WarmProcesses, claim_of: MakeClaim
) -> None:
    claim = claim_of({"Do": "wait for the limit"}, time_limit_seconds=1e6)
    supervisor = Supervisor(
        store, queue, processes, replace(PATIENCE, job_seconds=0.01, overtime_seconds=LONG)
    )
    supervisor.supervise(claim)
    assert _known(store, claim).state is JobState.COMPLETED


def test_a_solver_that_does_not_stop_in_time_is_killed(
    supervisor: Supervisor, store: JobStore, claim_of: MakeClaim
) -> None:
    supervisor.supervise(claim_of({}))  # from now on the process is warm
    claim = claim_of({"Do": "hold on"}, time_limit_seconds=0.01)
    supervisor.supervise(claim)
    job = _known(store, claim)
    assert job.error is not None
    assert (job.state, job.error.kind) == (JobState.FAILED, "time-limit")


def test_p5_the_time_of_a_job_runs_while_its_process_gets_ready(
    store: JobStore, queue: JobQueue, claim_of: MakeClaim, stand_in: str
) -> None:
    processes = WarmProcesses(f"{stand_in}_never", 1)
    claim = claim_of({})
    Supervisor(store, queue, processes, replace(PATIENCE, job_seconds=0.01)).supervise(claim)
    job = _known(store, claim)
    assert job.error is not None
    assert (job.state, job.error.kind) == (JobState.FAILED, "time-limit")
    processes.close()


def test_after_a_kill_the_next_job_is_done(
    supervisor: Supervisor, store: JobStore, claim_of: MakeClaim
) -> None:
    supervisor.supervise(claim_of({"Do": "hold on"}, time_limit_seconds=0.01))
    claim = claim_of({"ProblemId": "next"})
    supervisor.supervise(claim)
    assert _known(store, claim).state is JobState.COMPLETED


def test_p2_a_worker_that_was_replaced_stops_and_stores_nothing(
    supervisor: Supervisor, store: JobStore, claim_of: MakeClaim
) -> None:
    claim = claim_of({"Do": "hold on"})
    thread = _run_until(supervisor, claim, store)
    store.release(claim)
    replacement = store.claim(claim.job_id)
    assert replacement is not None
    thread.join(LONG)
    assert not thread.is_alive()
    assert _known(store, claim).token == replacement.token
    assert _known(store, claim).state is JobState.RUNNING


def test_a_worker_that_stops_gives_its_jobs_back(
    supervisor: Supervisor, store: JobStore, queue: JobQueue, claim_of: MakeClaim
) -> None:
    claim = claim_of({"Do": "hold on"})
    thread = _run_until(supervisor, claim, store)
    assert supervisor.stop(LONG)
    thread.join(LONG)
    job = _known(store, claim)
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)
    assert queue.waiting() == [claim.job_id]


def test_an_ending_is_kept_until_the_store_is_back(
    store: JobStore,
    queue: JobQueue,
    processes: WarmProcesses,
    claim_of: MakeClaim,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts: list[int] = []
    finish = store.finish

    def finish_later(claim: Claim, ending: Ending) -> JobState | None:
        attempts.append(1)
        if len(attempts) < 4:
            raise StoreUnavailable("away")
        return finish(claim, ending)

    monkeypatch.setattr(store, "finish", finish_later)
    claim = claim_of({})
    Supervisor(store, queue, processes, PATIENCE).supervise(claim)
    assert (len(attempts), _known(store, claim).state) == (4, JobState.COMPLETED)


def test_an_ending_is_given_up_when_the_store_stays_away(
    store: JobStore,
    queue: JobQueue,
    processes: WarmProcesses,
    claim_of: MakeClaim,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The lease then runs out, and somebody else does the job."""

    def never(_claim: Claim, _ending: Any) -> JobState | None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(store, "finish", never)
    claim = claim_of({})
    Supervisor(store, queue, processes, replace(PATIENCE, store_seconds=0.01)).supervise(claim)
    assert _known(store, claim).state is JobState.RUNNING


def test_a_process_that_cannot_start_is_a_lost_attempt(
    store: JobStore, queue: JobQueue, claim_of: MakeClaim
) -> None:
    processes = WarmProcesses("nowhere:nothing", 1)
    claim = claim_of({})
    Supervisor(store, queue, processes, PATIENCE).supervise(claim)
    job = _known(store, claim)
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    processes.close()
