import json
import re
from typing import Any

import pytest

from tooling.serving.log_lines import readable

CLOCK = re.compile(r"\d\d:\d\d:\d\d ")


def _told(name: str = "api", **entry: Any) -> str | None:
    line = readable(name, json.dumps({"timestamp": "2026-05-01T10:00:00Z", "level": "info"} | entry))
    if line is None:
        return None
    assert CLOCK.match(line)
    return CLOCK.sub("", line)


def test_a_submission_is_one_short_line() -> None:
    entry: dict[str, Any] = {
        "method": "POST",
        "route": "/api/v1/optimize",
        "status": 200,
        "seconds": 0.0154,
        "job_id": "01",
    }
    assert _told(event="request", **entry) == "api    POST /api/v1/optimize -> 200 (15 ms) job 01"


@pytest.mark.parametrize(("status", "is_told"), [(200, False), (304, False), (404, True), (503, True)])
def test_a_read_is_told_only_where_it_was_refused(status: int, is_told: bool) -> None:
    entry: dict[str, Any] = {
        "method": "GET",
        "route": "/x",
        "status": status,
        "seconds": 0.001,
        "problem": "why",
    }
    assert (_told(event="request", **entry) is not None) is is_told


def test_the_end_of_a_job_tells_how_by_whom_and_how_long() -> None:
    entry: dict[str, Any] = {
        "job_id": "01",
        "state": "completed",
        "reason": "optimal",
        "backend": "cvxpy",
        "run_seconds": 2,
    }
    assert _told("worker", event="job", **entry) == "worker job completed: optimal by cvxpy in 2.00 s job 01"
    taken = _told("worker", event="job", job_id="01", state=None, reason="replaced", run_seconds=1)
    assert taken == "worker job taken over: replaced in 1.00 s job 01"


def test_trouble_is_loud_and_what_it_is_about_is_told() -> None:
    assert (
        _told(event="it burns", level="warning", host="h", none=None) == "api    WARNING: it burns (host h)"
    )


def test_the_greetings_of_the_server_are_left_out_and_its_faults_are_not() -> None:
    assert _told(event="Uvicorn running", logger="uvicorn.error") is None
    assert _told(event="broken", logger="uvicorn.error", level="error") == "api    ERROR: broken"


@pytest.mark.parametrize("line", ["not JSON", "[1]", "{}", '{"event": 1}'])
def test_what_is_no_entry_is_passed_on(line: str) -> None:
    told = readable("worker", line)
    assert told is not None
    assert told.endswith(f"worker {line}")
