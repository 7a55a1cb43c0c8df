"""nginx keeps the answers for finished jobs, for those who may see them and for nobody else."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.integration.stack import ended, submit

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

WHOLE_SECOND = 1
"""nginx counts in them: what it keeps for 30 it serves until the next one has passed."""


@pytest.fixture
def finished(stack: Stack, hotel: bytes) -> str:
    """Return the path of a finished job of Ann."""
    with stack.client(X_User_ID="Ann") as client:
        job_id = submit(client, hotel).json()["job_id"]
        assert ended(client, job_id)["status"] == "completed"
    return f"/api/v1/jobs/{job_id}"


def test_a_finished_job_is_served_from_the_cache(stack: Stack, finished: str) -> None:
    with stack.client(X_User_ID="Ann") as client:
        first, second = client.get(finished), client.get(finished)
        unchanged = client.get(finished, headers={"If-None-Match": second.headers["ETag"]})
    assert second.headers["X-Cache"] == "HIT"
    assert first.content == second.content
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


def test_a_kept_answer_is_asked_anew_after_ten_to_thirty_seconds(stack: Stack, finished: str) -> None:
    """The header says which it was."""
    began = time.monotonic()
    with stack.client(X_User_ID="Ann") as client:
        while True:
            passed = time.monotonic() - began
            cache = client.get(finished).headers["X-Cache"]
            if cache != "HIT":
                break
            assert passed < 30 + WHOLE_SECOND, "still served from the cache"
            time.sleep(0.5)
        assert client.get(finished).headers["X-Cache"] == "HIT", "and kept anew"
    assert cache == "EXPIRED"
    assert passed > 10


def test_nobody_gets_what_was_kept_for_another(stack: Stack, finished: str) -> None:
    with stack.client(X_User_ID="Ann") as client:
        client.get(finished)
        assert client.get(finished).headers["X-Cache"] == "HIT"
    for name in ("Bob", "ann", "local"):
        with stack.client(X_User_ID=name) as client:
            answer = client.get(finished)
            assert (answer.status_code, answer.json()["error"]) == (404, "job-not-found")
            assert answer.headers["X-Cache"] == "MISS"
    with stack.client(X_User_ID="Ann") as client:
        assert client.get(finished).headers["X-Cache"] == "HIT", "the refusals took nobody's place"


def test_a_caller_without_a_name_reads_a_job_by_its_id_from_an_entry_of_its_own(
    stack: Stack, finished: str
) -> None:
    """With authentication off; what was kept for the owner is not what the caller gets."""
    with stack.client(X_User_ID="Ann") as client:
        client.get(finished)
        assert client.get(finished).headers["X-Cache"] == "HIT"
    with stack.client() as client:
        answers = [client.get(finished) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[-1].headers["X-Cache"] == "HIT"
    with stack.client(X_User_ID="Bob") as client:
        assert client.get(finished).status_code == 404


@pytest.mark.parametrize("name", ["X-API-Key", "Authorization", "Cookie"])
def test_other_credentials_are_another_entry(stack: Stack, finished: str, name: str) -> None:
    with stack.client(X_User_ID="Ann") as client:
        client.get(finished)
        assert client.get(finished).headers["X-Cache"] == "HIT"
        assert client.get(finished, headers={name: "another=1"}).headers["X-Cache"] == "MISS"


def test_an_answer_about_an_open_job_is_never_older_than_a_second(stack: Stack, slow_hotel: bytes) -> None:
    """It is not kept at all, and so it is as old as the way from the API."""
    seen: list[tuple[str, str]] = []
    with stack.client(X_User_ID="Carl") as client:
        path = submit(client, slow_hotel, time_limit_seconds=2).headers["Location"]
        deadline = time.monotonic() + 60
        last_open = datetime.now(UTC)
        while time.monotonic() < deadline:
            answer = client.get(path)
            job, got = answer.json(), datetime.now(UTC)
            seen.append((job["status"], answer.headers["X-Cache"]))
            if job["finished"] is None:
                last_open = got
            if seen[-1] == ("completed", "HIT"):
                break
            time.sleep(0.1)
    assert seen[-1] == ("completed", "HIT")
    assert {state for state, cache in seen if cache == "HIT"} == {"completed"}
    assert len([state for state, _ in seen if state in {"queued", "running"}]) > 5
    assert last_open - datetime.fromisoformat(job["finished"]) <= timedelta(seconds=1)
