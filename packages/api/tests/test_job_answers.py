from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bookingopt_api.job_answers import JobWithResult, job_content, to_job, to_submission
from job_ledger import JobError, JobOptions, JobOutcome, JobProgress, JobRecord, JobState

NOW = datetime(2027, 5, 1, 12, tzinfo=UTC)
OUTCOME = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs", gap=0.0)
NO_PLAN = JobOutcome(succeeded=False, reason="infeasible", limit="none", backend="highs")


def _job(state: JobState, **parts: object) -> JobRecord:
    # The other fields are of several types, which keyword arguments cannot state.
    return JobRecord("j1", "ann", 'May, "new"', state, NOW, options=JobOptions("greedy"), **parts)  # type: ignore[arg-type]


def test_a_submission_tells_where_its_job_stands() -> None:
    told = to_submission(_job(JobState.QUEUED))
    assert (told.job_id, told.status, told.problem_id) == ("j1", "queued", 'May, "new"')


@pytest.mark.parametrize(
    ("job", "progress"),
    [
        (_job(JobState.QUEUED), 0),
        (_job(JobState.RUNNING, progress=JobProgress("solve", 30)), 30),
        (_job(JobState.COMPLETED, progress=JobProgress("report", 90), outcome=OUTCOME), 100),
        (_job(JobState.CANCELLED, progress=JobProgress("solve", 30)), 30),
    ],
)
def test_progress_is_complete_when_the_job_is(job: JobRecord, progress: int) -> None:
    assert to_job(job).progress == progress


def test_the_backend_is_the_one_that_was_used_once_that_is_known() -> None:
    assert to_job(_job(JobState.RUNNING)).backend == "greedy"
    assert to_job(_job(JobState.COMPLETED, outcome=OUTCOME)).backend == "highs"


def test_a_job_that_failed_carries_its_error() -> None:
    told = to_job(_job(JobState.FAILED, error=JobError("worker-died", "It died.")))
    assert (told.error, told.message) == ("worker-died", "It died.")


def test_the_bytes_of_the_result_are_handed_out_as_they_are() -> None:
    result = b'{ "Message" : "x",\n "Cost":1.50}'
    content = job_content(_job(JobState.COMPLETED, outcome=OUTCOME), result)
    assert b'"result":' + result + b"," in content
    told = json.loads(content)
    assert told["result"] == {"success": True, "result": json.loads(result), "problem_id": 'May, "new"'}


@pytest.mark.parametrize("state", JobState)
def test_every_state_is_told_as_the_schema_has_it(state: JobState) -> None:
    error = JobError("out-of-memory", "No.") if state is JobState.FAILED else None
    result = b'{"ProblemId":"x","Succeeded":false,"Message":"no"}' if state is JobState.COMPLETED else None
    outcome = NO_PLAN if result else None
    told = json.loads(job_content(_job(state, error=error, outcome=outcome), result))
    assert set(told) == set(JobWithResult.model_fields)
    assert (told["result"] is None) == (result is None)


@pytest.mark.parametrize(
    ("result", "details"),
    [
        (b'{"ProblemId":"x","Message":"short: 2 \\u2013 \\"Double\\""}', 'short: 2 – "Double"'),
        (b'{"ProblemId":"\\"Message\\": fake","Message": "true one"}', "true one"),
        (b'{"ProblemId":"x","Message":null}', None),
        (b'{"ProblemId":"x"}', None),
        (b'{"Message":"' + b"x" * 70_000 + b'"}', None),
        ('{"Message":"Zürich","Other":"'.encode() + "ü".encode() * 40_000 + b'"}', "Zürich"),
    ],
    ids=["a text", "not a text that looks like it", "null", "none", "too long", "cut within a character"],
)  # fmt: skip
def test_why_there_is_no_plan_is_read_from_the_head_of_the_result(result: bytes, details: str | None) -> None:
    told = json.loads(job_content(_job(JobState.COMPLETED, outcome=NO_PLAN), result))
    assert told["result"]["success"] is False
    assert (told["result"]["error"], told["result"]["details"]) == ("infeasible", details)
