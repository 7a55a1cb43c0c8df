"""Any order of operations, crashes among them: the ledger does what a plain model of it does."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from job_ledger import (
    AcceptAnswer,
    BeatAnswer,
    CancelAnswer,
    Claim,
    Ending,
    EraseAnswer,
    JobError,
    JobOutcome,
    JobState,
    LedgerRules,
    NewJob,
)

if TYPE_CHECKING:
    from tests.conftest import Ledger

    from conftest import RedisServer

# Ages are multiples of ten seconds, limits lie between them: the seconds that the test itself takes
# never decide anything.
RULES = LedgerRules(
    lease_seconds=15, redeliver_seconds=35, result_ttl_seconds=105, max_attempts=3, max_open_jobs_per_user=4
)
FAILED = Ending(JobState.FAILED, error=JobError("solver-failed"))


@dataclass
class Expected:
    """What the model believes of one job; moments in seconds of the model's own clock."""

    user: str
    document: bytes
    key: str | None
    delivered: float
    state: JobState = JobState.QUEUED
    attempts: int = 0
    token: int = 0
    lease_until: float = 0.0
    is_cancel_requested: bool = False
    expires: float = 0.0
    result: bytes | None = None


class LedgerMachine(RuleBasedStateMachine):
    """Callers, workers, sweepers, time and crashes, in any order."""

    claims: Bundle[Claim | None] = Bundle("claims")
    job_ids: Bundle[str] = Bundle("job_ids")
    open_ledger: Callable[[], tuple[Ledger, Callable[[], None]]]

    def __init__(self) -> None:
        super().__init__()
        self.ledger, self.clean = self.open_ledger()
        self.now = 0.0
        self.jobs: dict[str, Expected] = {}

    def teardown(self) -> None:
        self.ledger.store.close()
        self.clean()

    # Callers ------------------------------------------------------------------------------------
    @rule(
        target=job_ids,
        user=st.sampled_from(["ann", "bob"]),
        document=st.sampled_from([b"{}", b"[]"]),
        key=st.sampled_from([None, None, "k1", "k2"]),
    )
    def accept(self, user: str, document: bytes, key: str | None) -> str:
        acceptance = self.ledger.store.accept(NewJob(user, "p", document, idempotency_key=key))
        known = [
            job_id
            for job_id, job in self.jobs.items()
            if key is not None and (job.user, job.key) == (user, key)
        ]
        open_jobs = sum(job.user == user and not job.state.is_final for job in self.jobs.values())
        if known:
            is_same = self.jobs[known[0]].document == document
            assert acceptance.answer is (AcceptAnswer.SAME_JOB if is_same else AcceptAnswer.KEY_REUSED)
            assert acceptance.job is not None
            assert acceptance.job.job_id == known[0]
            return known[0]
        if open_jobs >= 4:
            assert acceptance.answer is AcceptAnswer.TOO_MANY_JOBS
            return "refused"
        assert acceptance.answer is AcceptAnswer.ACCEPTED
        assert acceptance.job is not None
        self.jobs[acceptance.job.job_id] = Expected(user, document, key, self.now)
        return acceptance.job.job_id

    @rule(job_id=job_ids)
    def cancel(self, job_id: str) -> None:
        answer, job = self.ledger.store.cancel(job_id), self.jobs.get(job_id)
        if job is None:
            assert answer is CancelAnswer.UNKNOWN
        elif job.state is JobState.QUEUED:
            assert answer is CancelAnswer.CANCELLED
            self.end(job, JobState.CANCELLED)
        elif job.state is JobState.RUNNING:
            was_asked = job.is_cancel_requested
            assert answer is (CancelAnswer.ALREADY_STOPPING if was_asked else CancelAnswer.STOPPING)
            job.is_cancel_requested = True
        else:
            assert answer is CancelAnswer.FINISHED

    @rule(job_id=job_ids)
    def erase(self, job_id: str) -> None:
        answer, job = self.ledger.store.erase(job_id), self.jobs.get(job_id)
        if job is None:
            assert answer is EraseAnswer.UNKNOWN
        elif job.state.is_final:
            assert answer is EraseAnswer.ERASED
            del self.jobs[job_id]
        else:
            assert answer is EraseAnswer.STILL_OPEN

    # Workers ------------------------------------------------------------------------------------
    @rule(target=claims, job_id=job_ids)
    def claim(self, job_id: str) -> Claim | None:
        claim, job = self.ledger.store.claim(job_id), self.jobs.get(job_id)
        if job is None or not (job.state is JobState.QUEUED or self.is_lost(job)) or self.ends_lost(job):
            assert claim is None
            return None
        job.state, job.lease_until = JobState.RUNNING, self.now + RULES.lease_seconds
        job.attempts += 1
        job.token += 1
        assert claim is not None
        assert (claim.token, claim.document) == (job.token, job.document)
        return claim

    @rule(claim=claims)
    def beat(self, claim: Claim | None) -> None:
        if claim is None:
            return
        answer, job = self.ledger.store.beat(claim), self.held(claim)
        if job is None:
            assert answer is BeatAnswer.REPLACED
        else:
            assert answer is (BeatAnswer.CANCEL if job.is_cancel_requested else BeatAnswer.CONTINUE)
            job.lease_until = self.now + RULES.lease_seconds

    @rule(claim=claims, number=st.integers(0, 9), fails=st.booleans())
    def finish(self, claim: Claim | None, number: int, fails: bool) -> None:
        if claim is None:
            return
        outcome = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs")
        ending = FAILED if fails else Ending(JobState.COMPLETED, b"%d" % number, outcome)
        job = self.held(claim)
        state = self.ledger.store.finish(claim, ending)
        if job is None:
            # Only the claim that has ended a job hears how it ended; whoever was replaced hears nothing.
            assert state is None or state is self.jobs[claim.job_id].state
            return
        expected = JobState.CANCELLED if job.is_cancel_requested else ending.state
        assert state is expected
        self.end(job, expected, ending.result)

    @rule(claim=claims, is_lost=st.booleans())
    def release(self, claim: Claim | None, is_lost: bool) -> None:
        if claim is None:
            return
        job = self.held(claim)
        state = self.ledger.store.release(claim, is_lost=is_lost)
        if job is None:
            assert state is None
            return
        if not is_lost:
            job.attempts -= 1
        if not self.ends_lost(job):
            job.state, job.delivered = JobState.QUEUED, self.now
        assert state is job.state

    # Time, sweepers and crashes -----------------------------------------------------------------
    @rule(tens=st.sampled_from([1, 2, 4, 11]))
    def time_passes(self, tens: int) -> None:
        self.ledger.age(10.0 * tens)
        self.now += 10.0 * tens
        for job_id in [job_id for job_id, job in self.jobs.items() if job.state.is_final]:
            if self.jobs[job_id].expires < self.now:
                del self.jobs[job_id]

    @rule()
    def sweep(self) -> None:
        overdue = set()
        for job_id, job in self.jobs.items():
            is_stale = job.delivered + RULES.redeliver_seconds < self.now
            if self.is_lost(job):
                if not self.ends_lost(job) and (is_stale or job.delivered <= job.lease_until):
                    overdue.add(job_id)
            elif job.state is JobState.QUEUED and is_stale:
                overdue.add(job_id)
        taken = self.ledger.store.take_overdue()
        assert sorted(taken) == sorted(overdue)
        for job_id in overdue:
            self.jobs[job_id].delivered = self.now
        self.ledger.store.purge()

    @rule()
    def the_process_dies(self) -> None:
        """Its connections close, and nothing else is lost."""
        self.ledger.store.close()
        self.ledger.store = self.ledger.open()

    @rule()
    @precondition(lambda self: hasattr(self.ledger, "path"))
    def the_process_dies_within_a_transaction(self) -> None:
        """What it had changed so far is undone."""
        connection = sqlite3.connect(self.ledger.path, isolation_level=None)  # type: ignore[attr-defined]
        connection.execute("begin immediate")
        connection.execute("update job set state = 'completed', token = token + 1, attempts = 0")
        connection.execute("delete from document")
        connection.close()

    @rule()
    @precondition(lambda self: hasattr(self.ledger, "server") and self.jobs)
    def the_server_dies(self) -> None:
        self.ledger.server.kill()  # type: ignore[attr-defined]
        self.ledger.server.start()  # type: ignore[attr-defined]

    @invariant()
    def every_job_is_as_expected(self) -> None:
        store = self.ledger.store
        for job_id, job in self.jobs.items():
            found = store.get(job_id)
            assert found is not None, f"{job_id} is lost"
            assert (found.state, found.attempts, found.token) == (job.state, job.attempts, job.token)
            assert store.document(job_id) == job.document
            assert store.result(job_id) == job.result
        statistics = store.statistics()
        states = [job.state for job in self.jobs.values()]
        assert statistics.queued == states.count(JobState.QUEUED)
        assert statistics.running == states.count(JobState.RUNNING)
        for user in ("ann", "bob"):
            mine = sorted((job_id for job_id, job in self.jobs.items() if job.user == user), reverse=True)
            assert [job.job_id for job in store.jobs_of(user, limit=1000).jobs] == mine

    # The model's own words ----------------------------------------------------------------------
    def is_lost(self, job: Expected) -> bool:
        return job.state is JobState.RUNNING and job.lease_until < self.now

    def held(self, claim: Claim) -> Expected | None:
        job = self.jobs.get(claim.job_id)
        return job if job and job.state is JobState.RUNNING and job.token == claim.token else None

    def ends_lost(self, job: Expected) -> bool:
        if job.is_cancel_requested:
            self.end(job, JobState.CANCELLED)
        elif job.attempts >= RULES.max_attempts:
            self.end(job, JobState.FAILED)
        return job.state.is_final

    def end(self, job: Expected, state: JobState, result: bytes | None = None) -> None:
        assert job.state.may_become(state)
        job.state, job.result = state, result
        job.expires = self.now + RULES.result_ttl_seconds


