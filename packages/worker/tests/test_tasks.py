from __future__ import annotations

from collections.abc import Callable

import pytest

from bookingopt_worker.supervisor import Supervisor
from bookingopt_worker.tasks import make_task
from bookingopt_worker.turns import Turns
from job_ledger import Claim, JobStore, NewJob, StoreUnavailable
from job_ledger.queue import JobQueue


class Noting(Supervisor):
    """Notes which claims it is given."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []

    def supervise(self, claim: Claim) -> None:
        self.claims.append(claim)


@pytest.fixture
def supervisor() -> Noting:
    """Return a supervisor that only takes notes."""
    return Noting()


@pytest.fixture
def turns(store: JobStore, queue: JobQueue) -> Turns:
    """Return the turns of a worker that does one job of a user at a time."""
    return Turns(store, queue, 1, lambda: False)


def test_a_message_is_claimed_and_done(store: JobStore, turns: Turns, supervisor: Noting) -> None:
    jobs = [store.accept(NewJob("ann", "p", b"{}")).job for _ in range(2)]
    for job in jobs:
        assert job is not None
        make_task(turns, supervisor)(job.job_id)
    assert [claim.job_id for claim in supervisor.claims] == [job.job_id for job in jobs if job is not None]


def test_a_message_for_a_job_that_somebody_works_on_is_dropped(
    turns: Turns, supervisor: Noting, claim_of: Callable[..., Claim]
) -> None:
    make_task(turns, supervisor)(claim_of(b"{}").job_id)
    make_task(turns, supervisor)("unknown")
    assert supervisor.claims == []


def test_a_message_that_comes_while_the_ledger_is_away_is_left_to_the_sweep(
    store: JobStore, turns: Turns, supervisor: Noting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(store, "next_turn", away)
    make_task(turns, supervisor)("any")
    assert supervisor.claims == []


def test_a_place_is_given_back_when_a_job_went_wrong(
    store: JobStore, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = Noting()

    def fail(_claim: Claim) -> None:
        raise RuntimeError

    monkeypatch.setattr(supervisor, "supervise", fail)
    for _ in range(2):  # with a place for one job of a user
        job = store.accept(NewJob("ann", "p", b"{}")).job
        assert job is not None
        with pytest.raises(RuntimeError):
            make_task(turns, supervisor)(job.job_id)
