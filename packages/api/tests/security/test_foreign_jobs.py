"""Another's job is as unknown as one that never was: on each path, also on those that are added later."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from bookingopt_api.app import ROUTERS, create_app
from bookingopt_api.settings import ApiSettings
from job_ledger import Ending, JobOutcome, JobState, NewJob
from optimizer_core.run import run_json

UNKNOWN = "01935891-0000-7000-8000-000000000000"
ON_A_JOB = sorted(
    {
        (method, str(route.path))
        for router in ROUTERS
        for route in iter_route_contexts(router.routes)
        if "{job_id}" in str(route.path)
        for method in route.methods or ()
    }
)
# What the rest of a path, and a body, must be for the request to be right.
PARTS = {"suffix": "json"}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
UNCLEAR = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@functools.cache
def solved(document: bytes) -> bytes:
    """Return the result document of a hotel; solved once for all tests."""
    return run_json(document)


class Hotel:
    """A service with a finished job of ann's."""

    def __init__(self, folder: Path, document: bytes) -> None:
        settings = ApiSettings(
            data_dir=folder, authentication="on", rate_read="1000/second", rate_address="1000/second"
        )
        self.app = create_app(settings)
        self.client = TestClient(self.app, follow_redirects=False)
        keys = self.app.state.resources.keys
        self.ann = {"X-API-Key": keys.create("ann", "a test").text}
        self.bob = {"X-API-Key": keys.create("bob", "a test").text}
        store = self.app.state.resources.store
        self.job_id = store.accept(NewJob("ann", "three nights", document)).job.job_id
        claim = store.claim(self.job_id)
        outcome = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs")
        store.finish(claim, Ending(JobState.COMPLETED, solved(document), outcome))

    def is_there(self) -> bool:
        return self.app.state.resources.store.get(self.job_id) is not None


@pytest.fixture
def hotel(tmp_path: Path, document: bytes) -> Iterator[Hotel]:
    """Return a service with a finished job of ann's."""
    opened = Hotel(tmp_path, document)
    with opened.client:
        yield opened


def ask(hotel: Hotel, method: str, path: str, job_id: str, key: dict[str, str]) -> Any:
    where = path.format(job_id=job_id, **PARTS)
    return hotel.client.request(method, where, headers={**SAME_ORIGIN, **key})


def test_there_are_paths_to_try() -> None:
    assert ("GET", "/api/v1/jobs/{job_id}/result") in ON_A_JOB
    assert len(ON_A_JOB) > 10


@pytest.mark.parametrize(("method", "path"), ON_A_JOB)
def test_a_strangers_answer_is_that_of_a_job_that_never_was(hotel: Hotel, method: str, path: str) -> None:
    foreign = ask(hotel, method, path, hotel.job_id, hotel.bob)
    unknown = ask(hotel, method, path, UNKNOWN, hotel.bob)
    assert 400 <= foreign.status_code < 500
    assert foreign.status_code == unknown.status_code
    assert UNCLEAR.sub(b"", foreign.content) == UNCLEAR.sub(b"", unknown.content)
    assert b"Lovelace" not in foreign.content
    assert hotel.is_there()


@pytest.mark.parametrize(("method", "path"), ON_A_JOB)
def test_without_a_key_nobody_learns_whether_a_job_is_there(hotel: Hotel, method: str, path: str) -> None:
    """Whatever the path: a problem for programs, the way to the sign-in for people."""
    answers = [ask(hotel, method, path, job_id, {}) for job_id in (hotel.job_id, UNKNOWN)]
    assert {answer.status_code for answer in answers} <= {303, 401}
    assert answers[0].status_code == answers[1].status_code
    assert b"Lovelace" not in answers[0].content
    assert hotel.is_there()


@pytest.mark.parametrize(("method", "path"), [pair for pair in ON_A_JOB if pair[0] == "GET"])
def test_the_owner_is_let_in(hotel: Hotel, method: str, path: str) -> None:
    """Or else the tests above would prove nothing."""
    if path.endswith("/events"):
        where = path.format(job_id=hotel.job_id)
        with hotel.client.stream("GET", where, headers={**SAME_ORIGIN, **hotel.ann}) as stream:
            assert stream.status_code == 200
            assert f'"job_id":"{hotel.job_id}"' in next(stream.iter_text())
        return
    assert ask(hotel, method, path, hotel.job_id, hotel.ann).status_code != 404


def test_a_stranger_lists_none_of_it(hotel: Hotel) -> None:
    assert hotel.client.get("/api/v1/jobs", headers=hotel.bob).json()["jobs"] == []
    assert len(hotel.client.get("/api/v1/jobs", headers=hotel.ann).json()["jobs"]) == 1
