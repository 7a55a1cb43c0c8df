import pytest

from job_ledger.codec import new_fields, to_record
from job_ledger.record import JobError, JobOutcome, NewJob
from job_ledger.results import WORKER_DIED, Claim, Ending
from job_ledger.state import JobState

OUTCOME = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs", gap=0.5)


def test_a_claim_knows_its_job_and_token() -> None:
    job = to_record(new_fields(NewJob("ann", "p", b"{}"), "id") | {"accepted": 0, "token": 7})
    claim = Claim(job, b"{}")
    assert (claim.job_id, claim.token) == ("id", 7)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_an_ending_is_final(state: JobState) -> None:
    with pytest.raises(ValueError, match=f"cannot end {state}"):
        Ending(state)


def test_a_result_and_what_it_says_come_together() -> None:
    with pytest.raises(ValueError, match="together"):
        Ending(JobState.COMPLETED, b"{}")
    with pytest.raises(ValueError, match="together"):
        Ending(JobState.CANCELLED, outcome=OUTCOME)


def test_a_completed_job_has_a_result() -> None:
    with pytest.raises(ValueError, match="completed job has a result"):
        Ending(JobState.COMPLETED)


def test_a_failed_job_and_no_other_has_an_error() -> None:
    with pytest.raises(ValueError, match="has an error"):
        Ending(JobState.FAILED)
    with pytest.raises(ValueError, match="has an error"):
        Ending(JobState.CANCELLED, error=WORKER_DIED)


@pytest.mark.parametrize(
    ("ending", "reason", "backend", "gap"),
    [
        (Ending(JobState.COMPLETED, b"{}", OUTCOME), "optimal", "highs", 0.5),
        (Ending(JobState.CANCELLED, b"{}", OUTCOME), "optimal", "highs", 0.5),
        (Ending(JobState.CANCELLED), "cancelled", "", None),
        (Ending(JobState.FAILED, error=JobError("solver-failed")), "solver-failed", "", None),
    ],
)
def test_an_ending_is_told_to_the_metrics_in_one_word(
    ending: Ending, reason: str, backend: str, gap: float | None
) -> None:
    assert (ending.reason, ending.backend, ending.gap) == (reason, backend, gap)
