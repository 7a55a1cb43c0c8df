"""The worst day begins with what is at hand: what is missing is told before anything is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from invoke.context import Context

from conftest import find_or_install_restic
from tooling.backups.repository import REDIS, Repository
from tooling.deploy.tasks_recover import recover

HOST = "root@new.example"


@pytest.fixture
def password(tmp_path: Path, put_stage: Callable[..., None]) -> Path:
    """Return the file with the password of the backups of a stage whose host nobody can reach."""
    put_stage("lab", tls="given")
    file = tmp_path / "password"
    file.write_text("of the backups\n")
    return file


def test_settings_come_before_anything_starts_and_jobs_before_anybody_is_served(
    password: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recover(Context(), HOST, "sftp:store:/lab", str(password), stage="lab", release="v1", dry_run=True)
    printed = capsys.readouterr().out
    assert "of the backups" not in printed
    steps = [
        f"on {HOST}:\n  would run: if [",  # prepared
        "would write /srv/bookingopt/secrets/backup_password",
        "would create the missing secrets",
        "restore.sh settings -",
        "up --detach --wait --wait-timeout 90 --no-deps nginx redis",
        "base/infra/backup/restore.sh stack -",
        "--remove-orphans --scale worker=1 api worker",
    ]
    places = [printed.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)


def test_a_password_that_is_not_there_is_told_before_anything_is_touched(
    password: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password.unlink()
    with pytest.raises(SystemExit, match=r"recover: .*password"):
        recover(Context(), HOST, "sftp:store:/lab", str(password), stage="lab", release="v1", dry_run=True)
    assert "would" not in capsys.readouterr().out


@pytest.mark.integration
def test_a_backup_without_settings_is_told_unless_they_are_left_out(
    password: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    find_or_install_restic()
    repository = Repository(str(tmp_path / "backups"), password)
    (tmp_path / "dump.rdb").write_text("REDIS")
    made = repository.keep(tmp_path, ["dump.rdb"], REDIS)
    options = {"stage": "lab", "release": "v1", "yes": True}
    with pytest.raises(SystemExit, match=f"backup {made} has no settings; --without-settings"):
        recover(Context(), HOST, repository.address, str(password), **options)
    assert "ssh" not in capsys.readouterr().out
    with pytest.raises(SystemExit) as failed:  # the host, which nobody reaches
        recover(Context(), HOST, repository.address, str(password), without_settings=True, **options)
    assert failed.value.code == 99
    password.write_text("another one\n")
    with pytest.raises(SystemExit, match=r"recover: .*wrong password"):
        recover(Context(), HOST, repository.address, str(password), **options)
