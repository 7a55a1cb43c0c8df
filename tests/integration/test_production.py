"""The same stack as it runs in production: its own name, HTTPS, and nobody without a key."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from invoke.context import Context

from tests.integration.engine import docker
from tests.integration.lint import read_compositions, read_nginx
from tests.integration.stack import LOOPBACK, SERVICES, Stack, another_stack, soon, submit
from tooling.deploy.site import Site
from tooling.deploy.stage import load_stage
from tooling.deploy.tasks_certificate import install
from tooling.stack import make_certificate

if TYPE_CHECKING:
    import httpx2

pytestmark = pytest.mark.integration

SITE = "hotel.example"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - so it is meant in production


@pytest.fixture(scope="module")
def host_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the service on a host, with a certificate that only encrypts so far."""
    folder = tmp_path_factory.mktemp("srv")
    make_certificate(folder / "certificates")
    return folder


@pytest.fixture(scope="module")
def production(session_stack: Stack, host_folder: Path) -> Iterator[Stack]:
    """Start another stack from the images and the clone of the first, without a worker."""
    settings = {
        "PUBLISH_ADDRESS": LOOPBACK,
        "SERVER_NAME": SITE,
        "API_IMAGE": "bookingopt-api:latest",
        "WORKER_IMAGE": "bookingopt-worker:latest",
        "CERTIFICATES_DIR": str(host_folder / "certificates"),
    }
    files = ("compose.yaml", "compose.prod.yaml")
    with another_stack(session_stack, "production", files, ("nginx", "api", "redis"), **settings) as stack:
        yield stack


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


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("check", [read_compositions, read_nginx])
def test_what_lint_leaves_out_where_there_is_no_engine_is_checked_here(check: Callable[[], None]) -> None:
    check()


def test_a_given_certificate_is_the_one_that_is_served(
    production: Stack, host_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With ``tls = "given"``, and with all that vouch for it: whoever trusts the root alone is content."""
    chain, key = _issue(tmp_path)
    trusting = ssl.create_default_context(cafile=tmp_path / "root.pem")
    assert _served(production, trusting) is None
    _let_ssh_reach_this_machine(tmp_path / "programs", monkeypatch)
    (tmp_path / "given.toml").write_text(
        f'host = "this"\ndomain = "{SITE}"\nimages = "stream"\ntls = "given"\nfolder = "{host_folder}"\n'
    )
    monkeypatch.setenv("BOOKINGOPT_STAGES", str(tmp_path))
    settings = Site(load_stage("given")).settings().splitlines()
    assert f"CERTIFICATES_DIR={production.settings['CERTIFICATES_DIR']}" in settings
    given = ssl.PEM_cert_to_DER_cert((tmp_path / "site.pem").read_text())
    before = _served(production)
    copytree(host_folder / "certificates", tmp_path / "before")
    try:
        install(Context(), "given", str(chain), str(key))
        production.compose("exec", "-T", "nginx", "nginx", "-s", "reload")
        # For a moment, workers of nginx that have the old one still take connections.
        soon(lambda: _served(production, trusting) == given)
    finally:
        copytree(tmp_path / "before", host_folder / "certificates", dirs_exist_ok=True)
        production.compose("exec", "-T", "nginx", "nginx", "-s", "reload")
    soon(lambda: _served(production) == before)


def _served(stack: Stack, context: ssl.SSLContext | None = None) -> bytes | None:
    """Return the certificate that nginx shows for the site; None if a context is given that refuses it."""
    if context is None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = (LOOPBACK, int(stack.settings["HTTPS_PORT"]))
    try:
        with (
            socket.create_connection(address, timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=SITE) as spoken,
        ):
            return spoken.getpeercert(binary_form=True)
    except ssl.SSLCertVerificationError:
        return None


def _issue(folder: Path) -> tuple[Path, Path]:
    """Return chain and key of a certificate for the site, from an authority between it and a root."""
    issuers, kinds = {"root": "", "between": "root", "site": "between"}, {"site": "CA:FALSE"}
    for name, issuer in issuers.items():
        signed = ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"] if issuer else []
        kind = f"basicConstraints=critical,{kinds.get(name, 'CA:TRUE')}"
        command = ["openssl", "req", "-x509", *signed, "-newkey", "ec", "-noenc", "-days", "30"]
        command += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", f"/CN={name}", "-addext", kind]
        command += ["-addext", f"subjectAltName=DNS:{SITE if name == 'site' else name}"]
        command += ["-keyout", f"{name}.key", "-out", f"{name}.pem"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    chain = folder / "chain.pem"
    chain.write_text((folder / "site.pem").read_text() + (folder / "between.pem").read_text())
    return chain, folder / "site.key"


def _let_ssh_reach_this_machine(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs.mkdir()
    (programs / "ssh").write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n')
    (programs / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
