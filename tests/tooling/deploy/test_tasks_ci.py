"""A deployment without people comes in with what its environment gives it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from invoke.context import Context

from tooling.deploy import tasks_ci
from tooling.shell import ROOT


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let nothing of this machine be written or asked."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DEPLOY_SSH_KEY", "DEPLOY_KNOWN_HOSTS", "STAGE_FILE", "DEPLOY_SMTP_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RUNNER_TEMP", str(tmp_path / "runner"))
    monkeypatch.setenv("GITHUB_ENV", str(tmp_path / "later"))
    (tmp_path / "runner").mkdir()
    return tmp_path


def test_key_and_hosts_are_written_for_nobody_else(
    places: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DEPLOY_SSH_KEY", "DEPLOY_KNOWN_HOSTS", "STAGE_FILE", "DEPLOY_SMTP_PASSWORD"):
        monkeypatch.setenv(name, f"content of {name}")
    tasks_ci.enter(Context(), "staging")
    key = places / ".ssh" / "id_ed25519"
    assert key.read_text() == "content of DEPLOY_SSH_KEY\n"
    assert key.stat().st_mode & 0o777 == 0o600
    stages = places / "runner" / "bookingopt-stages"
    assert (stages / "staging.toml").read_text() == "content of STAGE_FILE\n"
    assert (stages / "smtp-password").read_text() == "content of DEPLOY_SMTP_PASSWORD\n"
    assert (places / "later").read_text() == f"BOOKINGOPT_STAGES={stages}\n"
    assert "content" not in capsys.readouterr().out


def test_production_deploys_after_it_was_entered(places: Path) -> None:
    """In a clone with a tag: the stage comes from outside, and the checkout stays as it was committed."""
    clone = places / "clone"
    git = ["git", "-C", str(clone), "-c", "user.name=ci", "-c", "user.email=ci@lab.example"]
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    # The code of this checkout, committed or not.
    shutil.copytree(ROOT / "tooling", clone / "tooling", dirs_exist_ok=True)
    subprocess.run([*git, "commit", "--quiet", "--all", "--allow-empty", "--message=ours"], check=True)
    subprocess.run([*git, "tag", "v9.9.9"], check=True)
    stage = f"# from the forge\n{(clone / 'infra/stages/production.toml').read_text()}"
    given = {"DEPLOY_SSH_KEY": "key", "DEPLOY_KNOWN_HOSTS": "hosts", "STAGE_FILE": stage}
    tasks = [sys.executable, "-m", "invoke"]
    subprocess.run([*tasks, "deploy.enter", "production"], cwd=clone, env=os.environ | given, check=True)
    name, _, folder = (places / "later").read_text().strip().partition("=")
    assert (Path(folder) / "production.toml").read_text().startswith("# from the forge")
    command = [*tasks, "deploy.prod", "--yes", "--dry-run", "--release", "v9.9.9"]
    done = subprocess.run(
        command, cwd=clone, env=os.environ | {name: folder}, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_environment_without_a_key_is_told(places: Path) -> None:
    with pytest.raises(SystemExit, match="'staging' has no DEPLOY_SSH_KEY and no DEPLOY_KNOWN_HOSTS"):
        tasks_ci.enter(Context(), "staging")
    assert not (places / ".ssh").exists()
