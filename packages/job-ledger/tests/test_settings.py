from __future__ import annotations

from pathlib import Path
from secrets import token_hex

import pytest
from pydantic import ValidationError

from job_ledger import LedgerRules
from job_ledger.settings import LedgerSettings, read_settings, wrong

SECRET = "a secret of twenty-six letters"  # noqa: S105 - of the tests  # pragma: allowlist secret


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set no setting."""
    for name in LedgerSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


def test_without_a_server_the_ledger_is_a_file_with_a_secret_of_its_own() -> None:
    settings = LedgerSettings()
    assert settings.url == "sqlite:///bookingopt-data/jobs.db"
    assert settings.queue_signature is None
    assert settings.rules == LedgerRules()


def test_a_server_needs_a_secret_whoever_reads_the_settings() -> None:
    with pytest.raises(ValidationError, match="QUEUE_SECRET: needed with REDIS_URL"):
        LedgerSettings.model_validate({"redis_url": "redis://localhost/0"})
    settings = LedgerSettings.model_validate({"redis_url": "redis://localhost/0", "queue_secret": SECRET})
    assert (settings.url, settings.queue_signature) == ("redis://localhost/0", SECRET)


def test_the_rules_come_from_the_settings() -> None:
    settings = LedgerSettings(job_lease=3, job_redelivery=4, job_max_attempts=5, job_result_ttl=6)
    assert settings.rules == LedgerRules(
        lease_seconds=3, redeliver_seconds=4, max_attempts=5, result_ttl_seconds=6
    )


def test_an_argument_wins_over_the_environment_and_that_over_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "level").write_text("ERROR\n")
    monkeypatch.setenv("LOG_LEVEL_FILE", str(tmp_path / "level"))
    assert LedgerSettings().log_level == "ERROR"
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    assert LedgerSettings().log_level == "DEBUG"
    assert LedgerSettings(log_level="WARNING").log_level == "WARNING"


def test_what_is_wrong_is_told_with_the_name_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOB_LEASE", "soon")
    with pytest.raises(SystemExit) as caught:
        read_settings(LedgerSettings, "bookingopt-something")
    assert str(caught.value).startswith("bookingopt-something: these settings are wrong\nJOB_LEASE: ")
    assert "soon" not in str(caught.value)


def test_a_file_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUEUE_SECRET_FILE", str(tmp_path / "missing"))
    with pytest.raises(SystemExit, match=r"QUEUE_SECRET_FILE: .*missing cannot be read: No such file"):
        read_settings(LedgerSettings, "bookingopt-something")


@pytest.mark.parametrize("name", LedgerSettings.model_fields)
def test_a_file_of_no_text_is_named_whatever_it_is_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe of no text")
    monkeypatch.setenv(f"{name.upper()}_FILE", str(tmp_path / "binary"))
    with pytest.raises(SystemExit, match=f"{name.upper()}_FILE: .*not text in UTF-8"):
        read_settings(LedgerSettings, "bookingopt-something")


@pytest.mark.parametrize(
    "address", ["foo", "redis://h:xx/0", "redis://h/main", "redis://:pa/ss@h/0", "sqlite:///x"]
)
def test_what_is_no_address_of_a_redis_is_told_without_a_part_of_it(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("REDIS_URL", address)
    monkeypatch.setenv("QUEUE_SECRET", SECRET)
    with pytest.raises(SystemExit) as caught:
        read_settings(LedgerSettings, "bookingopt-something")
    _, line = str(caught.value).splitlines()
    assert line.startswith("REDIS_URL: no address of a Redis: ")
    assert "write redis://USER:PASSWORD@HOST:PORT/NUMBER" in line
    assert address not in line
    assert "'pa'" not in line, "a piece of the password, where it is not escaped"


def test_the_password_may_be_in_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("pass/word\n")
    monkeypatch.setenv("REDIS_URL", "redis://worker@localhost/0")
    monkeypatch.setenv("REDIS_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("QUEUE_SECRET", SECRET)
    settings = read_settings(LedgerSettings, "bookingopt-something")
    assert settings.url == "redis://worker:pass%2Fword@localhost/0"  # pragma: allowlist secret
    assert "pass/word" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"REDIS_URL": "redis://:one@h/0", "REDIS_PASSWORD": "two"},  # pragma: allowlist secret
            "REDIS_PASSWORD: REDIS_URL has one already; set the address without a password",
        ),
        ({"REDIS_PASSWORD": "two"}, "REDIS_PASSWORD: there is no REDIS_URL"),  # pragma: allowlist secret
        (
            {"REDIS_URL": "redis://h/0", "REDIS_TLS_CA": "/ca"},
            "REDIS_TLS_CA: used only where REDIS_URL begins with rediss://; write rediss://",
        ),
        ({"REDIS_TLS_KEY": "/key"}, "REDIS_TLS_KEY: used only where REDIS_URL begins with rediss://"),
        (
            {"REDIS_URL": "rediss://h/0", "REDIS_TLS_CA": "/nowhere/ca"},
            "REDIS_TLS_CA: /nowhere/ca cannot be read: No such file or directory; name a file in PEM",
        ),
        ({"REDIS_URL": "rediss://h/0", "REDIS_TLS_KEY": "/key"}, "REDIS_TLS_CERTIFICATE: .*set both"),
    ],
)
def test_a_way_to_redis_that_cannot_be_right_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], message: str
) -> None:
    monkeypatch.setenv("QUEUE_SECRET", SECRET)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=message) as caught:
        read_settings(LedgerSettings, "bookingopt-something")
    assert "two" not in str(caught.value)


def test_a_folder_that_cannot_hold_the_file_is_refused_and_not_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        monkeypatch.setenv("DATA_DIR", str(folder))
        with pytest.raises(SystemExit, match=r"DATA_DIR: .*no folder; name a folder"):
            read_settings(LedgerSettings, "bookingopt-something")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "new" / "folder"))
    read_settings(LedgerSettings, "bookingopt-something")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("beat", "lease", "longest"),
    [("15", "15", "5.0"), ("5.001", "15", "5.0"), ("1", "2", "0.666"), ("0.4", "0.9", "0.3")],
)
def test_a_lease_that_a_late_beat_would_lose_is_refused(
    monkeypatch: pytest.MonkeyPatch, beat: str, lease: str, longest: str
) -> None:
    """What the message tells to do is enough."""
    monkeypatch.setenv("WORKER_BEAT", beat)
    monkeypatch.setenv("JOB_LEASE", lease)
    told = rf"WORKER_BEAT: more than a third of JOB_LEASE, .*; set it to {longest} or less, or JOB_LEASE to"
    with pytest.raises(SystemExit, match=told):
        read_settings(LedgerSettings, "bookingopt-something")
    monkeypatch.setenv("WORKER_BEAT", longest)
    assert read_settings(LedgerSettings, "bookingopt-something").worker_beat == float(longest)


def test_production_refuses_a_secret_that_could_be_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("QUEUE_SECRET", "changeme" * 8)
    with pytest.raises(SystemExit, match=r"QUEUE_SECRET: too easy to guess .* openssl rand") as caught:
        read_settings(LedgerSettings, "bookingopt-something")
    assert "changeme" not in str(caught.value)
    monkeypatch.setenv("QUEUE_SECRET", token_hex(32))
    read_settings(LedgerSettings, "bookingopt-something")
    monkeypatch.setenv("ENVIRONMENT", "local")
    monkeypatch.setenv("QUEUE_SECRET", "changeme" * 8)
    assert read_settings(LedgerSettings, "bookingopt-something").queue_signature == "changeme" * 8


def test_a_secret_that_is_too_short_is_told_in_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUEUE_SECRET", "too short")
    with pytest.raises(SystemExit, match="QUEUE_SECRET: needs 16 characters or more; take 32"):
        read_settings(LedgerSettings, "bookingopt-something")


def test_a_message_about_several_settings_is_told_as_it_is() -> None:
    assert wrong("A: does not go with {B}").message() == "A: does not go with {B}"
