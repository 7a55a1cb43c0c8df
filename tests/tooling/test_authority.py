"""Certificates of a stack's own authority, as OpenSSL and Python read them."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest

from tooling.authority import AUTHORITY, SERVER, client_name, make_authority

CLIENT = client_name("worker2")


def _contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def _text(folder: Path, name: str) -> str:
    command = ["openssl", "x509", "-noout", "-text", "-in", str(folder / f"{name}.pem")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _shake_hands(folder: Path, trusted: Path, name: str) -> None:
    """Let a worker and a server meet in memory."""
    asked = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(folder / f"{AUTHORITY}.pem"))
    asked.load_cert_chain(folder / f"{SERVER}.pem", folder / f"{SERVER}.key")
    asked.verify_mode = ssl.CERT_REQUIRED
    asking = ssl.create_default_context(cafile=str(trusted / f"{AUTHORITY}.pem"))
    asking.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 does by itself
    asking.load_cert_chain(folder / f"{CLIENT}.pem", folder / f"{CLIENT}.key")
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [asking.wrap_bio(back, there, server_hostname=name), asked.wrap_bio(there, back, server_side=True)]
    for _ in range(3):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_a_worker_and_the_server_trust_each_other(tmp_path: Path) -> None:
    for server in ("192.0.2.7", "redis.example"):
        make_authority(tmp_path, server, ["worker2"])
        _shake_hands(tmp_path, tmp_path, server)
        with pytest.raises(ssl.SSLCertVerificationError):
            _shake_hands(tmp_path, tmp_path, "elsewhere.example")


def test_another_authority_is_not_trusted(tmp_path: Path) -> None:
    for name in ("ours", "theirs"):
        make_authority(tmp_path / name, "redis.example", ["worker2"])
    with pytest.raises(ssl.SSLCertVerificationError):
        _shake_hands(tmp_path / "ours", tmp_path / "theirs", "redis.example")


def test_a_certificate_is_good_for_one_thing(tmp_path: Path) -> None:
    make_authority(tmp_path, "redis.example", ["worker2"])
    assert "TLS Web Server Authentication" in _text(tmp_path, SERVER)
    assert "TLS Web Client Authentication" in _text(tmp_path, CLIENT)
    assert "CA:FALSE" in _text(tmp_path, CLIENT)
    assert (tmp_path / f"{AUTHORITY}.key").stat().st_mode & 0o777 == 0o400


def test_what_is_good_stays_and_what_is_not_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_authority(tmp_path, "192.0.2.7", ["worker2"])
    first = _contents(tmp_path)
    assert "openssl.cnf" not in first
    make_authority(tmp_path, "192.0.2.7", ["worker2", "worker3"])
    second = _contents(tmp_path)
    assert set(second) - set(first) == {f"{client_name('worker3')}.{ending}" for ending in ("pem", "key")}
    assert {name: second[name] for name in first} == first
    make_authority(tmp_path, "192.0.2.8", ["worker2"])
    assert {name for name in first if _contents(tmp_path)[name] != first[name]} == {
        f"{SERVER}.pem", f"{SERVER}.key",
    }  # fmt: skip
    make_authority(tmp_path, "192.0.2.7", ["worker2"], is_renewed=True)
    third = _contents(tmp_path)
    assert not [name for name in first if third[name] == first[name]]
    monkeypatch.setattr("tooling.authority.RENEWED_BEFORE_DAYS", 1000)
    make_authority(tmp_path, "192.0.2.7", ["worker2"])
    assert {name for name in first if _contents(tmp_path)[name] == third[name]} == {
        f"{AUTHORITY}.pem", f"{AUTHORITY}.key",
    }  # fmt: skip


def test_a_dry_run_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_authority(tmp_path / "new", "192.0.2.7", ["worker2"], dry_run=True)
    assert capsys.readouterr().out.count("$ openssl req") == 3
    assert not (tmp_path / "new").exists()
