from __future__ import annotations

import re
from pathlib import Path

import pytest

from bookingopt_worker.patience import Patience
from bookingopt_worker.settings import WorkerSettings, load_settings
from job_ledger import LedgerRules

SECRET = "a secret of twenty-six letters"  # noqa: S105 - of the tests  # pragma: allowlist secret
README = Path(__file__).parents[1] / "README.md"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set no setting."""
    for name in WorkerSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


def test_without_any_setting_the_ledger_is_a_file() -> None:
    settings = load_settings()
    assert settings.url == "sqlite:///bookingopt-data/jobs.db"
    assert settings.rules == LedgerRules()
    assert settings.patience == Patience()


def test_the_established_names_are_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "REDIS_URL": "redis://localhost/0",
        "QUEUE_SECRET": SECRET,
        "MAX_JOB_DURATION": "90",
        "MAX_QUEUED_JOBS_PER_USER": "5",
        "JOB_RESULT_TTL": "60",
        "LOG_LEVEL": "DEBUG",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.url == "redis://localhost/0"
    assert settings.patience.job_seconds == 90
    assert (settings.rules.max_open_jobs_per_user, settings.rules.result_ttl_seconds) == (5, 60)
    assert settings.log_level == "DEBUG"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_JOB_DURATION", "soon"),
        ("MAX_JOB_DURATION", "0"),
        ("MAX_JOB_DURATION", "nan"),
        ("MAX_QUEUED_JOBS_PER_USER", "0"),
        ("JOB_RESULT_TTL", "-1"),
        ("LOG_LEVEL", "LOUD"),
        ("WORKER_CONCURRENCY", "1.5"),
        ("WORKER_METRICS_PORT", "70000"),
        ("WORKER_SOLVE", "import os"),
        ("QUEUE_SECRET", "short-secret"),
    ],
)
def test_a_wrong_value_stops_the_start_with_its_name_and_without_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as caught:
        load_settings()
    assert f"{name}: " in str(caught.value)
    if len(value) > 3:
        assert value not in str(caught.value)


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "LOUD")
    monkeypatch.setenv("JOB_LEASE", "x")
    with pytest.raises(SystemExit, match=r"(?s)JOB_LEASE: .*LOG_LEVEL: "):
        load_settings()


def test_a_server_needs_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://localhost/0")
    with pytest.raises(SystemExit, match="QUEUE_SECRET: needed with REDIS_URL"):
        load_settings()


def test_a_secret_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {"QUEUE_SECRET": SECRET, "REDIS_URL": "redis://:pass@localhost/0"}.items():
        (tmp_path / name).write_text(f"{value}\n")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    settings = load_settings()
    assert settings.url == "redis://:pass@localhost/0"
    assert settings.queue_secret is not None
    assert settings.queue_secret.get_secret_value() == SECRET


def test_the_word_none_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKER_METRICS_PORT", "none")
    assert load_settings().worker_metrics_port is None


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:hidden@localhost/0")
    monkeypatch.setenv("QUEUE_SECRET", SECRET)
    shown = f"{load_settings()!r} {load_settings()}"
    assert "hidden" not in shown
    assert SECRET not in shown


def test_every_setting_is_in_the_readme_with_its_default_and_no_other() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", README.read_text(), re.MULTILINE)
    told = {name: (default, meaning) for name, default, meaning in rows}
    fields = WorkerSettings.model_fields
    assert sorted(told) == sorted(name.upper() for name in fields)
    for name, field in fields.items():
        default = "none" if field.default is None else f"`{field.default}`"
        assert told[name.upper()] == (default, field.description), name
