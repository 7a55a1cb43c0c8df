from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from bookingopt_worker.pulse import Pulse
from job_ledger import BeatAnswer, Claim, JobProgress, JobStore, StoreUnavailable

SOON = 0.001
LONG = 30.0


class Listening:
    """A ledger that lets a test wait for beats, and can be away."""

    def __init__(self, store: JobStore) -> None:
        self.store = store
        self.is_away = False
        self.beats = threading.Semaphore(0)

    def beat(self, claim: Claim, progress: JobProgress | None = None) -> BeatAnswer:
        try:
            if self.is_away:
                raise StoreUnavailable("away")
            return self.store.beat(claim, progress)
        finally:
            self.beats.release()

    def wait(self) -> None:
        """Wait until a beat that began after this call has had its effect."""
        for _ in range(2):
            assert self.beats.acquire(timeout=LONG)


@pytest.fixture
def ledger(store: JobStore) -> Listening:
    """Return a ledger that a test can listen to."""
    return Listening(store)


def test_it_renews_the_lease_and_carries_progress(
    ledger: Listening, store: JobStore, claim_of: Callable[..., Claim]
) -> None:
    claim = claim_of(b"{}")
    with Pulse(ledger, claim, SOON) as pulse:  # type: ignore[arg-type]
        pulse.tell(JobProgress("solving", 30))
        ledger.beats = threading.Semaphore(0)
        ledger.wait()
    job = store.get(claim.job_id)
    assert job is not None
    assert job.progress == JobProgress("solving", 30)
    assert job.lease_until is not None
    assert claim.job.lease_until is not None
    assert job.lease_until > claim.job.lease_until
    assert pulse.answer is BeatAnswer.CONTINUE


def test_it_brings_the_wish_to_cancel(
    ledger: Listening, store: JobStore, claim_of: Callable[..., Claim]
) -> None:
    claim = claim_of(b"{}")
    with Pulse(ledger, claim, SOON) as pulse:  # type: ignore[arg-type]
        store.cancel(claim.job_id)
        ledger.beats = threading.Semaphore(0)
        ledger.wait()
        assert pulse.answer is BeatAnswer.CANCEL


def test_it_stops_when_the_job_is_somebody_elses(
    ledger: Listening, store: JobStore, claim_of: Callable[..., Claim]
) -> None:
    claim = claim_of(b"{}")
    store.release(claim)
    with Pulse(ledger, claim, SOON) as pulse:  # type: ignore[arg-type]
        pulse._thread.join(LONG)
        assert pulse.answer is BeatAnswer.REPLACED


def test_it_goes_on_while_the_ledger_is_away(
    ledger: Listening, store: JobStore, claim_of: Callable[..., Claim]
) -> None:
    claim = claim_of(b"{}")
    ledger.is_away = True
    with Pulse(ledger, claim, SOON) as pulse:  # type: ignore[arg-type]
        ledger.wait()
        assert str(pulse.answer) == "continue"
        store.cancel(claim.job_id)
        ledger.is_away = False
        ledger.beats = threading.Semaphore(0)
        ledger.wait()
        assert pulse.answer is BeatAnswer.CANCEL


def test_it_ends_with_the_job(ledger: Listening, claim_of: Callable[..., Claim]) -> None:
    with Pulse(ledger, claim_of(b"{}"), SOON) as pulse:  # type: ignore[arg-type]
        pass
    assert not pulse._thread.is_alive()
