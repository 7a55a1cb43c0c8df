"""The settings of a host go with its backups, and come back on the host that takes its place."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import find_or_install_age
from tooling.backups.redis_scripts import SCRIPTS
from tooling.deploy.tasks_recover import settings_beside

# Stands in for the server and its programs: what they would do is tried elsewhere.
DOCKER = """#!/bin/sh
case "$*" in
ps*--all*) echo 0000000000ab ;;
inspect*) echo image ;;
exec*) echo REDIS0012 ;;
run*) cat >/dev/null; echo "queued=0 faults=0" ;;
esac
"""
SETTINGS = {
    "settings.env": "MAX_JOB_DURATION=55\n",
    "backup.env": "BACKUP_COPY_COMMAND=true {file}\n",
    "status.env": "STATUS_ARGUMENTS=--docker\n",
}
Script = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Return what runs a script of the base of a deployed host, whose other settings are in `etc`."""
    base = tmp_path / "srv" / "base" / "infra" / "backup"
    shutil.copytree(SCRIPTS, base)
    (tmp_path / "srv" / "stage.env").write_text("SERVER_NAME=lab.example\n")
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(docker.parent), prepend=":")

    def call(name: str, *arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("BACKUP_")}
        given = {"BACKUP_DIR": str(tmp_path / "backups"), "BACKUP_ETC": str(tmp_path / "new" / "etc")}
        return subprocess.run(
            ["sh", base / f"{name}.sh", *arguments], env=others | given | settings,
            check=False, capture_output=True, text=True,
        )  # fmt: skip

    return call


@pytest.fixture
def files(tmp_path: Path) -> str:
    """Return the value of BACKUP_SETTINGS that names three files, one of which is not there."""
    (tmp_path / "etc").mkdir()
    for name, text in SETTINGS.items():
        (tmp_path / "etc" / name).write_text(text)
    return " ".join(str(tmp_path / "etc" / name) for name in [*SETTINGS, "missing.env"])


def restored(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.rglob("*.env"))}


def test_they_come_back_as_they_were_and_are_shown(script: Script, files: str, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    made = script("backup", "make", BACKUP_SETTINGS=files, BACKUP_COPY_COMMAND=f"cp {{file}} {{sum}} {away}")
    assert made.returncode == 0, made.stderr
    backup = away / Path(made.stdout.strip()).name
    assert len(list(away.iterdir())) == 4, "both leave the host, with their checksums"
    assert settings_beside(backup).stat().st_mode & 0o077 == 0
    new = tmp_path / "new" / "srv"
    new.mkdir(parents=True)
    (new / "settings.env").write_text("")
    (new / "settings.env").chmod(0o640)
    done = script("restore", "settings", settings_beside(backup), BACKUP_HOME=str(new))
    assert done.returncode == 0, done.stderr
    assert restored(tmp_path / "new") == SETTINGS
    assert "BACKUP_COPY_COMMAND=true {file}" in done.stderr, "it is a command: somebody should see it"
    assert (new / "settings.env").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "new" / "etc" / "backup.env").stat().st_mode & 0o777 == 0o644


def test_a_deployed_host_needs_not_be_told_and_a_checkout_keeps_none(script: Script, tmp_path: Path) -> None:
    (tmp_path / "srv" / "settings.env").write_text(SETTINGS["settings.env"])
    backup = Path(script("backup", "make").stdout.strip())
    with tarfile.open(settings_beside(backup)) as archive:
        assert "./settings.env" in archive.getnames()
    (tmp_path / "srv" / "stage.env").unlink()
    shutil.rmtree(tmp_path / "backups")
    backup = Path(script("backup", "make").stdout.strip())
    assert {path.name for path in backup.parent.iterdir()} == {backup.name, f"{backup.name}.sha256"}


def test_a_damaged_file_and_one_that_would_write_elsewhere_change_nothing(
    script: Script, files: str, tmp_path: Path
) -> None:
    backup = Path(script("backup", "make", BACKUP_SETTINGS=files).stdout.strip())
    file = settings_beside(backup)
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    refused = script("restore", "settings", file, BACKUP_HOME=str(tmp_path / "new"))
    assert (refused.returncode, "is damaged" in refused.stderr) == (1, True)
    (tmp_path / "etc" / "authorized_keys").write_text("somebody\n")
    with tarfile.open(file, "w:gz") as archive:
        archive.add(tmp_path / "etc" / "authorized_keys", "authorized_keys")
        archive.add(tmp_path / "etc" / "authorized_keys", "../authorized_keys")
    name = file.name
    told = subprocess.run(["sha256sum", name], cwd=file.parent, check=True, capture_output=True, text=True)
    file.with_name(f"{name}.sha256").write_text(told.stdout)
    script("restore", "settings", file, BACKUP_HOME=str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_they_are_pruned_with_their_backup(script: Script, files: str) -> None:
    backup = Path(script("backup", "make", BACKUP_SETTINGS=files).stdout.strip())
    for path in list(backup.parent.iterdir()):
        shutil.copy(path, path.with_name(f"bookingopt-20260101T000000Z.{path.name.partition('.')[2]}"))
    assert len(list(backup.parent.iterdir())) == 8
    assert script("backup", "prune").returncode == 0
    assert {path.name.partition(".")[0] for path in backup.parent.iterdir()} == {
        backup.name.partition(".")[0]
    }
    assert len(list(backup.parent.iterdir())) == 4


@pytest.mark.integration
def test_they_are_encrypted_where_the_backup_is(script: Script, files: str, tmp_path: Path) -> None:
    find_or_install_age()
    key = tmp_path / "key"
    subprocess.run(["age-keygen", "--output", key], check=True, capture_output=True)
    recipient = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True).stdout
    made = script("backup", "make", BACKUP_SETTINGS=files, BACKUP_AGE_RECIPIENT=recipient.strip())
    file = settings_beside(Path(made.stdout.strip()))
    assert file.read_bytes().startswith(b"age-encryption.org/")
    script("restore", "settings", file, BACKUP_HOME=str(tmp_path / "new"), BACKUP_AGE_IDENTITY=str(key))
    assert restored(tmp_path / "new") == SETTINGS
