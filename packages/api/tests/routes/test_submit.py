from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.resources import Resources
from job_ledger import JobOptions, JobStore, StoreFull, StoreUnavailable

OPTIMIZE = "/api/v1/optimize"


def test_a_document_becomes_a_job_that_waits_for_a_worker(
    client: TestClient, resources: Resources, document: bytes
) -> None:
    answer = client.post(OPTIMIZE, content=document, headers={"X-User-ID": "ann", "X-Request-ID": "r-1"})
    assert answer.status_code == 200
    told = answer.json()
    assert answer.headers["Location"] == f"/api/v1/jobs/{told['job_id']}"
    assert (told["status"], told["problem_id"]) == ("queued", "three nights")
    job = resources.store.get(told["job_id"])
    assert job is not None
    assert (job.user, job.request_id, job.options) == ("ann", "r-1", JobOptions())
    assert resources.store.document(job.job_id) == document
    assert resources.queue.waiting() == [job.job_id]


def test_the_options_of_a_job_come_from_the_query(
    client: TestClient, store: JobStore, document: bytes
) -> None:
    wanted = "?backend=greedy&time_limit_seconds=2.5&max_moves=3&move_price=0.25"
    job = store.get(client.post(OPTIMIZE + wanted, content=document).json()["job_id"])
    assert job is not None
    assert job.options == JobOptions("greedy", 2.5, 3, 0.25)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("time_limit=5", "time_limit"),
        ("time_limit_seconds=0", "time_limit_seconds"),
        ("time_limit_seconds=nan", "time_limit_seconds"),
        ("max_moves=-1", "max_moves"),
        ("max_moves=1.5", "max_moves"),
        ("move_price=inf", "move_price"),
        ("move_price=0.0001", "query"),
        ("backend=A%20B", "query"),
        ("curve_points=9&max_moves=3", "query"),
        ("curve_points=9&move_price=0", "query"),
    ],
)
def test_an_option_that_is_wrong_is_named(
    client: TestClient, store: JobStore, document: bytes, query: str, place: str
) -> None:
    answer = client.post(f"{OPTIMIZE}?{query}", content=document)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid-request")
    assert [fault["place"] for fault in answer.json()["errors"]] == [place]
    assert not store.jobs_of("local").jobs


@pytest.mark.parametrize("points", ["0", "1", "101", "1000", "many", "2.5", ""])
def test_a_number_of_points_that_is_wrong_is_one_fault_with_its_remedy(
    client: TestClient, store: JobStore, document: bytes, points: str
) -> None:
    answer = client.post(f"{OPTIMIZE}?curve_points={points}", content=document)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid-request")
    (fault,) = answer.json()["errors"]
    assert fault["place"] == "curve_points"
    assert fault["message"].startswith("must be a whole number from 2 to 100; 15 points show a curve well")
    assert not store.jobs_of("local").jobs


def test_the_points_of_a_curve_make_it_another_request(
    client: TestClient, store: JobStore, document: bytes
) -> None:
    headers = {"Idempotency-Key": "night audit"}
    first = client.post(f"{OPTIMIZE}?curve_points=15", content=document, headers=headers)
    job = store.get(first.json()["job_id"])
    assert job is not None
    assert job.options == JobOptions(curve_points=15)
    again = client.post(f"{OPTIMIZE}?curve_points=15", content=document, headers=headers)
    assert again.json()["job_id"] == job.job_id
    for query in ("", "?curve_points=16"):
        other = client.post(f"{OPTIMIZE}{query}", content=document, headers=headers)
        assert other.json()["error"] == "idempotency-key-reused"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"{}", b"\xff\xfe{}", b'{"ProblemId": "\\ud800"}', b"[" * 100_000]
)
def test_what_is_no_problem_document_is_refused(client: TestClient, store: JobStore, content: bytes) -> None:
    answer = client.post(OPTIMIZE, content=content)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"]
    assert not store.jobs_of("local").jobs


def test_every_fault_of_a_document_is_named_with_its_place(client: TestClient) -> None:
    rooms = [{"RoomNumber": "1"}, {"RoomNumber": "1"}]
    stay = {"Arrival": "2027-05-01", "Lenght": 2, "Length": 1.5}
    answer = client.post(OPTIMIZE, json={"ProblemId": "x", "Rooms": rooms, "Reservations": [stay]})
    places = [fault["place"] for fault in answer.json()["errors"]]
    assert {"Reservations[0].Lenght", "Reservations[0].Length"} <= set(places)
    assert answer.json()["message"] == f"The document has {len(places)} faults; see errors."