def _run(open_ledger: Callable[[], tuple[Ledger, Callable[[], None]]], examples: int, steps: int) -> None:
    machine = type("Machine", (LedgerMachine,), {"open_ledger": staticmethod(open_ledger)})
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet
        ),
    )


@pytest.mark.property
def test_the_ledger_in_a_file_does_what_the_model_does(make_sqlite_ledger: Callable[..., Ledger]) -> None:
    def open_ledger() -> tuple[Ledger, Callable[[], None]]:
        folder = TemporaryDirectory()
        return make_sqlite_ledger(Path(folder.name) / "jobs.db", RULES), folder.cleanup

    _run(open_ledger, examples=60, steps=40)


@pytest.mark.integration
def test_the_ledger_in_redis_does_what_the_model_does(
    make_redis_ledger: Callable[..., Ledger], redis_server: RedisServer
) -> None:
    def open_ledger() -> tuple[Ledger, Callable[[], None]]:
        def clean() -> None:
            with redis_server.client() as client:
                client.flushall()

        return make_redis_ledger(redis_server, RULES), clean

    _run(open_ledger, examples=25, steps=40)


def test_the_model_notices_a_ledger_that_forgets(
    make_sqlite_ledger: Callable[..., Ledger], tmp_path: Path
) -> None:
    """Otherwise the two tests above would prove nothing."""
    machine = type(
        "Machine",
        (LedgerMachine,),
        {
            "open_ledger": staticmethod(
                lambda: (make_sqlite_ledger(tmp_path / "jobs.db", RULES), lambda: None)
            )
        },
    )()
    job_id = machine.accept("ann", b"{}", None)
    machine.jobs[job_id] = replace(machine.jobs[job_id], document=b"another")
    with pytest.raises(AssertionError):
        machine.every_job_is_as_expected()
    machine.teardown()
