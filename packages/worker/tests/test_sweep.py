from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from bookingopt_worker.sweep import Sweep
from job_ledger import JobStore, LedgerRules, NewJob, StoreUnavailable, open_store
from job_ledger.queue import JobQueue

LONG = 30.0


@pytest.fixture
def impatient(address: str) -> JobStore:
    """Return the ledger by rules under which every open job is overdue at once."""
    rules = replace(LedgerRules(), redeliver_seconds=1e-9, lease_seconds=1e-9, max_open_jobs_per_user=None)
    return open_store(address, rules)


def _accept(store: JobStore) -> str:
    job = store.accept(NewJob("ann", "p", b"{}")).job
    assert job is not None
    return job.job_id


def _wait_for_the_next_millisecond(store: JobStore, job_id: str) -> None:
    """Moments are counted in milliseconds."""
    job = store.get(job_id)
    assert job is not None
    while True:
        newer = store.get(_accept(store))
        assert newer is not None
        store.cancel(newer.job_id)
        if newer.accepted > job.accepted:
            return


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_job_is_delivered_again_if_its_message_is_lost_and_not_if_it_waits(
    impatient: JobStore, queue: JobQueue, is_lost: bool
) -> None:
    job_id = _accept(impatient)
    if not is_lost:
        queue.deliver(job_id)
    _wait_for_the_next_millisecond(impatient, job_id)
    sweep = Sweep(impatient, queue, "one", 60)
    sweep.sweep()
    assert queue.waiting() == [job_id]
    assert sweep.redelivered == int(is_lost)
    impatient.close()


def test_a_sweep_says_that_its_consumer_is_alive(store: JobStore, queue: JobQueue) -> None:
    Sweep(store, queue, "one", 60).sweep()
    Sweep(store, queue, "two", 60).sweep()
    assert store.statistics().workers == 2


def test_a_fault_in_a_round_does_not_end_the_sweep(
    store: JobStore, queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = threading.Semaphore(0)

    def fail(_worker: str, _seconds: float) -> None:
        rounds.release()
        raise KeyError("a fault of ours")

    monkeypatch.setattr(store, "announce", fail)
    sweep = Sweep(store, queue, "one", 0.001)
    sweep.start()
    for _ in range(3):
        assert rounds.acquire(timeout=LONG)
    sweep.stop()
    sweep.join(LONG)
    assert not sweep.is_alive()


def test_the_thread_goes_on_while_the_ledger_is_away_and_ends_when_told(
    store: JobStore, queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = threading.Semaphore(0)
    announce = store.announce

    def away_at_first(worker: str, seconds: float) -> None:
        rounds.release()
        if len(seen) < 3:
            seen.append(worker)
            raise StoreUnavailable("away")
        announce(worker, seconds)

    seen: list[str] = []
    monkeypatch.setattr(store, "announce", away_at_first)
    sweep = Sweep(store, queue, "one", 0.001)
    sweep.start()
    for _ in range(6):
        assert rounds.acquire(timeout=LONG)
    sweep.stop()
    sweep.join(LONG)
    assert not sweep.is_alive()
    assert seen == ["one"] * 3
