from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.app import create_app
from bookingopt_api.settings import ApiSettings

KEYS = {
    "request_id", "method", "route", "status", "seconds", "bytes_sent", "key_id", "job_id", "problem",
    "event", "level", "logger", "timestamp",
}  # fmt: skip


@pytest.mark.parametrize("given", ["abc-123", "A.b_c", "x" * 64])
def test_a_request_keeps_the_id_it_came_with(client: TestClient, given: str) -> None:
    assert client.get("/health", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a\tb", '"}'])
def test_a_request_id_that_is_none_is_replaced(client: TestClient, given: str) -> None:
    got = client.get("/health", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert got
    assert got != given


def test_every_answer_is_safe_from_guessing_and_keeping(client: TestClient) -> None:
    for path in ("/health", "/no/such/path", "/api/v1/jobs"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_request_is_one_line_of_the_log_with_the_same_keys(client: TestClient, log: io.StringIO) -> None:
    client.get("/api/v1/jobs/00000000-0000-0000-0000-000000000000?secret=Ada", headers={"X-API-Key": "Ada"})
    client.get("/health")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert [set(line) for line in requests] == [KEYS, KEYS]
    assert [line["route"] for line in requests] == ["/api/v1/jobs/{job_id}", "/health"]
    assert [line["problem"] for line in requests] == ["job-not-found", None]
    assert "Ada" not in log.getvalue()


def test_a_fault_is_logged_by_its_place_alone(client: TestClient, log: io.StringIO) -> None:
    def broken() -> None:
        raise RuntimeError("Ada Lovelace")

    # The test client says of its application only that it can be called.
    client.app.router.add_route("/broken", lambda _request: broken())  # type: ignore[attr-defined]
    assert client.get("/broken").status_code == 500
    (fault,) = [line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == "fault"]
    assert fault["error_class"] == "RuntimeError"
    assert any("test_frame.py" in place for place in fault["places"])
    assert "Ada" not in log.getvalue()


def test_requests_are_counted_by_route_and_never_by_path(client: TestClient) -> None:
    client.get("/api/v1/jobs/one-job")
    client.get("/wp-admin/setup.php")
    client.request("BREW", "/health")
    told = client.get("/metrics").text
    assert (
        'bookingopt_http_requests_total{method="GET",route="/api/v1/jobs/{job_id}",status="404"} 1.0' in told
    )
    assert 'bookingopt_http_requests_total{method="GET",route="none",status="404"} 1.0' in told
    assert 'bookingopt_http_requests_total{method="other",route="/health",status="405"} 1.0' in told
    assert 'bookingopt_http_refusals_total{reason="job-not-found"} 1.0' in told
    assert "one-job" not in told
    assert "wp-admin" not in told


def test_a_redirect_leads_to_this_host_whatever_the_client_calls_it(client: TestClient) -> None:
    answer = client.get("/api/v1/jobs/?limit=5", headers={"Host": "evil.localhost"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "/api/v1/jobs?limit=5")


def test_a_path_that_leads_nowhere_counts_too(tmp_path: Path) -> None:
    app = create_app(ApiSettings(data_dir=tmp_path, fit_warm="off", rate_address="5/minute"))
    with TestClient(app) as client:
        statuses = [client.get(f"/nothing/{number}").status_code for number in range(8)]
    assert statuses == [404] * 5 + [429] * 3
