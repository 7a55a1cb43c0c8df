from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from bookingopt_api.problems import PROBLEM_TYPES
from bookingopt_api.resources import Resources
from job_ledger import StoreUnavailable, sqlite_connection


def test_health_tells_version_and_time(client: TestClient) -> None:
    told = client.get("/health").json()
    assert (told["status"], told["version"]) == ("healthy", "0.1.0")
    assert abs(datetime.now(UTC) - datetime.fromisoformat(told["timestamp"])).total_seconds() < 60


def test_it_is_alive_without_a_store_but_not_ready(
    client: TestClient, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").status_code == 200

    def away() -> None:
        raise StoreUnavailable("the job store gives no answer")

    monkeypatch.setattr(resources.store, "ping", away)
    assert client.get("/livez").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the job store gives no answer\n")


def test_it_is_not_ready_once_it_has_been_told_to_stop(client: TestClient, resources: Resources) -> None:
    resources.draining.set()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "stopping\n")
    assert client.get("/health").status_code == 200


def test_metrics_are_readable_and_tell_of_the_ledger(client: TestClient) -> None:
    client.get("/health")
    families = {family.name: family for family in text_string_to_metric_families(client.get("/metrics").text)}
    assert {"bookingopt_http_requests", "bookingopt_http_request_duration_seconds"} <= families.keys()
    (up,) = families["bookingopt_ledger_up"].samples
    assert up.value == 1


@pytest.mark.parametrize("kind", PROBLEM_TYPES)
def test_the_type_of_a_problem_is_the_address_of_its_page(client: TestClient, kind: str) -> None:
    answer = client.get(f"/problems/{kind}")
    assert answer.status_code == 200
    assert PROBLEM_TYPES[kind].remedy in answer.text


def test_an_unknown_problem_has_no_page(client: TestClient) -> None:
    assert client.get("/problems/no-such").json()["error"] == "not-found"


def test_it_is_not_ready_where_nothing_can_be_written(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_connection, "LEAST_FREE_BYTES", 2**63)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the disk of the job store is full\n")
    assert client.get("/health").status_code == 200
