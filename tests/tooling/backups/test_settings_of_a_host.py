"""The settings of a host go with its backups, and come back on the host that takes its place."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from tooling.backups.redis_scripts import SCRIPTS
from tooling.backups.repository import SETTINGS as SETTINGS_FOLDER
from tooling.backups.repository import Repository
from tooling.deploy.preflight import ROWS

pytestmark = pytest.mark.integration

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
    "backup.env": "BACKUP_KEEP_DAYS=21\n",
    "status.env": "STATUS_ARGUMENTS=--docker\n",
}
Script = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Repository) -> Script:
    """Return what runs a script of the base of a deployed host, whose other settings are in `etc`."""
    base = tmp_path / "srv" / "base" / "infra" / "backup"
    shutil.copytree(SCRIPTS, base)
    (tmp_path / "srv" / "stage.env").write_text("SERVER_NAME=lab.example\n")
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(docker.parent), prepend=":")

    def call(
        name: str, *arguments: str | Path, stream: IO[str] | None = None, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("BACKUP_")}
        given = {"BACKUP_DIR": repository.address, "BACKUP_ETC": str(tmp_path / "new" / "etc")}
        given["RESTIC_PASSWORD_FILE"] = str(repository.password_file)
        return subprocess.run(
            ["sh", base / f"{name}.sh", *arguments], env=others | given | settings,
            check=False, capture_output=True, text=True, stdin=stream,
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
    made = script("backup", "make", BACKUP_SETTINGS=files, BACKUP_COPY=str(away))
    assert made.returncode == 0, made.stderr
    new = tmp_path / "new" / "srv"
    new.mkdir(parents=True)
    (new / "settings.env").write_text("")
    (new / "settings.env").chmod(0o640)
    done = script("restore", "settings", BACKUP_HOME=str(new), RESTIC_REPOSITORY=str(away))
    assert done.returncode == 0, done.stderr
    assert restored(tmp_path / "new") == SETTINGS
    assert "BACKUP_KEEP_DAYS=21" in done.stderr, "somebody should see what a host is told"
    assert (new / "settings.env").stat().st_mode & 0o777 == 0o640


def test_they_come_by_the_standard_input_where_the_repository_is_elsewhere(
    script: Script, files: str, tmp_path: Path, repository: Repository
) -> None:
    assert script("backup", "make", BACKUP_SETTINGS=files).returncode == 0
    found = repository.find()
    assert repository.has(found, SETTINGS_FOLDER)
    told = subprocess.run(
        repository.command("dump", found.id, SETTINGS_FOLDER), check=True, capture_output=True
    ).stdout
    (tmp_path / "settings.tar").write_bytes(told)
    with (tmp_path / "settings.tar").open() as stream:
        done = script("restore", "settings", "-", BACKUP_HOME=str(tmp_path / "new"), stream=stream)
    assert done.returncode == 0, done.stderr
    assert restored(tmp_path / "new") == SETTINGS


def test_a_deployed_host_needs_not_be_told_and_a_checkout_keeps_none(
    script: Script, tmp_path: Path, repository: Repository
) -> None:
    (tmp_path / "srv" / "settings.env").write_text(SETTINGS["settings.env"])
    assert script("backup", "make").returncode == 0
    assert repository.has(repository.find(), f"{SETTINGS_FOLDER}/settings.env")
    (tmp_path / "srv" / "stage.env").unlink()
    made = script("backup", "make").stdout.strip()
    assert repository.find().id == made
    assert not repository.has(repository.find(), SETTINGS_FOLDER)


def test_the_copy_of_a_stage_is_where_its_file_says(
    script: Script, tmp_path: Path, repository: Repository
) -> None:
    away = tmp_path / "away"
    (tmp_path / "srv" / "stage.env").write_text(f"SERVER_NAME=lab.example\nBACKUP_COPY={away}\n")
    assert script("backup", "make").returncode == 0
    assert replace(repository, address=str(away)).find().kind == "redis"


def test_an_archive_that_would_write_elsewhere_changes_nothing(script: Script, tmp_path: Path) -> None:
    (tmp_path / "authorized_keys").write_text("somebody\n")
    with tarfile.open(tmp_path / "settings.tar", "w") as archive:
        archive.add(tmp_path / "authorized_keys", "settings/authorized_keys")
        archive.add(tmp_path / "authorized_keys", "../authorized_keys")
    with (tmp_path / "settings.tar").open() as stream:
        script("restore", "settings", "-", BACKUP_HOME=str(tmp_path / "new"), stream=stream)
    assert not (tmp_path / "new").exists()


def test_a_check_of_the_host_is_kept_for_its_checklist(script: Script, tmp_path: Path) -> None:
    assert script("backup", "check").returncode == 1, "there is no backup yet"
    assert not (tmp_path / "srv" / "trials.jsonl").exists()
    assert script("backup", "daily").returncode == 0, "the first one is checked at once"
    (row,) = [row for row in ROWS if row.name == "a restore was tested within 30 days"]
    line = row.command.replace("{folder}", str(tmp_path / "srv"))
    subprocess.run(["bash", "-c", line], check=True)


@pytest.mark.parametrize("name", ["BACKUP_AGE_RECIPIENT", "BACKUP_COPY_COMMAND", "BACKUP_AGE_IDENTITY"])
def test_a_setting_of_before_is_an_error_with_its_remedy(script: Script, name: str) -> None:
    done = script("backup", "make", **{name: "something"})
    assert done.returncode == 1
    assert done.stderr.startswith(f"backup: {name} is set, but restic does this now: remove it, and ")
    assert len(done.stderr.splitlines()) == 1
    assert script("backup", "make", **{name: ""}).returncode == 0, "as an older preparation has written it"
