"""A deployment without people comes in with what its environment gives it, and tells how it ended."""

from pathlib import Path

import pytest
from invoke.context import Context

from tooling.deploy import tasks_ci


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let nothing of this machine be written or asked."""
    monkeypatch.setattr(tasks_ci, "ROOT", tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DEPLOY_SSH_KEY", "DEPLOY_KNOWN_HOSTS", "STAGE_FILE", "DEPLOY_WEBHOOK", "GITHUB_RUN_ID"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "infra" / "stages").mkdir(parents=True)
    return tmp_path


def test_key_and_hosts_are_written_for_nobody_else(
    places: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DEPLOY_SSH_KEY", "DEPLOY_KNOWN_HOSTS", "STAGE_FILE"):
        monkeypatch.setenv(name, f"content of {name}")
    tasks_ci.enter(Context(), "staging")
    key = places / ".ssh" / "id_ed25519"
    assert key.read_text() == "content of DEPLOY_SSH_KEY\n"
    assert key.stat().st_mode & 0o777 == 0o600
    assert (places / "infra/stages/staging.toml").read_text() == "content of STAGE_FILE\n"
    assert "content" not in capsys.readouterr().out


def test_an_environment_without_a_key_is_told(places: Path) -> None:
    with pytest.raises(SystemExit, match="'staging' has no DEPLOY_SSH_KEY and no DEPLOY_KNOWN_HOSTS"):
        tasks_ci.enter(Context(), "staging")
    assert not (places / ".ssh").exists()


def test_people_are_told_what_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert tasks_ci.message("production", "v2.0.0", "success") == "BookingOpt v2.0.0 is live on production."
    monkeypatch.setenv("GITHUB_RUN_ID", "7")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://forge.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/name")
    failed = tasks_ci.message("production", "v2.0.0", "failure")
    assert "the one before serves on" in failed
    assert failed.endswith("https://forge.example/owner/name/actions/runs/7")


def test_an_address_without_encryption_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOY_WEBHOOK", "http://hooks.example")
    with pytest.raises(SystemExit, match="must begin with https"):
        tasks_ci.tell(Context(), "staging", "v1", "success")
