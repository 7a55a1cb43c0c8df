from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Collection
from typing import Any, Literal

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bookingopt_api import forgetting
from bookingopt_api.enquiries import EnquiryDesk
from bookingopt_api.resources import Resources
from bookingopt_api.routes import fit
from bookingopt_api.settings import ApiSettings
from job_ledger import JobRecord, JobStore
from optimizer_core.run import run_json

ANN = {"X-User-ID": "ann"}
FREE = {"Arrival": "2027-06-06", "Length": 1}


def asked(*requests: dict[str, Any]) -> dict[str, Any]:
    return {"Requests": list(requests)}


@pytest.fixture
def no_time(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every enquiry take longer than there is time."""

    async def takes_longer(*_: object) -> None:
        return None

    monkeypatch.setattr(resources.enquiries, "answer", takes_longer)


def test_the_description_of_an_enquiry_is_complete(client: TestClient) -> None:
    """Nothing in it refers to a place that the description of the API does not have."""
    told = client.get("/openapi.json").json()
    operation = told["paths"]["/api/v1/jobs/{job_id}/fit"]["post"]
    body = operation["requestBody"]["content"]["application/json"]
    assert set(body["example"]["Requests"][0]) <= set(
        body["schema"]["properties"]["Requests"]["items"]["properties"]
    )
    assert "#/$defs" not in json.dumps(told)
    assert {"200", "202", "409", "422", "429", "503"} <= set(operation["responses"])


def test_an_enquiry_is_answered_at_once(client: TestClient, done: str) -> None:
    answer = client.post(
        f"{done}/fit", json=asked(FREE, {"Arrival": "2027-06-01", "Length": 19}), headers=ANN
    )
    assert answer.status_code == 200
    told = answer.json()
    assert told["ProblemId"] == "ten rooms"
    first, second = told["Requests"]
    assert (first["Request"], first["Fits"], first["Proved"]) == (0, True, True)
    assert first["Types"][0]["InPlace"]["Pieces"][0]["Room"]
    assert (second["Fits"], second["Message"].startswith("does not fit, proved")) == (False, True)


@pytest.mark.usefixtures("desk_here")
@pytest.mark.parametrize("is_warm", ["on", "off"])
def test_the_desk_starts_with_the_api_unless_it_is_told_not_to(
    app: FastAPI, settings: ApiSettings, monkeypatch: pytest.MonkeyPatch, is_warm: Literal["on", "off"]
) -> None:
    kept: list[bool] = []

    async def keep_warm(desk: EnquiryDesk) -> None:
        kept.append(desk is app.state.resources.enquiries)
        await asyncio.Event().wait()

    monkeypatch.setattr(EnquiryDesk, "keep_warm", keep_warm)
    settings.fit_warm = is_warm
    with TestClient(app) as client:
        assert client.get("/readyz").status_code == 200
    assert kept == ([True] if is_warm == "on" else [])


def test_a_job_that_is_erased_while_its_enquiry_waits_is_not_told_about(
    client: TestClient, done: str, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer_late(_user: str, job_id: str, *_: object) -> bytes:
        resources.store.erase(job_id)
        return b'{"ProblemId": "ten rooms", "Requests": []}'

    monkeypatch.setattr(resources.enquiries, "answer", answer_late)
    answer = client.post(f"{done}/fit", json=asked(FREE), headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (404, "job-not-found")


@pytest.mark.usefixtures("desk_here")
def test_a_job_that_was_erased_is_gone_from_memory_too(
    app: FastAPI, client: TestClient, done: str, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hotel from the desk, and its result from those that are kept for views."""
    has_forgotten = threading.Event()

    class TellsWhen(EnquiryDesk):
        async def forget(self, job_ids: Collection[str]) -> None:
            await super().forget(job_ids)
            has_forgotten.set()

    resources.enquiries = TellsWhen(30.0)
    monkeypatch.setattr(forgetting, "LOOK_SECONDS", 0.01)
    with TestClient(app) as tended:
        assert tended.get(f"{done}/moves.csv", headers=ANN).status_code == 200
        assert tended.post(f"{done}/fit", json=asked(FREE), headers=ANN).status_code == 200
        assert resources.results.kept_jobs == resources.enquiries.kept_jobs
        assert resources.enquiries.kept_jobs == {done.rpartition("/")[2]}
        assert client.delete(done, headers=ANN).status_code == 200
        assert has_forgotten.wait(30)
    assert resources.results.kept_jobs == resources.enquiries.kept_jobs == frozenset()


@pytest.mark.usefixtures("desk_here")
@pytest.mark.parametrize(
    ("body", "places"),
    [
        (asked({"Arrival": "soon", "Length": 1}), ["Requests[0].Arrival"]),
        (asked(FREE, {**FREE, "RoomType": "Attic"}), ["Requests[1].RoomType"]),
        (asked({**FREE, "Length": 0}, {**FREE, "Rooms": 1}), ["Requests[1].Rooms"]),
        (asked(), ["Requests"]),
    ],
)
def test_a_wrong_enquiry_is_told_place_by_place(
    client: TestClient, done: str, body: dict[str, Any], places: list[str]
) -> None:
    answer = client.post(f"{done}/fit", json=body, headers=ANN)
    assert answer.status_code == 422
    assert [fault["place"] for fault in answer.json()["errors"]] == places


@pytest.mark.usefixtures("no_time")
def test_what_takes_longer_becomes_a_job_about_the_plan(
    client: TestClient, done: str, store: JobStore, finish: Callable[..., JobRecord]
) -> None:
    answer = client.post(f"{done}/fit", json=asked(FREE), headers=ANN)
    assert answer.status_code == 202
    job_id = answer.json()["job_id"]
    assert answer.headers["Location"] == f"/api/v1/jobs/{job_id}"
    document = store.document(job_id)
    assert document is not None
    plan = client.get(f"{done}/result", headers=ANN).json()["OptimizedPlan"]
    rooms = [entry["AssignedRoom"] for entry in json.loads(document)["Reservations"]]
    assert rooms == [entry["AssignedRoom"] for entry in plan]
    finish(job_id, run_json(document, backend="highs"))
    result = client.get(answer.headers["Location"], headers=ANN).json()["result"]["result"]
    assert [entry["Fits"] for entry in result["Requests"]] == [True]
    assert result["MovedStays"] == 0


@pytest.mark.usefixtures("desk_here")
def test_a_job_answers_what_was_asked_as_it_is_answered_at_once(
    client: TestClient,
    done: str,
    store: JobStore,
    finish: Callable[..., JobRecord],
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """How often the guest would change rooms, and how short a piece may be, count on both ways."""
    stay = {"Arrival": "2027-06-01", "Length": 5}
    body = asked(stay, {**stay, "MostRoomChanges": 1}, {**stay, "MostRoomChanges": 4, "LeastPieceNights": 2})
    at_once = client.post(f"{done}/fit", json=body, headers=ANN).json()["Requests"]
    monkeypatch.setattr(resources.settings, "fit_max_requests", 1)
    job_id = client.post(f"{done}/fit", json=body, headers=ANN).json()["job_id"]
    finish(job_id, run_json(store.document(job_id) or b"", backend="highs"))
    told = client.get(f"/api/v1/jobs/{job_id}/result", headers=ANN).json()["Requests"]
    for name in ("Request", "Fits", "Proved", "Types", "Split"):
        assert [one[name] for one in told] == [one[name] for one in at_once], name
    assert [one["Split"] is None for one in told] == [True, False, False], "0 changes leave nothing to split"


def test_so_does_an_enquiry_with_many_requests(client: TestClient, done: str, resources: Resources) -> None:
    most = resources.settings.fit_max_requests
    many = client.post(f"{done}/fit", json=asked(*[FREE] * (most + 1)), headers=ANN)
    assert many.status_code == 202
    assert resources.enquiries.process is None, "the desk was not even asked"


@pytest.mark.usefixtures("no_time")
def test_the_same_enquiry_with_the_same_key_is_the_same_job(client: TestClient, done: str) -> None:
    headers = {**ANN, "Idempotency-Key": "the telephone"}
    first, second = (client.post(f"{done}/fit", json=asked(FREE), headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert first.headers["Location"] == second.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    other = client.post(f"{done}/fit", json=asked({**FREE, "Length": 2}), headers=headers)
    assert (other.status_code, other.json()["error"]) == (422, "idempotency-key-reused")
    assert len(client.get("/api/v1/jobs", headers=ANN).json()["jobs"]) == 2


@pytest.mark.usefixtures("no_time")
def test_a_key_of_a_submission_is_none_of_an_enquiry(client: TestClient, done: str, hotel: bytes) -> None:
    headers = {**ANN, "Idempotency-Key": "k"}
    assert client.post("/api/v1/optimize", content=hotel, headers=headers).status_code == 200
    answer = client.post(f"{done}/fit", json=asked(FREE), headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (422, "idempotency-key-reused")
    wrong = client.post(f"{done}/fit", json=asked(FREE), headers={**ANN, "Idempotency-Key": "x" * 257})
    assert (wrong.status_code, wrong.json()["error"]) == (422, "invalid-request")


@pytest.mark.usefixtures("no_time")
def test_a_job_of_wrong_requests_is_not_accepted(client: TestClient, done: str) -> None:
    answer = client.post(f"{done}/fit", json=asked({**FREE, "Length": 400}), headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid-document")
    assert [fault["place"] for fault in answer.json()["errors"]] == ["Requests[0].Length"]
    assert client.get("/api/v1/jobs", headers=ANN).json()["jobs"][0]["status"] == "completed"


@pytest.mark.usefixtures("no_time")
@pytest.mark.parametrize(
    ("setting", "most"), [("max_rooms", 9), ("max_document_depth", 2), ("max_document_bytes", 1000)]
)
def test_a_stored_hotel_is_read_within_the_limits_of_a_submission(
    client: TestClient,
    done: str,
    resources: Resources,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    most: int,
) -> None:
    """Limits that were lowered after it was submitted hold for what would be made of it."""
    monkeypatch.setattr(resources.settings, setting, most)
    answer = client.post(f"{done}/fit", json=asked(FREE), headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (422, "document-limit")
    assert len(client.get("/api/v1/jobs", headers=ANN).json()["jobs"]) == 1


@pytest.mark.usefixtures("no_time")
def test_what_an_enquiry_makes_larger_than_a_submission_may_be_is_refused(
    client: TestClient, done: str, hotel: bytes, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources.settings, "max_document_bytes", len(hotel))
    answer = client.post(f"{done}/fit", json=asked(*[FREE] * 100), headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (422, "document-limit")
    assert "With these requests" in answer.json()["detail"]


@pytest.mark.usefixtures("no_time")
def test_a_result_beyond_all_measure_is_not_read(
    client: TestClient, done: str, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "MOST_BYTES", 1000)
    monkeypatch.setattr(resources.settings, "max_document_bytes", 20_000)
    answer = client.post(f"{done}/fit", json=asked(FREE), headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (422, "document-limit")
    assert "bookingopt fit" in answer.json()["detail"]


def test_too_many_requests_are_refused(
    client: TestClient, done: str, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources.settings, "max_new_reservations", 1)
    answer = client.post(f"{done}/fit", json=asked(FREE, FREE), headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (422, "document-limit")


@pytest.mark.usefixtures("no_time")
def test_a_caller_with_too_many_jobs_is_told_so(
    client: TestClient, done: str, submitted: Callable[..., str]
) -> None:
    for _ in range(3):
        submitted()
    answer = client.post(f"{done}/fit", json=asked(FREE), headers=ANN)
    assert (answer.status_code, answer.json()["error"]) == (429, "too-many-jobs")
    assert answer.headers["Retry-After"]


def test_only_a_finished_job_with_a_plan_can_be_asked(
    client: TestClient, submitted: Callable[..., str], infeasible: str, done: str
) -> None:
    for job, status, error in (
        (f"/api/v1/jobs/{submitted()}", 409, "not-finished"),
        (infeasible, 409, "no-plan"),
    ):
        answer = client.post(f"{job}/fit", json=asked(FREE), headers=ANN)
        assert (answer.status_code, answer.json()["error"]) == (status, error)
    stranger = client.post(f"{done}/fit", json=asked(FREE), headers={"X-User-ID": "bob"})
    assert stranger.status_code == 404
