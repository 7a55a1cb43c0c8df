from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bookingopt_worker.endings import Abandoned
from bookingopt_worker.logs import log_event, log_failure, log_job, log_trouble
from job_ledger import Claim, Ending, JobError, JobOutcome, JobState


def test_one_line_tells_all_of_an_attempt(
    lines: Callable[[], list[dict[str, object]]], claim_of: Callable[..., Claim]
) -> None:
    claim = claim_of(b"{}", request_id="r-1")
    outcome = JobOutcome(
        succeeded=True, reason="feasible", limit="time", backend="highs", gap=0.25, solve_seconds=1.5
    )
    log_job(claim, Ending(JobState.COMPLETED, b"12345", outcome), JobState.COMPLETED, 2.0)
    (line,) = lines()
    assert line.pop("timestamp")
    assert line.pop("wait_seconds") is not None
    assert line == {
        "event": "job",
        "level": "info",
        "logger": "bookingopt_worker",
        "job_id": claim.job_id,
        "request_id": "r-1",
        "attempt": 1,
        "state": "completed",
        "reason": "feasible",
        "is_ended": True,
        "backend": "highs",
        "limit": "time",
        "gap": 0.25,
        "solve_seconds": 1.5,
        "run_seconds": 2.0,
        "document_bytes": 2,
        "result_bytes": 5,
    }


@pytest.mark.parametrize(
    ("ending", "reason", "is_ended"),
    [
        (Ending(JobState.FAILED, error=JobError("time-limit", "Ann Guest")), "time-limit", True),
        (Ending(JobState.CANCELLED), "cancelled", True),
        (Abandoned.LOST, "lost", False),
        (Abandoned.REPLACED, "replaced", False),
    ],
)
def test_every_ending_has_the_same_keys(
    lines: Callable[[], list[dict[str, object]]],
    claim_of: Callable[..., Claim],
    ending: Ending | Abandoned,
    reason: str,
    is_ended: bool,
) -> None:
    log_job(claim_of(b"{}"), ending, None, 2.0)
    (line,) = lines()
    assert (line["reason"], line["is_ended"], line["state"]) == (reason, is_ended, None)
    assert len(line) == 18
    assert "Ann" not in json.dumps(line)


def test_m5_no_name_and_no_user_is_in_the_line(
    lines: Callable[[], list[dict[str, object]]], claim_of: Callable[..., Claim]
) -> None:
    claim = claim_of({"ProblemId": "Ann Guest", "Reservations": [{"Name": "Ann Guest"}]})
    job = replace(claim.job, user="ann@guest.example", problem_id="Ann Guest")
    log_job(replace(claim, job=job), Ending(JobState.CANCELLED), JobState.CANCELLED, 1.0)
    text = json.dumps(lines()).lower()
    assert "ann" not in text.replace("cancelled", "")


def test_events_troubles_and_failures_have_levels(lines: Callable[[], list[dict[str, object]]]) -> None:
    log_event("started", concurrency=2)
    log_trouble("ledger away", error="no answer")
    log_failure("id", "KeyError", ["run.py:1 run"])
    found = [(line["event"], line["level"]) for line in lines()]
    assert found == [("started", "info"), ("ledger away", "warning"), ("solve failed", "warning")]
