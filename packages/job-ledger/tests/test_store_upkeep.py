"""What both stores promise to those who stop, list, count and look after jobs; each test on each store."""

from __future__ import annotations

import pytest

from job_ledger import (
    AcceptAnswer,
    BeatAnswer,
    CancelAnswer,
    Ending,
    EraseAnswer,
    JobState,
    NewJob,
)

from .conftest import FAILED, SOLVED, Ledger

LEASE, PATIENCE, TTL = 15, 30, 3600


# Cancelling and erasing -----------------------------------------------------------------------------
def test_a_queued_job_is_cancelled_at_once(ledger: Ledger) -> None:
    job = ledger.accept()
    assert ledger.store.cancel(job.job_id) is CancelAnswer.CANCELLED
    assert ledger.known(job.job_id).state is JobState.CANCELLED
    assert ledger.store.cancel(job.job_id) is CancelAnswer.FINISHED
    assert ledger.store.claim(job.job_id) is None


def test_a_running_job_is_asked_to_stop_with_the_next_beat(ledger: Ledger) -> None:
    claim = ledger.claimed()
    assert ledger.store.cancel(claim.job_id) is CancelAnswer.STOPPING
    assert ledger.store.cancel(claim.job_id) is CancelAnswer.ALREADY_STOPPING
    assert ledger.known(claim.job_id).is_cancel_requested
    assert ledger.store.beat(claim) is BeatAnswer.CANCEL
    assert ledger.store.finish(claim, Ending(JobState.CANCELLED)) is JobState.CANCELLED


@pytest.mark.parametrize("ending", [SOLVED, FAILED])
def test_a_job_that_was_asked_to_stop_ends_cancelled_whatever_its_worker_says(
    ledger: Ledger, ending: Ending
) -> None:
    claim = ledger.claimed()
    ledger.store.cancel(claim.job_id)
    assert ledger.store.finish(claim, ending) is JobState.CANCELLED
    job = ledger.known(claim.job_id)
    assert (job.state, job.error) == (JobState.CANCELLED, None)
    assert ledger.store.result(claim.job_id) == ending.result


@pytest.mark.parametrize("way", ["release", "claim", "take_overdue"])
def test_a_lost_job_that_was_asked_to_stop_is_cancelled_and_not_repeated(ledger: Ledger, way: str) -> None:
    claim = ledger.claimed()
    ledger.store.cancel(claim.job_id)
    if way == "release":
        assert ledger.store.release(claim) is JobState.CANCELLED
    else:
        ledger.age(LEASE + 1)
        assert not (ledger.store.claim(claim.job_id) if way == "claim" else ledger.store.take_overdue())
    assert ledger.known(claim.job_id).state is JobState.CANCELLED


def test_an_erased_job_leaves_nothing_behind(ledger: Ledger) -> None:
    claim = ledger.claimed(idempotency_key="k")
    assert ledger.store.erase(claim.job_id) is EraseAnswer.STILL_OPEN
    ledger.store.finish(claim, SOLVED)
    assert ledger.store.erase(claim.job_id) is EraseAnswer.ERASED
    assert ledger.store.get(claim.job_id) is None
    assert ledger.store.document(claim.job_id) is None
    assert ledger.store.result(claim.job_id) is None
    assert ledger.store.jobs_of("ann").jobs == ()
    assert ledger.store.erase(claim.job_id) is EraseAnswer.UNKNOWN
    assert ledger.accept(idempotency_key="k").job_id != claim.job_id


# Looking after the ledger ---------------------------------------------------------------------------
def test_a_queued_job_is_overdue_when_nobody_took_it_for_long_and_one_caller_gets_it(ledger: Ledger) -> None:
    job = ledger.accept()
    ledger.age(PATIENCE - 5)
    assert ledger.store.take_overdue() == ()
    ledger.age(10)
    assert ledger.store.take_overdue() == (job.job_id,)
    assert ledger.store.take_overdue() == ()
    ledger.age(PATIENCE + 1)
    assert ledger.store.take_overdue() == (job.job_id,)


def test_a_running_job_is_overdue_as_soon_as_its_lease_is_over(ledger: Ledger) -> None:
    claim = ledger.claimed()
    ledger.age(LEASE - 5)
    assert ledger.store.take_overdue() == ()
    ledger.age(10)
    assert ledger.store.take_overdue() == (claim.job_id,)
    assert ledger.store.take_overdue() == ()
    assert ledger.known(claim.job_id).state is JobState.RUNNING
    assert ledger.store.claim(claim.job_id) is not None


def test_a_message_lost_twice_is_sent_a_third_time(ledger: Ledger) -> None:
    claim = ledger.claimed()
    ledger.age(LEASE + 1)
    assert ledger.store.take_overdue() == (claim.job_id,)
    ledger.age(PATIENCE + 1)
    assert ledger.store.take_overdue() == (claim.job_id,)


def test_a_job_lost_three_times_with_its_worker_is_given_up(ledger: Ledger) -> None:
    job_id = ledger.accept().job_id
    for _ in range(3):
        assert ledger.store.claim(job_id) is not None
        ledger.age(LEASE + 1)
        overdue = ledger.store.take_overdue()
    assert overdue == ()
    job = ledger.known(job_id)
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert job.error is not None
    assert job.error.kind == "worker-died"
    assert ledger.store.statistics().lost_attempts == 3


def test_a_late_message_for_a_job_lost_three_times_gives_it_up_too(ledger: Ledger) -> None:
    job_id = ledger.accept().job_id
    for _ in range(3):
        assert ledger.store.claim(job_id) is not None
        ledger.age(LEASE + 1)
    assert ledger.store.claim(job_id) is None
    assert ledger.known(job_id).state is JobState.FAILED


