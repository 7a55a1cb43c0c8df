from datetime import UTC, datetime

import pytest

from job_ledger.codec import Stored, compress, decompress, new_fields, to_record
from job_ledger.options import JobOptions
from job_ledger.record import JobError, JobOutcome, JobProgress, NewJob
from job_ledger.state import JobState

OPTIONS = JobOptions("greedy", 7.5, 0, 0.125)
OUTCOME = JobOutcome(succeeded=True, reason="feasible", limit="time", backend="cvxpy", gap=0.01)


@pytest.mark.parametrize("document", [b"", b"{}", bytes(range(256)) * 10])
def test_a_document_comes_back_byte_for_byte(document: bytes) -> None:
    assert decompress(compress(document)) == document


def test_documents_are_stored_small() -> None:
    document = b'{"Name": "A", "Arrival": "2026-05-01", "Length": 3},' * 1000
    assert len(compress(document)) < len(document) / 10


def test_what_is_none_is_not_stored() -> None:
    fields = new_fields(NewJob("ann", "p", b"{}"), "id")
    left_out = {"time_limit", "max_moves", "move_price", "curve_points", "request_id", "key_digest"}
    assert left_out & set(fields) == set()
    assert fields["state"] == "queued"


FULL: dict[str, Stored] = {
    **new_fields(NewJob("ann", "p", b"{}", OPTIONS, "k", "r"), "id"),
    "state": "failed",
    "accepted": 1_000,
    "started": 2_000,
    "finished": 3_500,
    "expires": 10_000,
    "attempts": 2,
    "token": 5,
    "lease_until": 4_000,
    "cancel": 1,
    "progress": JobProgress("solving", 5).to_json(),
    "outcome": OUTCOME.to_json(),
    "error": "solver-failed",
    "detail": "It failed.",
}


@pytest.mark.parametrize("as_text", [False, True])
def test_a_record_is_read_from_numbers_and_from_text_alike(as_text: bool) -> None:
    """SQLite gives numbers and None, Redis gives text and leaves out."""
    fields = {name: str(value) if as_text else value for name, value in FULL.items()}
    job = to_record(fields)
    assert (job.job_id, job.user, job.state) == ("id", "ann", JobState.FAILED)
    assert job.accepted == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert job.finished == datetime(1970, 1, 1, 0, 0, 3, 500_000, tzinfo=UTC)
    assert (job.attempts, job.token, job.is_cancel_requested) == (2, 5, True)
    assert (job.progress, job.outcome) == (JobProgress("solving", 5), OUTCOME)
    assert job.error == JobError("solver-failed", "It failed.")
    assert (job.options, job.request_id) == (OPTIONS, "r")


@pytest.mark.parametrize("as_text", [False, True])
def test_the_points_of_a_curve_are_read_again(as_text: bool) -> None:
    options = JobOptions(curve_points=15)
    fields = new_fields(NewJob("ann", "p", b"{}", options), "id") | {"accepted": 0}
    assert (
        to_record({name: str(value) if as_text else value for name, value in fields.items()}).options
        == options
    )


def test_missing_and_none_are_the_same() -> None:
    fields = new_fields(NewJob("ann", "p", b"{}"), "id") | {"accepted": 0}
    with_none = {**fields, "started": None, "progress": None, "error": None, "time_limit": None}
    assert to_record(fields) == to_record(with_none)
    assert to_record(fields).started is None
