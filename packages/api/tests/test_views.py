from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import Request

from bookingopt_api import views
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources
from bookingopt_api.views import answer_view, read_result, require_result, result_of
from job_ledger import Ending, JobError, JobRecord, JobState
from optimizer_core.errors import Fault, InvalidInput

RESULT = json.dumps({"ProblemId": "p", "ProcessingDate": "2027-05-01", "Succeeded": True}).encode()


def request(path: str = "/view", query: str = "", known: str = "") -> Request:
    headers = [(b"if-none-match", known.encode())] if known else []
    scope: dict[str, Any] = {"type": "http", "path": path, "query_string": query.encode(), "headers": headers}
    return Request(scope)


@pytest.fixture
def finished(submitted: Callable[..., str], finish: Callable[..., JobRecord]) -> JobRecord:
    """Return a job with a result."""
    return finish(submitted(), RESULT)


def view(asked: Request, job: JobRecord, resources: Resources, make: Any = None) -> Any:
    made = make or (lambda result: result.problem_id.encode())
    return asyncio.run(answer_view(asked, job, resources, made, media_type="text/plain"))


def test_a_job_must_have_ended_with_what_is_asked_for(
    submitted: Callable[..., str], finish: Callable[..., JobRecord], resources: Resources
) -> None:
    open_job = resources.store.get(submitted())
    assert open_job is not None
    failed = finish(open_job.job_id, ending=Ending(JobState.FAILED, error=JobError("time-limit")))
    infeasible = finish(submitted(), RESULT, succeeded=False)
    for job, kind in ((open_job, "not-finished"), (failed, "no-result"), (infeasible, "no-plan")):
        with pytest.raises(ApiProblem) as caught:
            require_result(job)
        assert caught.value.kind == kind
    require_result(infeasible, with_plan=False)


def test_a_result_whose_time_has_run_out_is_a_job_not_found(
    finished: JobRecord, resources: Resources
) -> None:
    resources.store.erase(finished.job_id)
    with pytest.raises(ApiProblem) as caught:
        result_of(finished, resources)
    assert caught.value.kind == "job-not-found"


def test_a_view_has_a_tag_of_its_own_for_each_address(finished: JobRecord, resources: Resources) -> None:
    tags = [
        view(request(path, query), finished, resources).headers["ETag"]
        for path, query in (("/a", ""), ("/b", ""), ("/a", "x=1"), ("/a", "x=2"))
    ]
    assert len(set(tags)) == 4
    again = view(request("/a"), finished, resources)
    assert (again.body, again.headers["ETag"]) == (b"p", tags[0])


def test_a_result_is_fetched_and_read_once_for_all_its_views(
    finished: JobRecord, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is shown of it is the same, whoever has read it before."""
    first = view(request("/a"), finished, resources).body

    def never(_job_id: str) -> bytes:
        raise AssertionError

    monkeypatch.setattr(resources.store, "result", never)
    assert view(request("/b"), finished, resources).body == first
    assert read_result(finished, resources).problem_id == "p"


def test_a_view_that_the_client_has_is_not_made_again(finished: JobRecord, resources: Resources) -> None:
    def never(_result: object) -> bytes:
        raise AssertionError

    tag = view(request(), finished, resources).headers["ETag"]
    answer = view(request(known=f'"other", W/{tag}'), finished, resources, never)
    assert (answer.status_code, answer.body) == (304, b"")


def test_what_a_view_refuses_is_told_with_its_place(finished: JobRecord, resources: Resources) -> None:
    def refuse(_result: object) -> bytes:
        raise InvalidInput([Fault(("room_type",), "there is none")])

    with pytest.raises(ApiProblem) as caught:
        view(request(), finished, resources, refuse)
    assert (caught.value.kind, caught.value.detail) == ("not-available", "room_type: there is none")


def test_a_result_beyond_all_measure_is_not_read(
    finished: JobRecord, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_BYTES", 10)
    with pytest.raises(ApiProblem, match="bookingopt chart"):
        view(request(), finished, resources)