@pytest.mark.parametrize(
    "change",
    [
        {"Arrival": "Ada Lovelace"},
        {"Length": "Ada Lovelace"},
        {"Name": {"first": "Ada Lovelace"}},
        {"IsLocked": "Ada Lovelace"},
        {"AdjacencyGroup": ["Ada Lovelace"]},
        {"AllowableRoomTypes": "Ada Lovelace"},
        {"Id": 1, "Name": "Ada Lovelace", "AssignedRoom": "101", "Arrival": "2027-05-02", "Length": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_message_shows_the_name_of_a_guest(
    client: TestClient, document: bytes, change: dict[str, Any]
) -> None:
    """Wherever it was typed but as a room or a room type, which faults must name."""
    given = json.loads(document)
    given["Reservations"][0] |= {"Name": "Ada Lovelace", "IsLocked": True}
    given["Reservations"][1] |= {"IsLocked": True} | change
    answer = client.post(OPTIMIZE, json=given)
    assert answer.status_code == 422, answer.text
    assert "Lovelace" not in answer.text


def test_the_same_request_with_the_same_key_is_the_same_job(client: TestClient, document: bytes) -> None:
    first, second = (
        client.post(OPTIMIZE, content=document, headers={"Idempotency-Key": "night audit"}) for _ in range(2)
    )
    assert first.json() == second.json()
    assert first.headers["Location"] == second.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"


def test_a_key_belongs_to_one_request_of_one_caller(client: TestClient, document: bytes) -> None:
    def post(query: str, content: bytes, user: str) -> tuple[int, str | None]:
        headers = {"Idempotency-Key": "k", "X-User-ID": user}
        answer = client.post(OPTIMIZE + query, content=content, headers=headers)
        return answer.status_code, answer.json().get("error")

    assert post("", document, "ann") == (200, None)
    assert post("", document + b"\n", "ann") == (422, "idempotency-key-reused")
    assert post("?max_moves=1", document, "ann") == (422, "idempotency-key-reused")
    assert post("", document, "bob") == (200, None)


@pytest.mark.parametrize("key", ["", "x" * 257])
def test_a_key_that_cannot_be_one_is_refused(client: TestClient, document: bytes, key: str) -> None:
    answer = client.post(OPTIMIZE, content=document, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid-request")


def test_fifty_posts_at_once_with_one_key_are_one_job(
    client: TestClient, store: JobStore, document: bytes
) -> None:
    """Promise P3, in one process."""

    def post(_: int) -> tuple[int, str | None]:
        answer = client.post(OPTIMIZE, content=document, headers={"Idempotency-Key": "k", "X-User-ID": "ann"})
        return answer.status_code, answer.json().get("job_id")

    with ThreadPoolExecutor(16) as threads:
        answers = set(threads.map(post, range(30)))
    ids = {job_id for status, job_id in answers if status == 200}
    assert len(ids) == 1
    assert {status for status, _ in answers} <= {200, 429}, "the rate may be used up, nothing else"
    assert len(store.jobs_of("ann").jobs) == 1


def test_the_fourth_job_of_a_user_has_to_wait(
    client: TestClient, document: bytes, submitted: Callable[..., str]
) -> None:
    for _ in range(3):
        submitted("ann")
    refused = client.post(OPTIMIZE, content=document, headers={"X-User-ID": "ann"})
    assert (refused.status_code, refused.json()["error"]) == (429, "too-many-jobs")
    assert int(refused.headers["Retry-After"]) > 0
    assert submitted("bob")


@pytest.mark.parametrize(
    ("error", "kind"), [(StoreFull("full"), "store-full"), (StoreUnavailable("away"), "store-unavailable")]
)
def test_what_cannot_be_stored_is_not_accepted(
    client: TestClient,
    resources: Resources,
    document: bytes,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    kind: str,
) -> None:
    def refuse(_: object) -> None:
        raise error

    monkeypatch.setattr(resources.store, "accept", refuse)
    answer = client.post(OPTIMIZE, content=document)
    assert (answer.status_code, answer.json()["error"]) == (503, kind)
    assert int(answer.headers["Retry-After"]) > 0
    assert resources.queue.waiting() == []
