from __future__ import annotations

import threading

import pytest

from bookingopt_worker import turns as turns_module
from bookingopt_worker.turns import Turns
from job_ledger import Claim, JobStore, NewJob
from job_ledger.queue import JobQueue
from job_ledger.sqlite_rows import store_time


def accept(store: JobStore, user: str, document: bytes = b"{}") -> str:
    job = store.accept(NewJob(user, "p", document)).job
    assert job is not None
    return job.job_id


class Worker:
    """Turns of one worker, and what it has in hand."""

    def __init__(self, store: JobStore, queue: JobQueue, slots: int) -> None:
        self.is_stopping = threading.Event()
        self.turns = Turns(store, queue, slots, self.is_stopping.is_set)

    def take(self, job_id: str = "") -> Claim:
        claim = self.turns.take(job_id)
        assert claim is not None
        return claim

    def take_later(self, job_id: str = "") -> list[Claim | None]:
        """Take a job in a thread; the list gets what it is given."""
        taken: list[Claim | None] = []
        thread = threading.Thread(target=lambda: taken.append(self.turns.take(job_id)), daemon=True)
        thread.start()
        self.thread = thread
        return taken


@pytest.fixture
def worker(store: JobStore, queue: JobQueue) -> Worker:
    """Return a worker with one place for each user."""
    return Worker(store, queue, 1)


def test_users_take_turns_within_one_millisecond(
    store: JobStore, queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = store_time()
    for module in ("sqlite_store", "sqlite_turns"):
        monkeypatch.setattr(f"job_ledger.{module}.store_time", lambda: now)
    test_users_take_turns(store, queue)


def test_users_take_turns(store: JobStore, queue: JobQueue) -> None:
    worker = Worker(store, queue, 10)
    for user in ("ann", "ann", "ann", "bob", "bob", "cem"):
        accept(store, user)
    assert [worker.take().job.user for _ in range(6)] == ["ann", "bob", "cem", "ann", "bob", "ann"]
    assert worker.turns.take("") is None


def test_a_user_has_no_more_places_than_allowed(store: JobStore, worker: Worker) -> None:
    accept(store, "ann")
    second = accept(store, "ann")
    first = worker.take()
    taken = worker.take_later(second)
    bobs = accept(store, "bob")
    worker.thread.join(10)
    assert [claim.job_id for claim in taken if claim is not None] == [bobs], (
        "the thread was free for another user"
    )
    taken = worker.take_later(second)
    worker.turns.give_back(first)
    worker.thread.join(10)
    assert [claim.job_id for claim in taken if claim is not None] == [second]


def test_a_message_that_cannot_be_followed_goes_back_once_for_other_workers(
    store: JobStore, queue: JobQueue, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "LOOK_SECONDS", 0.001)
    accept(store, "ann")
    second = accept(store, "ann")
    worker.take()
    taken = worker.take_later(second)
    while not queue.waiting():
        assert worker.thread.is_alive()
    worker.is_stopping.set()
    worker.thread.join(10)
    assert taken == [None]
    assert queue.waiting() == [second]


def test_one_large_document_is_in_hand_at_a_time(
    store: JobStore, queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "LARGE_BYTES", 100)
    worker = Worker(store, queue, 10)
    for user in ("ann", "bob"):
        accept(store, user, b"{" + b" " * 200 + b"}")
    first = worker.take()
    taken = worker.take_later()
    small = accept(store, "cem")
    worker.thread.join(10)
    assert [claim.job_id for claim in taken if claim is not None] == [small]
    worker.turns.give_back(first)
    assert worker.take().job.user == "bob"


def test_a_job_that_others_take_first_is_no_end(
    store: JobStore, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(store, "ann")
    claims = [None, None, None, store.claim]
    monkeypatch.setattr(turns_module, "LOOK_SECONDS", 0.001)
    real = store.claim

    def contended(job_id: str) -> Claim | None:
        return None if claims.pop(0) is None else real(job_id)

    monkeypatch.setattr(store, "claim", contended)
    assert worker.take().job.user == "ann"
