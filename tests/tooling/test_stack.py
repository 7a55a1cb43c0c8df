"""What is made for the stack: as strong as it must be, once, and for nobody else's eyes."""

import hashlib
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tooling.shell import ROOT
from tooling.stack import REDIS_USERS, SIGNING, both_users, make_certificate, make_secrets, redis_users


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with secrets."""
    folder = tmp_path / "secrets"
    make_secrets(folder)
    return folder


def _values(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text().strip() for path in folder.iterdir()}


def test_secrets_are_random_and_each_is_another(folder: Path) -> None:
    values = _values(folder)
    made = [values[name] for name in (*SIGNING, *(f"redis_password_{user}" for user in REDIS_USERS))]
    assert len(set(made)) == len(made)
    assert min(len(value) for value in made) >= 43


def test_only_their_owner_may_enter_the_folder_and_every_container_may_read_a_file(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o444}


def test_an_address_holds_the_password_of_its_user(folder: Path) -> None:
    values = _values(folder)
    for user in ("api", "worker", "backup"):
        assert (
            values[f"redis_url_{user}"] == f"redis://{user}:{values[f'redis_password_{user}']}@redis:6379/0"
        )


def test_redis_knows_digests_and_no_password(folder: Path) -> None:
    values = _values(folder)
    for user in REDIS_USERS:
        password = values[f"redis_password_{user}"]
        assert password not in values["redis_users"]
        assert (
            f"user {user} reset on #{hashlib.sha256(password.encode()).hexdigest()} " in values["redis_users"]
        )
    assert values["redis_users"].startswith("user default reset off ")
    assert "<" not in values["redis_users"]


def test_what_is_there_stays_and_what_is_missing_comes_back(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _values(folder)
    capsys.readouterr()
    make_secrets(folder)
    assert capsys.readouterr().out == ""
    (folder / "queue_secret").unlink()
    make_secrets(folder)
    after = _values(folder)
    assert {name for name in before if after[name] != before[name]} == {"queue_secret"}
    assert capsys.readouterr().out == f"write {folder / 'queue_secret'}\n"


def test_renewed_secrets_are_all_others(folder: Path) -> None:
    before = _values(folder)
    make_secrets(folder, is_renewed=True)
    same = {name for name, value in _values(folder).items() if value == before[name]}
    assert same == {"backup_password"}, "backups that are there open with it alone"


def test_a_dry_run_says_what_it_would_write_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_secrets(tmp_path / "secrets", dry_run=True)
    assert "queue_secret" in capsys.readouterr().out
    assert not (tmp_path / "secrets").exists()


def test_a_user_of_the_template_without_a_password_is_an_error() -> None:
    with pytest.raises(KeyError, match="worker"):
        redis_users({"health": "h", "api": "a"})


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed here")
def test_a_certificate_is_made_once_and_is_for_this_machine(tmp_path: Path) -> None:
    make_certificate(tmp_path)
    made = (tmp_path / "fullchain.pem").read_bytes()
    make_certificate(tmp_path)
    assert (tmp_path / "fullchain.pem").read_bytes() == made
    command = ["openssl", "x509", "-noout", "-text", "-in", str(tmp_path / "fullchain.pem")]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "DNS:localhost, IP Address:127.0.0.1" in told
    private = (tmp_path / "privkey.pem").read_text()
    assert private.startswith("-----BEGIN PRIVATE KEY-----")  # pragma: allowlist secret


def test_certificates_are_made_for_each_worker_host_that_is_named() -> None:
    """As typed: Invoke hands a flag that may be repeated on as a list."""
    words = "invoke stack.tls 192.0.2.7 --client worker2 --client worker3 --dry-run"
    done = subprocess.run(
        [sys.executable, "-m", *words.split()], cwd=ROOT, check=True, capture_output=True, text=True
    )
    subjects = re.findall(r"-subj '?/CN=([\w. ]+?)'? -addext", done.stdout)
    assert subjects == ["BookingOpt workers", "192.0.2.7", "worker2", "worker3"]


def test_users_of_before_and_after_come_in_together(folder: Path) -> None:
    before = (folder / "redis_users").read_text()
    make_secrets(folder, is_renewed=True, kept=("grafana_password",))
    after = (folder / "redis_users").read_text()
    both = both_users(before, after)
    for old, new, line in zip(before.splitlines(), after.splitlines(), both.splitlines(), strict=True):
        assert set(line.split()) == set(old.split()) | set(new.split())
        assert line.split()[:2] == new.split()[:2]
    assert both_users(before, both).count("#") == both.count("#")
