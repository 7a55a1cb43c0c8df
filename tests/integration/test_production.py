"""The same stack as it runs in production: its own name, HTTPS, and nobody without a key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from conftest import free_port
from tests.integration.engine import docker
from tests.integration.stack import LOOPBACK, SERVICES, Stack, submit

if TYPE_CHECKING:
    import httpx2

pytestmark = pytest.mark.integration

SITE = "hotel.example"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - so it is meant in production


@pytest.fixture(scope="module")
def production(session_stack: Stack) -> Iterator[Stack]:
    """Start another stack from the images and the clone of the first, without a worker."""
    http, https = free_port(), free_port()
    settings = {
        "HTTP_PORT": str(http),
        "HTTPS_PORT": str(https),
        "PUBLISH_ADDRESS": LOOPBACK,
        "SERVER_NAME": SITE,
        "API_IMAGE": "bookingopt-api:latest",
        "WORKER_IMAGE": "bookingopt-worker:latest",
    }
    files = ("compose.yaml", "compose.prod.yaml")
    stack = Stack(session_stack.clone, f"bookingopt-{http}-production", settings, files)
    try:
        stack.up("nginx", "api", "redis")
        yield stack
    finally:
        stack.compose("down", "--volumes", "--timeout", "5", "--remove-orphans")


@pytest.fixture
def client(production: Stack) -> Iterator[httpx2.Client]:
    """Return a client that asks for the site over HTTPS."""
    with production.client(Host=SITE) as client:
        yield client


def test_http_leads_to_https_and_keeps_method_path_and_query(production: Stack) -> None:
    with production.client("http", Host=SITE) as client:
        for method, path in (
            ("GET", "/"),
            ("POST", "/api/v1/optimize?a=1"),
            ("GET", "/api/v1/jobs/1/events"),
        ):
            answer = client.request(method, path)
            assert (answer.status_code, answer.headers["Location"]) == (308, f"https://{SITE}{path}")


def test_the_challenge_of_the_certificate_authority_is_answered_over_http(production: Stack) -> None:
    place = "/.well-known/acme-challenge"
    volume = f"{production.project}_acme:/var/www/acme"
    write = f"mkdir -p /var/www/acme{place} && echo told > /var/www/acme{place}/token"
    docker("run", "--rm", "--user", "0", "--volume", volume, "--entrypoint", "sh", "redis:8.0", "-c", write)
    with production.client("http", Host=SITE) as client:
        assert client.get(f"{place}/token").text == "told\n"
        assert client.get(f"{place}/another").status_code == 404


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_another_name_is_not_served(production: Stack, scheme: str) -> None:
    with production.client(scheme, Host="other.example") as client:
        assert client.get("/health").status_code == 404


def test_there_is_no_entry_without_a_key(production: Stack, client: httpx2.Client, hotel: bytes) -> None:
    client.headers["X-User-ID"] = "somebody"
    assert submit(client, hotel).status_code == 401
    create = ("bookingopt-api", "keys", "create", "--user", "front-desk", "--name", "test")
    made = production.compose("exec", "-T", "api", *create)
    key = re.search(r"bo_live_\w+_[\w-]+", made)
    assert key is not None, made
    client.headers["X-API-Key"] = key[0]
    accepted = submit(client, hotel)
    assert accepted.status_code == 200, accepted.text
    assert client.get(accepted.headers["Location"]).json()["status"] == "queued"
    assert key[0] not in production.compose("logs")


def test_what_ends_is_started_anew_and_what_is_published_is_only_nginx(production: Stack) -> None:
    services = json.loads(production.compose("config", "--format", "json", PUBLISH_ADDRESS=""))["services"]
    assert {name: services[name]["restart"] for name in SERVICES} == dict.fromkeys(SERVICES, "unless-stopped")
    published = {name: [port["host_ip"] for port in services[name].get("ports", [])] for name in SERVICES}
    assert published == {"nginx": [EVERYWHERE, EVERYWHERE], "api": [], "worker": [], "redis": []}


@pytest.mark.parametrize("missing", ["SERVER_NAME", "API_IMAGE", "WORKER_IMAGE"])
def test_a_setting_that_is_missing_is_named(production: Stack, missing: str) -> None:
    with pytest.raises(AssertionError, match=missing):
        production.compose("config", **{missing: ""})


def test_every_file_can_be_laid_over_the_stack(production: Stack) -> None:
    """Profiles and colors of a deployment included; nothing is left unset."""
    overlays = sorted(path.name for path in (production.clone / "infra").glob("compose.*.yaml"))
    assert len(overlays) > 1
    for overlay in (*overlays, "backup/compose.backup.yaml"):
        base = ("compose.yaml",) if overlay == "compose.prod.yaml" else production.files
        laid = Stack(production.clone, "laid", production.settings | {"COLOR": "blue"}, (*base, overlay))
        laid.compose("--profile", "*", "config", "--quiet")
