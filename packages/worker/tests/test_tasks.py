from __future__ import annotations

from collections.abc import Callable

import pytest

from bookingopt_worker.jobs import Claim, JobStore, NewJob, StoreUnavailable
from bookingopt_worker.supervisor import Supervisor
from bookingopt_worker.tasks import make_task


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


def test_a_message_is_claimed_and_done(store: JobStore, supervisor: Noting) -> None:
    job = store.accept(NewJob("ann", "p", b"{}")).job
    assert job is not None
    make_task(store, supervisor)(job.job_id)
    assert [claim.job_id for claim in supervisor.claims] == [job.job_id]


def test_a_message_for_a_job_that_somebody_works_on_is_dropped(
    store: JobStore, supervisor: Noting, claim_of: Callable[..., Claim]
) -> None:
    make_task(store, supervisor)(claim_of(b"{}").job_id)
    make_task(store, supervisor)("unknown")
    assert supervisor.claims == []


def test_a_message_that_comes_while_the_ledger_is_away_is_left_to_the_sweep(
    store: JobStore, supervisor: Noting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_job_id: str) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(store, "claim", away)
    make_task(store, supervisor)("any")
    assert supervisor.claims == []
