from __future__ import annotations

import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.resources import Resources
from job_ledger import (
    Ending,
    JobError,
    JobProgress,
    JobRecord,
    JobState,
    JobStore,
    StoreUnavailable,
)

ANN = {"X-User-ID": "ann"}
BOB = {"X-User-ID": "bob"}
UNKNOWN = "/api/v1/jobs/01a20acf-0193-7792-8a66-9fa75a687791"
RESULT = b'{"ProblemId":"three nights","Succeeded":true,"Message":"all good","OptimizedPlan":[]}'


def test_a_queued_job_says_when_to_ask_again(client: TestClient, submitted: Callable[..., str]) -> None:
    answer = client.get(f"/api/v1/jobs/{submitted()}", headers=ANN)
    told = answer.json()
    assert (answer.status_code, told["status"], told["progress"], told["result"]) == (200, "queued", 0, None)
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["X-Accel-Expires"] == "1"
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_running_job_tells_how_far_it_is(
    client: TestClient, submitted: Callable[..., str], store: JobStore
) -> None:
    job_id = submitted()
    claim = store.claim(job_id)
    assert claim is not None
    store.beat(claim, JobProgress("prove", 40, 12.5, 10.0))
    told = client.get(f"/api/v1/jobs/{job_id}", headers=ANN).json()
    assert (told["status"], told["progress"], told["stage"]) == ("running", 40, "prove")
    assert (told["value"], told["bound"], told["gap"]) == (12.5, 10.0, 0.25)


def test_a_completed_job_holds_its_result(
    client: TestClient, submitted: Callable[..., str], finish: Callable[..., JobRecord]
) -> None:
    job_id = submitted()
    finish(job_id, RESULT)
    answer = client.get(f"/api/v1/jobs/{job_id}", headers=ANN)
    told = answer.json()
    assert (told["status"], told["progress"], told["backend"]) == ("completed", 100, "highs")
    assert told["result"]["success"] is True
    assert told["result"]["result"]["Message"] == "all good"
    assert told["result"]["problem_id"] == "three nights"
    assert "Retry-After" not in answer.headers
    assert answer.headers["Cache-Control"] == "private, max-age=30"
    assert answer.headers["X-Accel-Expires"] == "30"


def test_a_hotel_that_cannot_be_housed_is_a_result_without_success(
    client: TestClient, submitted: Callable[..., str], finish: Callable[..., JobRecord]
) -> None:
    job_id = submitted()
    finish(job_id, RESULT, succeeded=False)
    told = client.get(f"/api/v1/jobs/{job_id}", headers=ANN).json()
    assert told["status"] == "completed"
    assert told["result"]["success"] is False
    assert (told["result"]["error"], told["result"]["details"]) == ("infeasible", "all good")


def test_a_failed_job_says_why(
    client: TestClient, submitted: Callable[..., str], finish: Callable[..., JobRecord]
) -> None:
    job_id = submitted()
    finish(job_id, ending=Ending(JobState.FAILED, error=JobError("out-of-memory", "There was not enough.")))
    told = client.get(f"/api/v1/jobs/{job_id}", headers=ANN).json()
    assert (told["status"], told["result"]) == ("failed", None)
    assert (told["error"], told["message"]) == ("out-of-memory", "There was not enough.")


