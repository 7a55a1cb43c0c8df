"""The worst day begins with what is at hand: what is missing is told before anything is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from invoke.context import Context

from tooling.deploy.tasks_recover import recover, settings_beside


@pytest.fixture
def backup(tmp_path: Path, put_stage: Callable[..., None]) -> Path:
    """Return an encrypted backup with all that belongs beside it, of a stage whose host nobody can reach."""
    put_stage("lab", tls="given")
    file = tmp_path / "bookingopt-20261123T020011Z.rdb.gz.age"
    for one in (file, settings_beside(file)):
        one.touch()
        one.with_name(f"{one.name}.sha256").touch()
    (tmp_path / "key").write_text("AGE-SECRET-KEY-1\n")
    return file


def test_settings_come_before_anything_starts_and_jobs_before_anybody_is_served(
    backup: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = str(backup.with_name("key"))
    recover(Context(), "root@new.example", str(backup), stage="lab", release="v1", identity=key, dry_run=True)
    printed = capsys.readouterr().out
    assert "AGE-SECRET-KEY" not in printed
    steps = [
        "root@new.example 'if [",  # prepared
        f"restore.sh settings /srv/bookingopt/backups/{settings_beside(backup).name}",
        "up --detach --wait --wait-timeout 90 --no-deps nginx redis",
        "base/infra/backup/restore.sh stack /srv/bookingopt/backups/bookingopt-20261123T020011Z.rdb.gz.age",
        "rm -f /dev/shm/bookingopt-identity",
        "--remove-orphans --scale worker=1 api worker",
    ]
    places = [printed.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)
    assert "BACKUP_AGE_IDENTITY=/dev/shm/bookingopt-identity sh /srv/bookingopt/releases" in printed


@pytest.mark.parametrize("is_left_out", [False, True])
def test_settings_that_are_missing_are_told_unless_they_are_left_out(
    backup: Path, capsys: pytest.CaptureFixture[str], is_left_out: bool
) -> None:
    settings = settings_beside(backup)
    settings.with_name(f"{settings.name}.sha256").unlink()
    if not is_left_out:
        with pytest.raises(
            SystemExit, match=r"settings\.tar\.gz\.age\.sha256 is missing; --without-settings"
        ):
            recover(Context(), "root@new.example", str(backup), stage="lab", release="v1", dry_run=True)
        assert "ssh" not in capsys.readouterr().out
        return
    recover(
        Context(), "root@new.example", str(backup),
        stage="lab", release="v1", without_settings=True, dry_run=True,
    )  # fmt: skip
    assert "restore.sh settings" not in capsys.readouterr().out
