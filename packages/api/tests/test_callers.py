from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.callers import Caller, needing, owned_job
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources


def test_with_authentication_off_a_caller_names_itself(
    client: TestClient, submitted: Callable[..., str]
) -> None:
    job_id = submitted("ann")
    assert client.get(f"/api/v1/jobs/{job_id}", headers={"X-User-ID": "ann"}).status_code == 200
    assert client.get(f"/api/v1/jobs/{job_id}", headers={"X-User-ID": "bob"}).status_code == 404


def test_with_authentication_off_who_gives_no_name_may_read_a_job_by_its_id(
    client: TestClient, submitted: Callable[..., str]
) -> None:
    """As established clients do, which name themselves only where they submit."""
    job_id = submitted("ann")
    assert client.get(f"/api/v1/jobs/{job_id}").status_code == 200
    assert client.get(f"/api/v1/jobs/{job_id}/problem").status_code == 200
    assert client.get("/api/v1/jobs").json()["jobs"] == []
    assert client.delete(f"/api/v1/jobs/{job_id}").status_code == 400
    assert client.get(f"/api/v1/jobs/{job_id}", headers={"X-User-ID": "local"}).status_code == 404


@pytest.mark.parametrize("name", ["", "x" * 257])
def test_a_name_that_cannot_be_one_is_refused(client: TestClient, name: str) -> None:
    answer = client.get("/api/v1/jobs", headers={"X-User-ID": name})
    assert (answer.status_code, answer.json()["errors"][0]["place"]) == (422, "X-User-ID")


def test_a_job_is_found_by_its_owner_alone(resources: Resources, submitted: Callable[..., str]) -> None:
    job_id = submitted("ann")
    assert owned_job(job_id, Caller("ann"), resources).job_id == job_id
    for caller, wanted in [("bob", job_id), ("ann", job_id.upper()), ("ann", "../x"), ("ann", "x" * 70_000)]:
        with pytest.raises(ApiProblem, match="job-not-found"):
            owned_job(wanted, Caller(caller), resources)


def test_a_scope_that_is_missing_is_named() -> None:
    async def let_in(allowed: Callable[[Caller], Awaitable[Caller]]) -> Caller:
        return await allowed(Caller("ann", "k1", frozenset({"read"})))

    with pytest.raises(ApiProblem, match=r"forbidden: .*write"):
        asyncio.run(let_in(needing("write")))
    assert asyncio.run(let_in(needing("read"))).user == "ann"
