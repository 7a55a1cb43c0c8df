"""What both stores promise; each test runs on each of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from job_ledger import (
    AcceptAnswer,
    BeatAnswer,
    CancelAnswer,
    EraseAnswer,
    JobOptions,
    JobProgress,
    JobState,
    NewJob,
)

from .conftest import FAILED, OUTCOME, SOLVED, Ledger

LEASE, TTL = 15, 3600


# Accepting ------------------------------------------------------------------------------------------
def test_an_accepted_job_is_queued_and_has_its_document_byte_for_byte(ledger: Ledger) -> None:
    document = bytes(range(256)) * 100
    options = JobOptions("greedy", 7.5, 0, 0.1)
    job = ledger.accept("ann", document, options=options, request_id="r-1")
    assert ledger.store.get(job.job_id) == job
    assert (job.state, job.user, job.problem_id) == (JobState.QUEUED, "ann", "a problem")
    assert (job.options, job.request_id) == (options, "r-1")
    assert job.digest == NewJob("bob", "another", document, options).digest
    assert (job.attempts, job.started, job.lease_until, job.expires) == (0, None, None, None)
    assert ledger.store.document(job.job_id) == document
    assert ledger.store.result(job.job_id) is None


def test_a_job_that_nobody_accepted_is_unknown_to_every_call(ledger: Ledger) -> None:
    store, unknown = ledger.store, "01999999-0000-7000-8000-000000000000"
    assert (store.get(unknown), store.document(unknown), store.result(unknown)) == (None, None, None)
    assert store.claim(unknown) is None
    assert store.cancel(unknown) is CancelAnswer.UNKNOWN
    assert store.erase(unknown) is EraseAnswer.UNKNOWN


def test_the_same_key_with_the_same_request_is_the_same_job(ledger: Ledger) -> None:
    first = ledger.accept(idempotency_key="k")
    again = ledger.store.accept(NewJob("ann", "a problem", b"{}", idempotency_key="k"))
    assert (again.answer, again.job) == (AcceptAnswer.SAME_JOB, first)
    assert ledger.store.statistics().accepted == 1


@pytest.mark.parametrize(
    "change",
    [
        {"document": b"[]"},
        {"options": JobOptions("greedy")},
        {"options": JobOptions(max_moves=0)},
        {"options": JobOptions(curve_points=2)},
    ],
)
def test_the_same_key_with_another_request_accepts_nothing(
    ledger: Ledger, change: dict[str, bytes | JobOptions]
) -> None:
    first = ledger.accept(idempotency_key="k")
    other = replace(NewJob("ann", "a problem", b"{}", idempotency_key="k"), **change)  # type: ignore[arg-type]
    answer = ledger.store.accept(other)
    assert answer.answer is AcceptAnswer.KEY_REUSED
    assert answer.job is not None
    assert answer.job.job_id == first.job_id
    assert ledger.store.statistics().queued == 1


def test_a_key_belongs_to_its_user(ledger: Ledger) -> None:
    mine = ledger.accept("ann", idempotency_key="k")
    yours = ledger.store.accept(NewJob("bob", "a problem", b"[]", idempotency_key="k"))
    assert yours.answer is AcceptAnswer.ACCEPTED
    assert yours.job is not None
    assert yours.job.job_id != mine.job_id


def test_p3_fifty_parallel_posts_with_one_key_are_one_job(ledger: Ledger) -> None:
    def post(_: int) -> tuple[AcceptAnswer, str]:
        answer = ledger.store.accept(NewJob("ann", "a problem", b"{}" * 500, idempotency_key="k"))
        assert answer.job is not None
        return answer.answer, answer.job.job_id

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(post, range(50)))
    assert len({job_id for _, job_id in answers}) == 1
    assert [answer for answer, _ in answers].count(AcceptAnswer.ACCEPTED) == 1
    assert ledger.store.statistics().queued == 1


def test_a_user_has_at_most_so_many_open_jobs_and_others_are_not_affected(ledger: Ledger) -> None:
    store = ledger.open(replace(ledger.rules, max_open_jobs_per_user=3))
    for number in range(3):
        assert store.accept(NewJob("ann", str(number), b"{}")).answer is AcceptAnswer.ACCEPTED
    refused = store.accept(NewJob("ann", "4", b"{}"))
    assert (refused.answer, refused.job) == (AcceptAnswer.TOO_MANY_JOBS, None)
    assert store.accept(NewJob("bob", "1", b"{}")).answer is AcceptAnswer.ACCEPTED
    store.close()


@pytest.mark.parametrize("end", ["finish", "cancel"])
def test_a_job_that_ended_makes_room_for_another(ledger: Ledger, end: str) -> None:
    store = ledger.open(replace(ledger.rules, max_open_jobs_per_user=1))
    job_id = ledger.accept().job_id
    if end == "finish":
        claim = store.claim(job_id)
        assert claim is not None
        assert store.accept(NewJob("ann", "2", b"{}")).answer is AcceptAnswer.TOO_MANY_JOBS
        store.finish(claim, SOLVED)
    else:
        store.cancel(job_id)
    assert store.accept(NewJob("ann", "2", b"{}")).answer is AcceptAnswer.ACCEPTED
    store.close()


def test_a_known_key_is_answered_even_if_the_user_has_too_many_jobs(ledger: Ledger) -> None:
    store = ledger.open(replace(ledger.rules, max_open_jobs_per_user=1))
    ledger.accept(idempotency_key="k")
    again = store.accept(NewJob("ann", "a problem", b"{}", idempotency_key="k"))
    assert again.answer is AcceptAnswer.SAME_JOB
    store.close()


def test_parallel_posts_of_one_user_never_exceed_the_limit(ledger: Ledger) -> None:
    store = ledger.open(replace(ledger.rules, max_open_jobs_per_user=3))
    with ThreadPoolExecutor(12) as pool:
        answers = [
            answer.answer
            for answer in pool.map(lambda number: store.accept(NewJob("ann", str(number), b"{}")), range(24))
        ]
    assert answers.count(AcceptAnswer.ACCEPTED) == 3
    assert answers.count(AcceptAnswer.TOO_MANY_JOBS) == 21
    store.close()


# Claims and leases ----------------------------------------------------------------------------------
def test_a_claim_makes_the_job_running_and_brings_its_document(ledger: Ledger) -> None:
    claim = ledger.claimed(document=b'{"ProblemId": "x"}')
    job = ledger.known(claim.job_id)
    assert claim.document == b'{"ProblemId": "x"}'
    assert (job.state, job.attempts, job.token) == (JobState.RUNNING, 1, 1)
    assert job.started is not None
    assert job.lease_until is not None
    assert (job.lease_until - job.started).total_seconds() == LEASE


def test_of_many_who_claim_a_job_one_gets_it(ledger: Ledger) -> None:
    job_id = ledger.accept().job_id
    with ThreadPoolExecutor(12) as pool:
        claims = list(pool.map(lambda _: ledger.store.claim(job_id), range(24)))
    assert sum(claim is not None for claim in claims) == 1


def test_p5_a_claim_tells_how_long_ago_the_job_was_taken_up_first(ledger: Ledger) -> None:
    first = ledger.claimed()
    assert first.seconds_since_start(LEASE) == 0.0
    ledger.age(LEASE + 5)
    again = ledger.store.claim(first.job_id)
    assert again is not None
    assert LEASE + 5 <= again.seconds_since_start(LEASE) < LEASE + 60


def test_a_beat_renews_the_lease(ledger: Ledger) -> None:
    claim = ledger.claimed()
    for _ in range(3):
        ledger.age(10)
        assert ledger.store.beat(claim) is BeatAnswer.CONTINUE
        assert ledger.store.claim(claim.job_id) is None


def test_a_worker_that_was_slow_but_not_replaced_may_go_on(ledger: Ledger) -> None:
    claim = ledger.claimed()
    ledger.age(LEASE + 1)
    assert ledger.store.beat(claim) is BeatAnswer.CONTINUE
    assert ledger.store.finish(claim, SOLVED) is JobState.COMPLETED


def test_p2_a_worker_that_was_replaced_is_refused_everything(ledger: Ledger) -> None:
    paused = ledger.claimed()
    ledger.age(LEASE + 1)
    replacement = ledger.store.claim(paused.job_id)
    assert replacement is not None
    assert (replacement.token, replacement.job.attempts) == (2, 2)
    assert ledger.store.beat(paused) is BeatAnswer.REPLACED
    assert ledger.store.finish(paused, FAILED) is None
    assert ledger.store.release(paused) is None
    assert ledger.store.finish(replacement, SOLVED) is JobState.COMPLETED
    assert ledger.store.finish(paused, FAILED) is None
    assert ledger.store.result(paused.job_id) == SOLVED.result
    assert ledger.known(paused.job_id).error is None


def test_progress_is_told_while_the_job_runs(ledger: Ledger) -> None:
    claim = ledger.claimed()
    progress = JobProgress("solving", 40, 12.5, 10.0)
    ledger.store.beat(claim, progress)
    assert ledger.known(claim.job_id).progress == progress
    ledger.store.beat(claim)
    assert ledger.known(claim.job_id).progress == progress
    ledger.store.finish(claim, SOLVED)
    assert ledger.known(claim.job_id).progress is None


# Ends -----------------------------------------------------------------------------------------------
def test_a_finished_job_has_its_result_byte_for_byte_and_an_expiry(ledger: Ledger) -> None:
    claim = ledger.claimed()
    assert ledger.store.finish(claim, SOLVED) is JobState.COMPLETED
    job = ledger.known(claim.job_id)
    assert (job.state, job.outcome, job.error, job.lease_until) == (JobState.COMPLETED, OUTCOME, None, None)
    assert job.finished is not None
    assert job.expires is not None
    assert (job.expires - job.finished).total_seconds() == TTL
    assert ledger.store.result(claim.job_id) == SOLVED.result


def test_a_failed_job_has_its_error_and_no_result(ledger: Ledger) -> None:
    claim = ledger.claimed()
    assert ledger.store.finish(claim, FAILED) is JobState.FAILED
    assert ledger.known(claim.job_id).error == FAILED.error
    assert ledger.store.result(claim.job_id) is None


def test_p2_a_result_is_written_once(ledger: Ledger) -> None:
    """The same claim is told again how it ended, because the first answer may have been lost."""
    claim = ledger.claimed()
    ledger.store.finish(claim, SOLVED)
    before = ledger.known(claim.job_id)
    assert ledger.store.finish(claim, replace(SOLVED, result=b"another")) is JobState.COMPLETED
    assert ledger.store.result(claim.job_id) == SOLVED.result
    assert ledger.known(claim.job_id) == before


def test_a_final_state_is_left_by_no_operation(ledger: Ledger) -> None:
    claim = ledger.claimed()
    ledger.store.finish(claim, SOLVED)
    ledger.age(60)
    before = ledger.known(claim.job_id)
    assert ledger.store.claim(claim.job_id) is None
    assert ledger.store.beat(claim) is BeatAnswer.REPLACED
    assert ledger.store.release(claim) is None
    assert ledger.store.cancel(claim.job_id) is CancelAnswer.FINISHED
    assert ledger.store.take_overdue() == ()
    assert ledger.known(claim.job_id) == before


# Giving back ----------------------------------------------------------------------------------------
def test_a_released_job_is_queued_and_the_attempt_does_not_count(ledger: Ledger) -> None:
    claim = ledger.claimed()
    ledger.store.beat(claim, JobProgress("solving", 40))
    for _ in range(5):
        assert ledger.store.release(claim) is JobState.QUEUED
        job = ledger.known(claim.job_id)
        assert (job.state, job.attempts, job.lease_until, job.progress) == (JobState.QUEUED, 0, None, None)
        again = ledger.store.claim(claim.job_id)
        assert again is not None
        claim = again


def test_the_third_lost_attempt_is_the_last(ledger: Ledger) -> None:
    job_id = ledger.accept().job_id
    for expected in (JobState.QUEUED, JobState.QUEUED, JobState.FAILED):
        claim = ledger.store.claim(job_id)
        assert claim is not None
        assert ledger.store.release(claim, is_lost=True) is expected
    job = ledger.known(job_id)
    assert job.error is not None
    assert job.error.kind == "worker-died"
    assert ledger.store.statistics().lost_attempts == 3
