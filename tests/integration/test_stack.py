"""The stack, from nothing: what a newcomer does, over HTTPS through nginx."""

from __future__ import annotations

import socket
import ssl
import time
import warnings
from typing import TYPE_CHECKING

import pytest

from tests.integration.engine import docker
from tests.integration.stack import LOOPBACK, ended, soon, submit

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

REFUSAL = {"type", "title", "status", "detail", "instance", "request_id", "error", "message"}


def test_every_service_is_healthy(stack: Stack) -> None:
    for service in ("nginx", "api", "worker", "redis"):
        assert stack.inspect(service)["State"]["Health"]["Status"] == "healthy", service


def test_a_job_goes_all_the_way_through_nginx(stack: Stack, hotel: bytes) -> None:
    with stack.client(X_User_ID="newcomer") as client:
        accepted = submit(client, hotel)
        assert accepted.status_code == 200, accepted.text
        job = ended(client, accepted.json()["job_id"])
        assert job["status"] == "completed"
        assert job["result"]["success"] is True
        chart = client.get(f"{accepted.headers['Location']}/chart.svg")
        assert chart.headers["Content-Type"].startswith("image/svg+xml")
        assert "<svg" in chart.text


def test_the_page_of_the_operator_is_served(stack: Stack) -> None:
    with stack.client() as client:
        page = client.get("/", follow_redirects=True)
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")


def test_events_come_one_by_one(stack: Stack, slow_hotel: bytes) -> None:
    """A buffer on the way would hold them back until the job has ended."""
    arrivals: list[tuple[str, float]] = []
    with stack.client(X_User_ID="listener") as client, stack.client(X_User_ID="listener") as other:
        place = submit(client, slow_hotel, time_limit_seconds=4).headers["Location"]
        with client.stream("GET", f"{place}/events") as events:
            assert events.headers["Content-Type"].startswith("text/event-stream")
            assert "gzip" not in events.headers.get("Content-Encoding", "")
            for line in events.iter_lines():
                if line.startswith("event: "):
                    arrivals.append((line.removeprefix("event: "), time.monotonic()))
                if len(arrivals) == 1:
                    state = other.get(place).json()["status"]
                    assert state in {"queued", "running"}, "the job had ended when the first event came"
    names = [name for name, _ in arrivals]
    assert names == ["progress"] * (len(names) - 1) + ["completed"]
    assert len(names) > 2
    assert arrivals[-1][1] - arrivals[0][1] > 2, "they came together"


@pytest.mark.parametrize("path", ["/metrics", "/livez", "/readyz", "/metrics/", "/%6detrics"])
def test_what_is_for_the_inside_cannot_be_reached(stack: Stack, path: str) -> None:
    with stack.client() as client:
        answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json().keys() >= REFUSAL


def test_each_header_of_safety_is_there_once(stack: Stack) -> None:
    names = ["x-content-type-options", "x-frame-options", "referrer-policy", "content-security-policy"]
    with stack.client() as client:
        answer = client.get("/health")
    for name in (*names, "strict-transport-security", "x-request-id"):
        assert len(answer.headers.get_list(name)) == 1, name
    with stack.client("http") as client:
        assert "strict-transport-security" not in client.get("/health").headers


@pytest.mark.parametrize(("version", "is_spoken"), [("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)])
def test_tls_is_recent(stack: Stack, version: str, is_spoken: bool) -> None:
    certificate = stack.clone / "infra" / "nginx" / "certificates" / "fullchain.pem"
    context = ssl.create_default_context(cafile=str(certificate))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):  # Python would not have the oldest asked for either
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    port = int(stack.settings["HTTPS_PORT"])
    with socket.create_connection((LOOPBACK, port), timeout=10) as plain:
        if not is_spoken:
            with pytest.raises(ssl.SSLError):
                context.wrap_socket(plain, server_hostname=LOOPBACK)
            return
        with context.wrap_socket(plain, server_hostname=LOOPBACK) as spoken:
            assert (spoken.version() or "").replace(".", "_") == version


def test_a_body_that_is_too_large_is_refused_by_nginx_in_the_words_of_the_api(stack: Stack) -> None:
    with stack.client(X_User_ID="large") as client:
        answer = client.post("/api/v1/jobs/none/fit", content=b" " * 33 * 1024 * 1024)
    assert answer.status_code == 413
    assert answer.json()["error"] == "document-too-large"
    assert answer.headers["X-Request-ID"] == answer.json()["request_id"]


def test_the_access_log_holds_no_query_no_key_and_no_address(stack: Stack) -> None:
    # pragma: allowlist nextline secret
    with stack.client(X_API_Key="bo_live_secret", Authorization="Bearer secret", Cookie="a=secret") as client:
        client.get("/health", params={"key": "secret"}, headers={"X-Request-ID": "find-this-line"})
    soon(lambda: "find-this-line" in stack.compose("logs", "nginx"))
    lines = [line for line in stack.logs("nginx") if line.get("request_id") == "find-this-line"]
    assert [line["path"] for line in lines] == ["/health"]
    assert lines[0]["client_network"].endswith(".0/24")
    assert "secret" not in stack.compose("logs", "nginx")


def test_the_request_id_of_the_caller_is_kept_if_it_is_one(stack: Stack) -> None:
    with stack.client() as client:
        kept = client.get("/health", headers={"X-Request-ID": "from-the.caller_1"})
        other = client.get("/health", headers={"X-Request-ID": "two words"})
    assert kept.headers["X-Request-ID"] == "from-the.caller_1"
    assert other.headers["X-Request-ID"] != "two words"


def test_an_api_that_is_away_is_a_refusal_with_a_time_to_come_again(stack: Stack) -> None:
    stack.kill("api")
    with stack.client() as client:
        answer = client.get("/health")
    assert (answer.status_code, answer.json()["error"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0


def test_another_upstream_is_taken_by_a_reload(stack: Stack) -> None:
    """A deployment puts another file there; here one that leads nowhere, and then the old one."""
    file = stack.clone / "infra" / "nginx" / "upstream" / "api.conf"
    usual = file.read_text()
    with stack.client() as client:
        assert client.get("/health").status_code == 200
        for text, status in ((usual.replace("api:8000", "nowhere:8000"), 503), (usual, 200)):
            file.write_text(text)
            stack.compose("exec", "-T", "nginx", "nginx", "-s", "reload")
            soon(lambda status=status: client.get("/health").status_code == status)  # type: ignore[misc]


def test_without_keys_the_api_starts_only_where_no_stranger_can_reach_it(stack: Stack) -> None:
    image = stack.inspect("api")["Image"]
    settings = ("--env", "ENVIRONMENT=local", "--env", "PUBLISHED_ADDRESS=0.0.0.0", "--env", "DATA_DIR=/data")
    with pytest.raises(AssertionError, match="PUBLISHED_ADDRESS: with authentication off"):
        docker("run", "--rm", "--read-only", "--tmpfs", "/data", *settings, image)