def test_overdue_jobs_come_in_portions(ledger: Ledger) -> None:
    jobs = {ledger.accept().job_id for _ in range(5)}
    ledger.age(PATIENCE + 1)
    portions = [ledger.store.take_overdue(limit=2) for _ in range(4)]
    assert [len(portion) for portion in portions] == [2, 2, 1, 0]
    assert {job_id for portion in portions for job_id in portion} == jobs


def test_a_finished_job_is_forgotten_when_its_time_is_over_and_an_open_one_never(ledger: Ledger) -> None:
    finished, running, queued = ledger.claimed(idempotency_key="k"), ledger.claimed(), ledger.accept()
    ledger.store.finish(finished, SOLVED)
    ledger.age(TTL - 5)
    assert ledger.store.purge() == 0
    assert ledger.store.result(finished.job_id) == SOLVED.result
    ledger.age(10)
    assert ledger.store.get(finished.job_id) is None
    assert ledger.store.result(finished.job_id) is None
    assert ledger.store.document(finished.job_id) is None
    assert [job.job_id for job in ledger.store.jobs_of("ann").jobs] == [queued.job_id, running.job_id]
    assert ledger.store.purge() == 1
    assert ledger.store.purge() == 0
    ledger.age(100 * TTL)
    assert ledger.store.purge() == 0
    assert ledger.known(running.job_id).state is JobState.RUNNING
    assert ledger.known(queued.job_id).state is JobState.QUEUED


@pytest.mark.parametrize("is_purged", [False, True])
def test_a_key_lives_as_long_as_its_job(ledger: Ledger, is_purged: bool) -> None:
    claim = ledger.claimed(idempotency_key="k")
    ledger.store.finish(claim, SOLVED)
    ledger.age(TTL + 5)
    if is_purged:
        ledger.store.purge()
    again = ledger.store.accept(NewJob("ann", "a problem", b"[]", idempotency_key="k"))
    assert again.answer is AcceptAnswer.ACCEPTED


# Lists and figures ----------------------------------------------------------------------------------
def test_a_list_has_the_jobs_of_one_user_newest_first_page_by_page(ledger: Ledger) -> None:
    mine = [ledger.accept("ann").job_id for _ in range(7)]
    ledger.accept("bob")
    seen: list[str] = []
    after: str | None = None
    pages = 0
    while pages == 0 or after is not None:
        page = ledger.store.jobs_of("ann", after=after, limit=3)
        seen += [job.job_id for job in page.jobs]
        after, pages = page.after, pages + 1
    assert (seen, pages) == (mine[::-1], 3)


def test_a_full_last_page_says_that_it_is_the_last(ledger: Ledger) -> None:
    for _ in range(4):
        ledger.accept()
    first = ledger.store.jobs_of("ann", limit=2)
    assert first.after is not None
    assert ledger.store.jobs_of("ann", after=first.after, limit=2).after is None


def test_a_list_can_be_of_some_states_alone(ledger: Ledger) -> None:
    jobs = [ledger.accept().job_id for _ in range(30)]
    for job_id in jobs[1::3]:
        ledger.store.cancel(job_id)
    page = ledger.store.jobs_of("ann", states=[JobState.CANCELLED], limit=4)
    rest = ledger.store.jobs_of("ann", states=[JobState.CANCELLED], after=page.after, limit=40)
    assert [job.job_id for job in (*page.jobs, *rest.jobs)] == jobs[1::3][::-1]
    assert rest.after is None
    assert ledger.store.jobs_of("ann", states=[JobState.FAILED]).jobs == ()


def test_the_statistics_count_what_is_open_and_how_jobs_ended(ledger: Ledger) -> None:
    ledger.accept()
    ledger.age(100)
    ledger.accept()
    ledger.claimed()
    solved, failed = ledger.claimed(), ledger.claimed()
    ledger.age(3)
    ledger.store.finish(solved, SOLVED)
    ledger.store.finish(failed, FAILED)
    found = ledger.store.statistics()
    assert (found.queued, found.running, found.accepted) == (2, 1, 5)
    assert found.oldest_queued_seconds == pytest.approx(103, abs=2)
    solved_durations = found.durations[JobState.COMPLETED, "optimal", "highs"]
    assert sum(solved_durations.counts) == 1
    assert solved_durations.counts[4] == 1  # above 2.5 and at most 5 seconds
    assert solved_durations.total == pytest.approx(3, abs=1)
    assert sum(found.durations[JobState.FAILED, "invalid-document", ""].counts) == 1
    assert found.gaps["highs"].counts[3] == 1  # above 0.01 and at most 0.05
    assert found.gaps["highs"].total == pytest.approx(0.02)


def test_an_empty_ledger_has_no_oldest_job(ledger: Ledger) -> None:
    found = ledger.store.statistics()
    assert (found.queued, found.running, found.oldest_queued_seconds, found.workers) == (0, 0, None, 0)
    assert (found.durations, found.gaps) == ({}, {})


def test_a_consumer_counts_as_alive_for_as_long_as_it_said(ledger: Ledger) -> None:
    ledger.store.announce("one", 20)
    ledger.store.announce("two", 40)
    ledger.store.announce("two", 40)
    assert ledger.store.statistics().workers == 2
    ledger.age(30)
    assert ledger.store.statistics().workers == 1
    ledger.store.purge()
    assert ledger.store.statistics().workers == 1


def test_what_one_process_wrote_another_one_reads(ledger: Ledger) -> None:
    claim = ledger.claimed(document=b"x" * 100_000)
    other = ledger.open()
    assert other.get(claim.job_id) == claim.job
    assert other.finish(claim, SOLVED) is JobState.COMPLETED
    assert other.document(claim.job_id) == b"x" * 100_000
    other.close()
    ledger.store.ping()
