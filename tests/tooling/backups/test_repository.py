"""Backups of a repository are found by their id, newest first, and read with its password alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tooling.backups.damage import DamagedBackup
from tooling.backups.repository import REDIS, SQLITE, Backup, Repository, repository_of


@pytest.mark.integration
def test_the_newest_is_found_whatever_it_is_of(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "dump.rdb").write_text("REDIS")
    (tmp_path / "jobs.db").write_text("SQLite")
    first = repository.keep(tmp_path, ["dump.rdb"], REDIS)
    second = repository.keep(tmp_path, ["jobs.db"], SQLITE)
    assert repository.find() == Backup(second, SQLITE)
    assert repository.find(first) == Backup(first, REDIS)
    assert repository.has(repository.find(first), "/dump.rdb")
    assert not repository.has(repository.find(first), "/settings")
    repository.write(repository.find(first), "/dump.rdb", tmp_path / "again")
    assert (tmp_path / "again").read_text() == "REDIS"
    with pytest.raises(DamagedBackup, match="cannot be read"):
        repository.write(repository.find(first), "/none", tmp_path / "none")
    with pytest.raises(DamagedBackup):
        repository.find("0123abcd")


@pytest.mark.integration
def test_the_first_backup_makes_the_password_and_asks_for_a_copy_of_it(
    repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.password_file.unlink()
    (tmp_path / "jobs.db").write_text("SQLite")
    repository.keep(tmp_path, ["jobs.db"], SQLITE)
    assert repository.password_file.stat().st_mode & 0o077 == 0
    password = repository.password_file.read_text().strip()
    told = capsys.readouterr().out
    assert "keep a copy" in told
    assert password not in told
    repository.keep(tmp_path, ["jobs.db"], SQLITE)
    assert repository.password_file.read_text().strip() == password


def test_what_is_named_counts_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("RESTIC_REPOSITORY", raising=False)
    monkeypatch.delenv("BACKUP_DIR", raising=False)
    monkeypatch.setenv("RESTIC_PASSWORD_FILE", str(tmp_path / "password"))
    assert repository_of("", "") == Repository(str(Path("backups").absolute()), tmp_path / "password")
    monkeypatch.setenv("RESTIC_REPOSITORY", "sftp:user@host:/folder")
    assert repository_of("", "x").address == "sftp:user@host:/folder"
    assert repository_of("here", "x") == Repository(str(Path("here").absolute()), Path("x").absolute())


def test_a_machine_without_restic_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DamagedBackup, match="restic is not installed here"):
        Repository("x", tmp_path).find()