def test_a_finished_job_that_is_known_is_not_sent_again(
    client: TestClient, submitted: Callable[..., str], finish: Callable[..., JobRecord]
) -> None:
    job_id = submitted()
    open_tag = client.get(f"/api/v1/jobs/{job_id}", headers=ANN).headers.get("ETag")
    assert open_tag is None, "an open job changes"
    finish(job_id, RESULT)
    tag = client.get(f"/api/v1/jobs/{job_id}", headers=ANN).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = client.get(f"/api/v1/jobs/{job_id}", headers=ANN | {"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
    assert client.get(f"/api/v1/jobs/{job_id}", headers=ANN | {"If-None-Match": '"other"'}).status_code == 200
    assert client.get(f"/api/v1/jobs/{job_id}", headers=BOB | {"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize(
    "job_id", ["01a20acf-0193-7792-8a66-9fa75a687791", "x", "%00", "%ED%A0%80", "a" * 5000]
)
def test_an_unknown_job_is_not_found(client: TestClient, job_id: str) -> None:
    answer = client.get(f"/api/v1/jobs/{job_id}", headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (404, "job-not-found")


def test_a_foreign_job_is_as_unknown_as_any(client: TestClient, submitted: Callable[..., str]) -> None:
    """Word for word, but for the ids: nobody can find out which jobs there are."""
    path = f"/api/v1/jobs/{submitted('ann')}"
    unclear = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    for method in ("GET", "DELETE"):
        foreign, unknown = (client.request(method, where, headers=BOB) for where in (path, UNKNOWN))
        assert foreign.status_code == unknown.status_code
        assert unclear.sub("", foreign.text) == unclear.sub("", unknown.text)
    assert client.get(path, headers=ANN).json()["status"] == "queued"


def test_a_queued_job_is_cancelled_once(client: TestClient, submitted: Callable[..., str]) -> None:
    path = f"/api/v1/jobs/{submitted()}"
    answer = client.delete(path, headers=ANN)
    assert answer.json() == {"message": "The job was cancelled.", "job_id": path.rpartition("/")[2]}
    assert client.get(path, headers=ANN).json()["status"] == "cancelled"
    again = client.delete(path, headers=ANN)
    assert (again.status_code, again.json()["error"]) == (400, "nothing-to-cancel")


def test_a_running_job_is_stopped(client: TestClient, submitted: Callable[..., str], store: JobStore) -> None:
    job_id = submitted()
    store.claim(job_id)
    answers = [client.delete(f"/api/v1/jobs/{job_id}", headers=ANN) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    job = store.get(job_id)
    assert job is not None
    assert job.is_cancel_requested


def test_a_finished_job_is_erased_with_its_documents(
    client: TestClient, submitted: Callable[..., str], finish: Callable[..., JobRecord], store: JobStore
) -> None:
    job_id = submitted()
    finish(job_id, RESULT)
    assert client.delete(f"/api/v1/jobs/{job_id}", headers=ANN).status_code == 200
    assert (store.get(job_id), store.document(job_id), store.result(job_id)) == (None, None, None)
    assert client.delete(f"/api/v1/jobs/{job_id}", headers=ANN).status_code == 400


def test_a_cancelled_job_is_erased_on_request(
    client: TestClient, submitted: Callable[..., str], store: JobStore
) -> None:
    job_id = submitted()
    client.delete(f"/api/v1/jobs/{job_id}", headers=ANN)
    assert client.delete(f"/api/v1/jobs/{job_id}?erase=true", headers=ANN).status_code == 200
    assert store.get(job_id) is None
    assert store.document(job_id) is None


@pytest.mark.parametrize("job_id", ["01a20acf-0193-7792-8a66-9fa75a687791", "x"])
def test_there_is_nothing_to_cancel_of_an_unknown_job(client: TestClient, job_id: str) -> None:
    answer = client.delete(f"/api/v1/jobs/{job_id}", headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (400, "nothing-to-cancel")


def test_a_list_has_the_callers_jobs_newest_first_page_by_page(
    client: TestClient, submitted: Callable[..., str]
) -> None:
    mine = [submitted("ann") for _ in range(3)]
    submitted("bob")
    first = client.get("/api/v1/jobs?limit=2", headers=ANN).json()
    second = client.get(f"/api/v1/jobs?limit=2&after={first['after']}", headers=ANN).json()
    ids = [job["job_id"] for page in (first, second) for job in page["jobs"]]
    assert ids == mine[::-1]
    assert second["after"] is None
    assert "result" not in first["jobs"][0]


def test_a_list_can_be_of_some_states(client: TestClient, submitted: Callable[..., str]) -> None:
    queued, cancelled = submitted(), submitted()
    client.delete(f"/api/v1/jobs/{cancelled}", headers=ANN)

    def listed(query: str) -> list[str]:
        return [job["job_id"] for job in client.get(f"/api/v1/jobs?{query}", headers=ANN).json()["jobs"]]

    assert listed("status=queued") == [queued]
    assert listed("status=cancelled") == [cancelled]
    assert listed("status=queued&status=cancelled") == [cancelled, queued]
    assert listed("status=running") == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "status=lost", f"after={'x' * 65}"])
def test_a_list_that_cannot_be_is_refused(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/v1/jobs?{query}", headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid-request")


@pytest.mark.parametrize("path", ["/api/v1/jobs", UNKNOWN])
def test_without_the_store_callers_are_told_to_come_again(
    client: TestClient, store: JobStore, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("secret address")

    monkeypatch.setattr(store, "get", away)
    monkeypatch.setattr(store, "jobs_of", away)
    answer = client.get(path, headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (503, "store-unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert "secret" not in answer.text


def test_a_record_of_another_version_is_gone_alone_and_left_out_of_lists(
    client: TestClient, submitted: Callable[..., str], resources: Resources, log: io.StringIO
) -> None:
    strange, usual = submitted(), submitted()
    with closing(sqlite3.connect(resources.settings.data_dir / "jobs.db")) as ledger, ledger:
        ledger.execute("update job set state = 'paused' where job_id = ?", (strange,))
    alone = client.get(f"/api/v1/jobs/{strange}", headers=ANN)
    assert (alone.status_code, alone.json()["error"]) == (410, "job-unreadable")
    listed = client.get("/api/v1/jobs", headers=ANN).json()
    assert [job["job_id"] for job in listed["jobs"]] == [usual]
    assert listed["unreadable"] == [strange]
    page = client.get(f"/jobs/{strange}", headers=ANN)
    assert (page.status_code, "another version" in page.text) == (410, True)
    assert usual in client.get("/jobs", headers=ANN).text
    assert log.getvalue().count("record unreadable") == 4
