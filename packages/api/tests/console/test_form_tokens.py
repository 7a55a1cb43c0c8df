"""A form that is sent twice, by two clicks or by leafing back, makes one job."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.console.form_tokens import key_of, token_field
from job_ledger import JobStore

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
TOKEN = re.compile(r'name="once" value="([\w-]{22})"')
ASKED = {"arrival": "2027-06-05", "nights": "2", "room_type": "", "changes": "0"}


def tokens_in(client: TestClient, path: str) -> list[str]:
    return TOKEN.findall(client.get(path).text)


def sent_at_once(client: TestClient, path: str, **given: Any) -> set[str]:
    """Send the same form from two threads, and return where they lead."""
    with ThreadPoolExecutor(2) as threads:
        asked = [
            threads.submit(client.post, path, headers=SAME_ORIGIN, follow_redirects=False, **given)
            for _ in "ab"
        ]
        answers = [one.result() for one in asked]
    assert [answer.status_code for answer in answers] == [303, 303], [answer.text for answer in answers]
    return {answer.headers["location"] for answer in answers}


def jobs_in(store: JobStore) -> int:
    return len(store.jobs_of("local").jobs)


def test_every_form_has_a_token_of_its_own_each_time(client: TestClient) -> None:
    tokens = tokens_in(client, "/") + tokens_in(client, "/")
    assert len(set(tokens)) == len(tokens) == 8


def test_a_file_sent_twice_is_one_job(client: TestClient, store: JobStore, document: bytes) -> None:
    (token, *_) = tokens_in(client, "/")
    files = {"document": ("hotel.json", document)}
    assert len(sent_at_once(client, "/new", data={"once": token}, files=files)) == 1
    assert jobs_in(store) == 1


def test_lists_sent_twice_are_one_job(client: TestClient, store: JobStore) -> None:
    (token, *_) = tokens_in(client, "/")
    files = {
        "rooms": ("rooms.csv", b"Room\n101\n"),
        "reservations": ("may.csv", b"Arrival,Nights,Room\n2027-05-01,2,\n"),
    }
    assert len(sent_at_once(client, "/new", data={"once": token}, files=files)) == 1
    assert jobs_in(store) == 1


def test_an_example_opened_twice_is_one_job(client: TestClient, store: JobStore) -> None:
    token = tokens_in(client, "/")[-1]
    assert len(sent_at_once(client, "/example", data={"once": token, "name": "ten-rooms"})) == 1
    assert jobs_in(store) == 1


def test_a_curve_asked_for_twice_is_one_job(client: TestClient, done: str, store: JobStore) -> None:
    (token,) = tokens_in(client, f"/jobs/{done}/curve")
    sent_at_once(client, f"/jobs/{done}/curve", data={"once": token})
    assert jobs_in(store) == 1 + 1


def test_a_question_asked_as_a_job_twice_is_one_job(
    client: TestClient, done: str, store: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def takes_longer(*_: object) -> None:
        return None

    monkeypatch.setattr("bookingopt_api.console.fit_pages.answer_at_once", takes_longer)
    (token,) = TOKEN.findall(client.get(f"/jobs/{done}/fit", params=ASKED, headers=SAME_ORIGIN).text)
    assert len(sent_at_once(client, f"/jobs/{done}/fit", params=ASKED, data={"once": token})) == 1
    assert jobs_in(store) == 1 + 1


def test_the_same_form_with_another_file_is_another_job(
    client: TestClient, store: JobStore, document: bytes
) -> None:
    (token, *_) = tokens_in(client, "/")
    for content in (document, document + b" "):
        files = {"document": ("hotel.json", content)}
        assert client.post("/new", data={"once": token}, files=files, headers=SAME_ORIGIN).status_code == 200
    assert jobs_in(store) == 2


def test_two_forms_with_the_same_file_are_two_jobs(
    client: TestClient, store: JobStore, document: bytes
) -> None:
    for _ in "ab":
        (token, *_) = tokens_in(client, "/")
        files = {"document": ("hotel.json", document)}
        client.post("/new", data={"once": token}, files=files, headers=SAME_ORIGIN)
    assert jobs_in(store) == 2


def test_a_program_that_sends_no_token_gets_a_job_each_time(submit: Callable[[], str]) -> None:
    assert submit() != submit()


@pytest.fixture
def submit(client: TestClient, document: bytes) -> Callable[[], str]:
    """Return what sends a file without a token, and hands back where that leads."""

    def send() -> str:
        files = {"document": ("hotel.json", document)}
        answer = client.post("/new", files=files, headers=SAME_ORIGIN, follow_redirects=False)
        return answer.headers["location"]

    return send


def test_a_key_holds_what_is_asked_for() -> None:
    assert key_of("", b"asked") is None
    assert key_of("a", b"asked") == key_of("a", b"asked")
    assert len({key_of("a", b"asked"), key_of("b", b"asked"), key_of("a", b"else")}) == 3
    assert token_field() != token_field()
