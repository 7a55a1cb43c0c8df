from dataclasses import replace
from uuid import UUID

import pytest

from job_ledger.options import JobOptions
from job_ledger.record import JobOutcome, JobProgress, NewJob, new_job_id

JOB = NewJob("ann", "a problem", b"{}", idempotency_key="k")


def test_ids_of_jobs_are_uuids_of_version_7_that_rise() -> None:
    made = [new_job_id() for _ in range(1000)]
    assert {UUID(job_id).version for job_id in made} == {7}
    assert made == sorted(set(made))


@pytest.mark.parametrize(
    "progress",
    [JobProgress("reading", 0), JobProgress("solving", 40, 12.25, 0.1), JobProgress("done", 100, 0.0)],
)
def test_progress_survives_being_stored(progress: JobProgress) -> None:
    assert JobProgress.from_json(progress.to_json()) == progress


@pytest.mark.parametrize("percent", [-1, 101])
def test_progress_is_a_percentage(percent: int) -> None:
    with pytest.raises(ValueError, match="percent"):
        JobProgress("solving", percent)


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [
        (None, 1.0, None),
        (1.0, None, None),
        (10.0, 8.0, 0.25),
        (8.0, 0.0, None),
        (8.0, 8.0, 0.0),
        (0.0, 0.0, 0.0),
    ],
)
def test_the_gap_is_relative_to_the_bound(
    value: float | None, bound: float | None, gap: float | None
) -> None:
    assert JobProgress("solving", 1, value, bound).gap == gap


def test_an_outcome_survives_being_stored() -> None:
    outcome = JobOutcome(
        succeeded=False, reason="infeasible", limit="none", backend="highs", solve_seconds=0.25
    )
    assert JobOutcome.from_json(outcome.to_json()) == outcome


@pytest.mark.parametrize("name", ["user", "idempotency_key", "request_id"])
@pytest.mark.parametrize("value", ["", "x" * 257])
def test_names_have_a_length(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must have 1 to 256 characters"):
        replace(JOB, **{name: value})  # type: ignore[arg-type]


def test_the_digest_is_of_what_is_asked_and_not_of_who_asks() -> None:
    assert JOB.digest == replace(JOB, user="bob", problem_id="other", idempotency_key=None).digest
    others = [
        replace(JOB, document=b"[]"),
        replace(JOB, options=JobOptions("greedy")),
        replace(JOB, options=JobOptions(time_limit_seconds=1.0)),
        replace(JOB, options=JobOptions(max_moves=0)),
        replace(JOB, options=JobOptions(move_price=0.0)),
    ]
    assert len({JOB.digest, *(other.digest for other in others)}) == 6


def test_the_digest_of_a_key_tells_users_apart_and_hides_the_key() -> None:
    assert replace(JOB, idempotency_key=None).key_digest is None
    assert JOB.key_digest is not None
    assert "k" not in JOB.key_digest
    # Where one name ends and the other begins matters.
    assert (
        replace(JOB, user="a", idempotency_key="bc").key_digest
        != replace(JOB, user="ab", idempotency_key="c").key_digest
    )
