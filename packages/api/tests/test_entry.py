from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.testclient import TestClient

from bookingopt_api.app import create_app
from bookingopt_api.keys import Keyring, Scope
from bookingopt_api.keys.secret import new_key
from bookingopt_api.settings import ApiSettings

HOTEL = json.dumps(
    {
        "ProblemId": "two nights",
        "Rooms": [{"RoomNumber": "1"}],
        "Reservations": [{"Id": 1, "Arrival": "2026-11-23", "Length": 2}],
    }
)
PLENTY = {"rate_submit": "1000/minute", "rate_read": "1000/second", "rate_address": "1000/second"}


def open_app(folder: Path, **settings: Any) -> FastAPI:
    """Return an application that asks for keys, with rates that no test uses up by accident."""
    given = {"data_dir": folder, "authentication": "on", **PLENTY, **settings}
    return create_app(ApiSettings(**given))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    """Return an application that asks for keys."""
    made = open_app(tmp_path)
    yield made
    made.state.resources.close()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Return a client of it."""
    with TestClient(app) as opened:
        yield opened


@pytest.fixture
def keys(app: FastAPI) -> Keyring:
    """Return its keys."""
    found = app.state.resources.keys
    assert isinstance(found, Keyring)
    return found


def kind_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def session_of(app: FastAPI, key_id: str) -> dict[str, str]:
    response = Response()
    app.state.resources.sessions.begin(response, key_id)
    return {"Cookie": response.headers["set-cookie"].partition(";")[0]}


def test_no_key_no_entry(client: TestClient) -> None:
    answer = client.get("/api/v1/jobs")
    assert kind_of(answer) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("ApiKey")


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
def test_a_key_may_come_in_either_header(client: TestClient, keys: Keyring, header: str) -> None:
    text = keys.create("ann", "a test").text
    given = text if header == "X-API-Key" else f"Bearer {text}"
    assert client.get("/api/v1/jobs", headers={header: given}).status_code == 200


def test_whoever_names_itself_is_nobody_where_keys_are_asked_for(client: TestClient, keys: Keyring) -> None:
    """A forged `X-User-ID` opens nothing, alone or beside a key."""
    assert client.get("/api/v1/jobs", headers={"X-User-ID": "ann"}).status_code == 401
    ann = {"X-API-Key": keys.create("ann", "a test").text}
    job = client.post("/api/v1/optimize", content=HOTEL, headers=ann).headers["location"]
    bob = {"X-API-Key": keys.create("bob", "a test").text, "X-User-ID": "ann"}
    assert client.get(job, headers=ann).status_code == 200
    assert client.get(job, headers=bob).status_code == 404


def test_a_wrong_an_expired_and_a_revoked_key_get_the_same_answer(client: TestClient, keys: Keyring) -> None:
    made = keys.create("ann", "a test")
    keys.revoke(made.key_id)
    expired = keys.create("ann", "a test", lifetime=timedelta(microseconds=1000))
    wrong = made.text[:-43] + new_key().text[-43:]
    answers = [
        client.get("/api/v1/jobs", headers={"X-API-Key": text})
        for text in (made.text, expired.text, wrong, new_key().text, "nonsense")
    ]
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert [answer.status_code for answer in answers] == [401] * 5
    assert bodies == bodies[:1] * 5


def test_a_key_that_may_only_read_submits_and_cancels_nothing(client: TestClient, keys: Keyring) -> None:
    reader = {"X-API-Key": keys.create("ann", "a screen", {Scope.READ}).text}
    assert client.get("/api/v1/jobs", headers=reader).status_code == 200
    assert kind_of(client.post("/api/v1/optimize", content=HOTEL, headers=reader)) == (403, "forbidden")
    somewhere = "/api/v1/jobs/0193589d-5e3a-7c4e-8f3b-2b1c0a9d8e7f"
    assert kind_of(client.delete(somewhere, headers=reader)) == (403, "forbidden")


def test_a_key_that_may_only_write_reads_nothing(client: TestClient, keys: Keyring) -> None:
    writer = {"X-API-Key": keys.create("ann", "a feed", {Scope.WRITE}).text}
    job = client.post("/api/v1/optimize", content=HOTEL, headers=writer).headers["location"]
    assert kind_of(client.get(job, headers=writer)) == (403, "forbidden")


def test_two_keys_of_one_user_see_the_same_jobs(client: TestClient, keys: Keyring) -> None:
    old = keys.create("ann", "a test")
    job = client.post("/api/v1/optimize", content=HOTEL, headers={"X-API-Key": old.text}).headers["location"]
    new = keys.rotate(old.key_id, timedelta(0))
    assert client.get(job, headers={"X-API-Key": old.text}).status_code == 401
    assert client.get(job, headers={"X-API-Key": new.text}).status_code == 200


def test_a_session_reads_from_anywhere_and_changes_from_our_pages_alone(
    client: TestClient, app: FastAPI, keys: Keyring
) -> None:
    cookie = session_of(app, keys.create("ann", "a person").key_id)
    assert client.get("/api/v1/jobs", headers=cookie).status_code == 200
    foreign = {**cookie, "Sec-Fetch-Site": "cross-site"}
    assert kind_of(client.post("/api/v1/optimize", content=HOTEL, headers=foreign)) == (403, "forbidden")
    assert client.post("/api/v1/optimize", content=HOTEL, headers=cookie).status_code == 403
    ours = {**cookie, "Sec-Fetch-Site": "same-origin"}
    assert client.post("/api/v1/optimize", content=HOTEL, headers=ours).status_code == 200


def test_a_foreign_page_can_neither_begin_nor_end_a_session(client: TestClient, keys: Keyring) -> None:
    """Or a stranger would sign the operator in under a key of the stranger's, and read what comes."""
    made = keys.create("mallory", "a test")
    for path in ("/sign-in", "/sign-out"):
        answer = client.post(path, data={"key": made.text}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    own = client.post(
        "/sign-in",
        data={"key": made.text},
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )
    assert own.status_code == 303
    assert "set-cookie" in own.headers


def test_taking_a_key_back_ends_its_sessions(client: TestClient, app: FastAPI, keys: Keyring) -> None:
    made = keys.create("ann", "a person")
    cookie = session_of(app, made.key_id)
    assert client.get("/api/v1/jobs", headers=cookie).status_code == 200
    keys.revoke(made.key_id)
    assert kind_of(client.get("/api/v1/jobs", headers=cookie)) == (401, "unauthorized")


def test_a_wrong_key_is_not_helped_by_a_session(client: TestClient, app: FastAPI, keys: Keyring) -> None:
    cookie = session_of(app, keys.create("ann", "a person").key_id)
    assert client.get("/api/v1/jobs", headers={**cookie, "X-API-Key": "wrong"}).status_code == 401


def test_a_key_has_a_rate_for_new_work_and_another_for_questions(tmp_path: Path) -> None:
    app = open_app(tmp_path, rate_submit="2/hour", rate_read="3/hour", max_queued_jobs_per_user=10)
    key = {"X-API-Key": app.state.resources.keys.create("ann", "a test").text}
    other = {"X-API-Key": app.state.resources.keys.create("bob", "a test").text}
    with TestClient(app) as client:
        submitted = [client.post("/api/v1/optimize", content=HOTEL, headers=key) for _ in range(3)]
        assert [answer.status_code for answer in submitted] == [200, 200, 429]
        read = [client.get("/api/v1/jobs", headers=key) for _ in range(4)]
        assert [answer.status_code for answer in read] == [200, 200, 200, 429]
        assert client.post("/api/v1/optimize", content=HOTEL, headers=other).status_code == 200
    assert submitted[-1].json()["error"] == "too-many-requests"
    assert int(submitted[-1].headers["retry-after"]) >= 1
    assert submitted[0].headers["ratelimit-policy"] == '"address";q=1000;w=1, "submit";q=2;w=3600'


def test_an_address_has_a_rate_that_wrong_keys_use_up_quickly(tmp_path: Path) -> None:
    app = open_app(tmp_path, rate_address="25/hour")
    with TestClient(app, client=("203.0.113.7", 1)) as client:
        wrong = [client.get("/api/v1/jobs", headers={"X-API-Key": "wrong"}) for _ in range(4)]
        assert [answer.status_code for answer in wrong] == [401, 401, 401, 429]
        assert client.get("/livez").status_code == 200  # whoever watches the service still can
    with TestClient(app, client=("203.0.113.8", 1)) as client:
        assert client.get("/api/v1/jobs").status_code == 401


def test_whoever_claims_other_addresses_counts_as_one(tmp_path: Path) -> None:
    """The header `X-Forwarded-For` means nothing to the application: the server alone judges proxies."""
    app = open_app(tmp_path, rate_address="3/hour")
    with TestClient(app, client=("203.0.113.7", 1)) as client:
        answers = [
            client.get("/api/v1/jobs", headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
            for number in range(5)
        ]
    assert answers == [401, 401, 401, 429, 429]


def test_where_nobody_can_count_reading_goes_on_and_writing_does_not(tmp_path: Path) -> None:
    app = open_app(tmp_path, rate_limit_url=f"unix://{tmp_path}/nobody.sock")
    key = {"X-API-Key": app.state.resources.keys.create("ann", "a test").text}
    with TestClient(app) as client:
        read = client.get("/api/v1/jobs", headers=key)
        written = client.post("/api/v1/optimize", content=HOTEL, headers=key)
    assert read.status_code == 200
    assert "ratelimit" not in read.headers
    assert kind_of(written) == (503, "store-unavailable")
    assert "retry-after" in written.headers


def test_what_is_done_is_in_the_audit_log_and_nothing_that_was_typed(tmp_path: Path) -> None:
    app = open_app(tmp_path, audit_log=tmp_path / "audit" / "audit.jsonl")
    made = app.state.resources.keys.create("ann", "a test")
    key = {"X-API-Key": made.text}
    with TestClient(app, client=("203.0.113.7", 1)) as client:
        job = client.post("/api/v1/optimize", content=HOTEL, headers=key).headers["location"]
        client.get(job, headers=key)  # it has not finished: a poll, which hands nothing out
        client.delete(job, headers=key)
        client.get("/api/v1/jobs/Zo%C3%AB%20Guest", headers=key)
        client.get("/api/v1/jobs", headers={b"X-API-Key": "Zoë Guest".encode()})
    (file,) = (tmp_path / "audit").iterdir()
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(line["act"], line["status"]) for line in lines] == [
        ("submit", 200),
        ("cancel", 200),
        ("read", 404),
        ("failed-authentication", 401),
    ]
    assert [line["job_id"] for line in lines] == [job.rpartition("/")[2]] * 2 + [None] * 2
    assert [line["key_id"] for line in lines] == [made.key_id] * 3 + [None]
    assert {line["network"] for line in lines} == {"203.0.113.0/24"}
    assert "Guest" not in file.read_text()
    assert made.text not in file.read_text()


def test_without_authentication_a_foreign_page_gets_nowhere(tmp_path: Path) -> None:
    """Neither by a form that posts here, nor by a name of its own that leads here."""
    app = open_app(tmp_path, authentication="off")
    with TestClient(app) as client:
        foreign = {"Origin": "https://evil.example"}
        assert kind_of(client.post("/api/v1/optimize", content=HOTEL, headers=foreign)) == (403, "forbidden")
        rebound = {"Host": "evil.example"}
        assert kind_of(client.get("/api/v1/jobs", headers=rebound)) == (403, "forbidden")
        assert client.post("/api/v1/optimize", content=HOTEL).status_code == 200
