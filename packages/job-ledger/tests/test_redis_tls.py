from __future__ import annotations

import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from redis.exceptions import RedisError

from job_ledger.redis_connection import connect_redis
from job_ledger.redis_tls import RedisTls, complete_address, fault_of_server, has_password


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two pairs of a certificate and its key, and a key with a passphrase."""
    folder = tmp_path_factory.mktemp("tls")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    for name in ("one", "two"):
        _openssl(folder, "req", "-x509", *curve, "-noenc", "-subj", f"/CN={name}", *_out(name))
    _openssl(
        folder, "req", "-x509", *curve, "-passout", "pass:of the key", "-subj", "/CN=closed", *_out("closed")
    )
    (folder / "text").write_text("no certificate")
    return folder


def _out(name: str) -> tuple[str, ...]:
    return ("-keyout", f"{name}.key", "-out", f"{name}.pem")


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("one.pem", None, None), None),
        (("one.pem", "two.pem", "two.key"), None),
        ((None, None, None), None),
        (
            ("missing", None, None),
            "REDIS_TLS_CA: .*missing cannot be read: No such file.*; name a file in PEM",
        ),
        (("text", None, None), "REDIS_TLS_CA: .*text holds no certificate in PEM; name that of"),
        ((".", None, None), "REDIS_TLS_CA: .* cannot be read: Is a directory; name a file in PEM"),
        ((None, "one.pem", None), "REDIS_TLS_KEY: .*set both, or neither"),
        ((None, None, "one.key"), "REDIS_TLS_CERTIFICATE: .*set both, or neither"),
        ((None, "one.pem", "two.key"), "REDIS_TLS_CERTIFICATE: .*do not go together; name a certificate"),
        ((None, "closed.pem", "closed.key"), "REDIS_TLS_CERTIFICATE: .*without a passphrase"),
        ((None, "one.pem", "missing"), "REDIS_TLS_KEY: .*missing cannot be read"),
    ],
)
def test_files_that_cannot_be_used_are_named_with_the_remedy(
    files: Path, names: tuple[str | None, ...], message: str | None
) -> None:
    fault = RedisTls(*(None if name is None else files / name for name in names)).fault()
    if message is None:
        assert fault is None
    else:
        assert fault is not None
        assert re.match(message, fault), fault


def test_an_address_has_the_password_and_the_files_in_it() -> None:
    tls = RedisTls(Path("/run/ca"), Path("/run/my certificate"), Path("/run/key"))
    url = complete_address("rediss://worker@redis.example:6380/2?protocol=3", "p@ss/w%", tls)
    parts = urlsplit(url)
    assert parts.netloc == "worker:p%40ss%2Fw%25@redis.example:6380"
    assert parts.path == "/2"
    given = connect_redis(url).connection_pool.connection_kwargs
    assert given["password"] == "p@ss/w%"  # noqa: S105 - of the test  # pragma: allowlist secret
    assert given["username"] == "worker"
    assert given["ssl_ca_certs"] == "/run/ca"
    assert given["ssl_certfile"] == "/run/my certificate"
    assert given["ssl_keyfile"] == "/run/key"
    assert parse_qs(parts.query)["protocol"] == ["3"]


@pytest.mark.parametrize(
    "url", ["redis://localhost", "redis://:word@localhost:1/0", "unix:///run/redis.sock?db=3", "rediss://a@b"]
)
def test_an_address_that_needs_nothing_stays_as_it_is(url: str) -> None:
    assert complete_address(url, None, RedisTls()) == url
    assert has_password(url) == (":word@" in url)


def test_a_password_without_a_user_is_that_of_the_default_user() -> None:
    assert complete_address("redis://h:1/0", "word", RedisTls()) == "redis://:word@h:1/0"


@pytest.mark.integration
def test_a_server_that_is_away_contradicts_nothing() -> None:
    url = "rediss://127.0.0.1:1/0"
    with pytest.raises(RedisError):
        connect_redis(url).ping()
    assert fault_of_server(url) is None
