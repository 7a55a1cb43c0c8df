from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from bookingopt_worker.jobs import JobRecord, JobStore
from optimizer_core.domain import Policy
from optimizer_core.run import run_json
from optimizer_core.wire import load_result

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


def limits_of(store: JobStore) -> list[int | None]:
    return [job.options.max_moves for job in store.jobs_of("local").jobs]


def test_the_curve_begins_with_the_rooms_as_given_and_this_plan(client: TestClient, done: str) -> None:
    text = client.get(f"/jobs/{done}/curve").text
    assert "the rooms as given" in text
    assert "this plan" in text
    assert "Work out 3 more points" in text


def test_missing_points_become_jobs_of_the_same_hotel(client: TestClient, done: str, store: JobStore) -> None:
    answer = client.post(f"/jobs/{done}/curve", headers=SAME_ORIGIN)
    assert answer.status_code == 200
    assert limits_of(store) == [4, 2, 1, None]
    (newest, *_) = store.jobs_of("local").jobs
    assert store.document(newest.job_id) == store.document(done)
    assert "at most 2 moves" in answer.text
    assert "more points" not in answer.text


def test_no_more_jobs_are_made_than_one_may_have(client: TestClient, done: str, store: JobStore) -> None:
    """A job of another hotel is open already, so that there is room for two."""
    client.post("/example", data={"name": "city-hotel"}, headers=SAME_ORIGIN)
    answer = client.post(f"/jobs/{done}/curve", headers=SAME_ORIGIN)
    assert limits_of(store)[:2] == [2, 1]
    assert "Work out 1 more point" in answer.text


def test_where_there_is_room_for_none_that_is_told(client: TestClient, done: str, store: JobStore) -> None:
    client.post(f"/jobs/{done}/curve", headers=SAME_ORIGIN)
    answer = client.post(f"/jobs/{done}/curve", data={"max_moves": "3"}, headers=SAME_ORIGIN)
    assert answer.status_code == 429
    assert len(limits_of(store)) == 4


def test_a_point_that_is_worked_out_leads_to_its_plan(
    client: TestClient, done: str, store: JobStore, finish: Callable[..., JobRecord]
) -> None:
    client.post(f"/jobs/{done}/curve", data={"max_moves": "2"}, headers=SAME_ORIGIN)
    (newest, *_) = store.jobs_of("local").jobs
    result = run_json(store.document(newest.job_id) or b"", backend="highs", policy=Policy(2))
    assert load_result(result).moved_stays == 2
    finish(newest.job_id, result)
    text = client.get(f"/jobs/{done}/curve").text
    assert f'<a href="/jobs/{newest.job_id}">Take plan B</a>' in text


def test_hotels_of_others_give_no_points(
    client: TestClient, done: str, submitted: Callable[..., str]
) -> None:
    submitted(user="eve")
    assert "Being worked out" not in client.get(f"/jobs/{done}/curve").text
    assert client.get(f"/jobs/{done}/curve", headers={"X-User-ID": "eve"}).status_code == 404


def test_a_hotel_of_the_same_name_gives_no_points(client: TestClient, done: str, store: JobStore) -> None:
    document = (store.document(done) or b"") + b" "
    client.post("/new", files={"document": ("hotel.json", document)}, headers=SAME_ORIGIN)
    assert len({job.problem_id for job in store.jobs_of("local").jobs}) == 1
    assert "Being worked out" not in client.get(f"/jobs/{done}/curve").text


def test_one_document_is_read_however_many_jobs_there_are(
    client: TestClient, done: str, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post(f"/jobs/{done}/curve", headers=SAME_ORIGIN)
    read: list[str] = []
    document = store.document

    def note(job_id: str) -> bytes | None:
        read.append(job_id)
        return document(job_id)

    monkeypatch.setattr(store, "document", note)
    assert "at most 4 moves" in client.get(f"/jobs/{done}/curve").text
    assert read == [done]
