from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import structlog

from bookingopt_worker.jobs import Claim, Ending, JobError, JobOutcome, JobState
from bookingopt_worker.logs import configure_logs, log_event, log_failure, log_job, log_trouble
from bookingopt_worker.supervisor import Abandoned


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """Configure the log, return what reads its lines, and put everything back."""
    root, huey = logging.getLogger(), logging.getLogger("huey")
    before = (root.handlers[:], root.level, huey.level)
    stream = io.StringIO()
    configure_logs("INFO", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level, huey.level = before
    root.setLevel(before[1])
    structlog.reset_defaults()


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


def test_an_exception_is_logged_by_its_class_and_places_alone(
    lines: Callable[[], list[dict[str, object]]],
) -> None:
    """Also where a library logs it."""
    try:
        int("Ann Guest")
    except ValueError:
        logging.getLogger("huey.consumer").exception("Unhandled error")
    (line,) = lines()
    assert line["error_class"] == "ValueError"
    assert "test_logs.py" in str(line["places"])
    assert "Ann" not in json.dumps(line)


def test_what_huey_says_of_each_message_is_left_out(lines: Callable[[], list[dict[str, object]]]) -> None:
    logging.getLogger("huey").info("Executing run_job")
    logging.getLogger("huey.consumer").warning("Worker 1 died, restarting.")
    assert [line["event"] for line in lines()] == ["Worker 1 died, restarting."]


def test_events_troubles_and_failures_have_levels(lines: Callable[[], list[dict[str, object]]]) -> None:
    log_event("started", concurrency=2)
    log_trouble("ledger away", error="no answer")
    log_failure("id", "KeyError", ["run.py:1 run"])
    found = [(line["event"], line["level"]) for line in lines()]
    assert found == [("started", "info"), ("ledger away", "warning"), ("solve failed", "warning")]
