from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from job_ledger import JobState
from tooling.backups.census import read_jobs
from tooling.backups.damage import DamagedBackup
from tooling.backups.redis_scripts import SCRIPTS, flags_of, read_backup
from tooling.backups.repository import REDIS, Backup, Repository

if TYPE_CHECKING:
    from conftest import RedisServer

Script = Callable[..., subprocess.CompletedProcess[str]]
COUNTED = "queued=2 running=1 completed=3 failed=0 cancelled=0 faults=0"
JOBS = {JobState.COMPLETED: 3, JobState.RUNNING: 1, JobState.QUEUED: 2}


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Return what runs a script of infra/backup with the backups in a folder of the test."""

    def call(name: str, *arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("BACKUP_")}
        password = {"RESTIC_PASSWORD_FILE": str(tmp_path / "password")}
        return subprocess.run(
            ["sh", SCRIPTS / f"{name}.sh", *arguments],
            env=others | {"BACKUP_DIR": str(tmp_path / "backups")} | password | settings,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return call


@pytest.fixture
def server(redis_server: RedisServer, fill: Callable[[str], None]) -> RedisServer:
    """Return a server of this machine with six jobs."""
    if not redis_server.program or shutil.which("redis-cli") is None:
        pytest.skip("the scripts are tried with the programs of this machine: BOOKINGOPT_TEST_REDIS=local")
    with redis_server.client() as client:  # by default it waits five seconds for more replicas
        client.config_set("repl-diskless-sync-delay", 0)
    fill(redis_server.url)
    return redis_server


@pytest.fixture
def backup(server: RedisServer, script: Script, repository: Repository) -> Backup:
    """Return a backup of that server, in the repository."""
    done = script("backup", "make", BACKUP_REDIS_FLAGS=flags_of(server.url)[0])
    assert done.returncode == 0, done.stderr
    made = repository.find()
    assert done.stdout == f"{made.id}\n"
    return made


def snapshots(address: str | Path, password: Path) -> list[dict[str, Any]]:
    """Return every backup of a repository, oldest first."""
    told = subprocess.run(
        Repository(str(address), password).command("snapshots", "--json"), check=True, capture_output=True
    )
    return sorted(json.loads(told.stdout), key=lambda one: str(one["time"]))


@pytest.mark.parametrize(
    ("url", "flags", "password"),
    [
        ("redis://10.0.0.5/0", "-h 10.0.0.5 -p 6379", ""),
        ("redis://:p%40ss@10.0.0.5:6380/0", "-h 10.0.0.5 -p 6380", "p@ss"),
        # pragma: allowlist nextline secret
        ("rediss://backup:secret@host", "-h host -p 6379 --tls --user backup", "secret"),
        ("unix:///run/redis.sock", "-s /run/redis.sock", ""),
    ],
)
def test_an_address_becomes_flags_without_the_password(url: str, flags: str, password: str) -> None:
    assert flags_of(url) == (flags, password)


def test_an_address_of_another_kind_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValueError, match=r"^http://\.\.\.: begin with redis://") as told:
        flags_of("http://user:secret@host")  # pragma: allowlist secret
    assert "secret" not in str(told.value)


@pytest.mark.integration
def test_prune_keeps_the_newest_the_young_and_what_is_not_ours(
    script: Script, repository: Repository, tmp_path: Path
) -> None:
    """Ages count from the newest one, so that it stays whatever its age."""
    (tmp_path / "dump.rdb").write_text("REDIS")
    repository.keep(tmp_path, ["dump.rdb"], REDIS)
    repository.keep(tmp_path, ["dump.rdb"], "sqlite")
    for date in ("2026-05-31", "2026-05-03", "2026-05-01", "2026-04-20"):
        host = ("--host", "bookingopt", "--tag", REDIS, "--force")
        command = repository.command("backup", *host, "--time", f"{date} 02:00:00", "dump.rdb")
        subprocess.run(command, cwd=tmp_path, check=True)
    subprocess.run(repository.command("forget", repository.find().id), check=True)
    foreign = tmp_path / "backups" / "notes.txt"
    foreign.touch()
    old = tmp_path / "backups" / "bookingopt-20200101T000000Z.rdb.gz"
    old.touch()
    os.utime(old, (0, 0))

    def days() -> list[str]:
        told = snapshots(repository.address, repository.password_file)
        return [one["time"][5:10] for one in told if one["tags"] == [REDIS]]

    first = repository.find().id
    assert first
    assert script("backup", "prune", BACKUP_KEEP_DAYS="29", BACKUP_DRY_RUN="yes").returncode == 0
    before = days()
    assert len(before) == 5
    assert old.exists()
    newest = before[-1]
    done = script("backup", "prune", BACKUP_KEEP_DAYS="29")
    assert done.returncode == 0, done.stderr
    assert days()[-1] == newest, "the newest is never removed"
    assert len(days()) < 5
    assert foreign.exists()
    assert not old.exists(), "a backup of before restic, with names of guests in it"


@pytest.mark.parametrize("days", ["6", "31", "0", "all"])
def test_prune_keeps_a_week_at_least_and_a_month_at_most(script: Script, days: str) -> None:
    done = script("backup", "prune", BACKUP_KEEP_DAYS=days)
    assert (done.returncode, "from 7 to 30 days" in done.stderr) == (1, True)


@pytest.mark.integration
def test_a_backup_is_checked_encrypted_and_private(
    server: RedisServer, script: Script, backup: Backup, repository: Repository, tmp_path: Path
) -> None:
    assert (tmp_path / "backups").stat().st_mode & 0o077 == 0, "documents hold names of guests"
    kept = b"".join(path.read_bytes() for path in (tmp_path / "backups").glob("data/*/*"))
    assert b"REDIS" not in kept
    assert not list((tmp_path / "backups").glob(".draft*"))
    assert read_backup(repository, backup).jobs == JOBS
    checked = script("backup", "check", BACKUP_REDIS_FLAGS=flags_of(server.url)[0])
    assert (checked.returncode, COUNTED in checked.stderr) == (0, True), checked.stderr
    repository.password_file.write_text("another one\n")
    for task in (("backup", "make"), ("backup", "check"), ("restore", "verify")):
        done = script(*task, BACKUP_REDIS_FLAGS=flags_of(server.url)[0])
        assert done.returncode == 1
        assert "wrong password or no key found" in done.stderr
    with pytest.raises(DamagedBackup, match="wrong password"):
        repository.find()


@pytest.mark.integration
def test_two_first_backups_at_once_make_one_repository(
    server: RedisServer, script: Script, repository: Repository
) -> None:
    """As when somebody makes one while the timer does."""
    with ThreadPoolExecutor(2) as pool:
        flags = {"BACKUP_REDIS_FLAGS": flags_of(server.url)[0]}
        both = [pool.submit(script, "backup", "make", **flags) for _ in range(2)]
    assert [one.result().returncode for one in both] == [0, 0], [one.result().stderr for one in both]
    assert len(snapshots(repository.address, repository.password_file)) == 2


@pytest.mark.integration
def test_the_user_for_backups_needs_a_replicas_commands_and_no_others(
    server: RedisServer, script: Script, repository: Repository, tmp_path: Path
) -> None:
    password = tmp_path / "redis password"
    password.write_text("of the backup\n")
    with server.client() as client:
        client.acl_setuser(
            "backup", enabled=True, passwords=["+of the backup"], keys=[], reset=True,
            commands=["+psync", "+sync", "+replconf", "+ping"],
        )  # fmt: skip
    settings = {"BACKUP_REDIS_FLAGS": flags_of(server.url)[0], "BACKUP_USER": "backup"}
    done = script("backup", "make", **settings, BACKUP_PASSWORD_FILE=str(password))
    assert done.returncode == 0, done.stderr
    password.write_text("something else\n")
    done = script("backup", "make", **settings, BACKUP_PASSWORD_FILE=str(password))
    assert (done.returncode, done.stdout) == (1, "")
    assert "the server does not return a snapshot" in done.stderr
    assert len(snapshots(repository.address, repository.password_file)) == 1
    assert not list((tmp_path / "backups").glob(".draft*")), "nothing half made is left"


@pytest.mark.integration
def test_a_backup_is_copied_away_and_reports_to_the_monitoring(
    server: RedisServer, script: Script, repository: Repository, tmp_path: Path
) -> None:
    away, metrics = tmp_path / "far-away", tmp_path / "backup.prom"
    settings = {"BACKUP_REDIS_FLAGS": flags_of(server.url)[0], "BACKUP_METRICS_FILE": str(metrics)}
    done = script("backup", "daily", **settings, BACKUP_COPY=str(away))
    assert done.returncode == 0, done.stderr
    assert len(snapshots(away, repository.password_file)) == 1
    assert f"{away} is intact; the newest backup: " in done.stderr, "the copy is what the worst day has"
    lines = metrics.read_text().splitlines()
    for what in ("success", "copy", "check"):
        found = [line for line in lines if line.startswith(f"bookingopt_backup_last_{what}_timestamp_")]
        assert len(found) == 1
    for pack in away.glob("data/*/*"):
        pack.chmod(0o600)
        pack.write_bytes(bytes(pack.stat().st_size))
    done = script("backup", "check", **settings, BACKUP_COPY=str(away))
    assert (done.returncode, "damaged" in done.stderr) == (1, True), done.stderr
    metrics.unlink()
    done = script("backup", "daily", **settings, BACKUP_COPY="/dev/null/nowhere")
    assert (done.returncode, metrics.exists()) == (1, False)
    assert "the backup is stored here, but" in done.stderr


@pytest.mark.integration
def test_a_ledger_that_is_not_whole_is_not_taken_for_a_backup(
    server: RedisServer, script: Script, repository: Repository
) -> None:
    with server.client() as client:
        client.delete(next(iter(client.scan_iter("bookingopt:result:*"))))
    done = script("backup", "make", BACKUP_REDIS_FLAGS=flags_of(server.url)[0])
    assert (done.returncode, "faults=1" in done.stderr) == (1, True)
    assert snapshots(repository.address, repository.password_file) == []


@pytest.mark.integration
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    server: RedisServer, script: Script, backup: Backup, repository: Repository, tmp_path: Path
) -> None:
    whole = tmp_path / "dump.rdb"
    repository.write(backup, "/dump.rdb", whole)
    snapshot = whole.read_bytes()
    files = {path: path.read_bytes() for path in server.folder.rglob("*") if path.is_file()}
    for harmed in (snapshot[:-60], snapshot[:100] + b"\xff" + snapshot[101:], b"no snapshot"):
        whole.write_bytes(harmed)
        made = repository.find(repository.keep(tmp_path, ["dump.rdb"], REDIS))
        refused = script("restore", "folder", made.id, BACKUP_DATA=str(server.folder))
        assert (refused.returncode, "is damaged" in refused.stderr) == (1, True)
        with pytest.raises(DamagedBackup):
            read_backup(repository, made)
    for pack in (tmp_path / "backups").glob("data/*/*"):
        pack.chmod(0o600)
        content = pack.read_bytes()  # not shorter: restic would ask again for a quarter of an hour
        pack.write_bytes(bytes(len(content) // 2) + content[len(content) // 2 :])
    torn = script("restore", "folder", backup.id, BACKUP_DATA=str(server.folder))
    assert (torn.returncode, f"backup {backup.id} cannot be read" in torn.stderr) == (1, True)
    checked = script("backup", "check", BACKUP_REDIS_FLAGS=flags_of(server.url)[0])
    assert (checked.returncode, "is damaged" in checked.stderr) == (1, True)
    assert {path: path.read_bytes() for path in server.folder.rglob("*") if path.is_file()} == files


@pytest.mark.integration
def test_a_server_that_runs_keeps_its_data(server: RedisServer, script: Script, backup: Backup) -> None:
    refused = script("restore", "folder", backup.id, BACKUP_DATA=str(server.folder))
    assert (refused.returncode, "stop it first" in refused.stderr) == (1, True)
    assert read_jobs(server.url).jobs == JOBS


@pytest.mark.integration
def test_a_restore_survives_that_the_server_ignores_dump_rdb(
    server: RedisServer, script: Script, backup: Backup
) -> None:
    """With append-only files a server starts from them alone: dump.rdb put beside them is not read."""
    with server.client() as client:
        client.flushall()
        client.set("later", "lost")
    server.kill()
    done = script("restore", "folder", backup.id, BACKUP_DATA=str(server.folder))
    assert done.returncode == 0, done.stderr
    assert COUNTED in done.stderr
    (kept,) = server.folder.glob("before-restore-*")
    assert (kept / "appendonlydir").is_dir()
    server.start()
    assert read_jobs(server.url).jobs == JOBS
    with server.client() as client:
        assert client.get("later") is None
    shutil.rmtree(kept)


@pytest.mark.integration
def test_a_restore_that_fails_half_way_puts_back_what_was_there(
    server: RedisServer, script: Script, backup: Backup, tmp_path: Path
) -> None:
    with server.client() as client:
        client.set("later", "kept")
    server.kill()
    programs = tmp_path / "programs"
    programs.mkdir()
    # The disk fails when the new files are to take their place.
    (programs / "mv").write_text(
        '#!/bin/sh\ncase $1 in */restore.*) echo "mv: no space" >&2; exit 1 ;; esac\n'
        f'exec {shutil.which("mv")} "$@"\n'
    )
    (programs / "mv").chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"
    done = script("restore", "folder", backup.id, BACKUP_DATA=str(server.folder), PATH=path)
    assert (done.returncode, "nothing was restored" in done.stderr) == (1, True)
    assert list(server.folder.glob("*restore*")) == []
    server.start()
    with server.client() as client:
        assert client.get("later") == b"kept"
    assert read_jobs(server.url).jobs == JOBS


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize(
    ("wanted", "now", "age_hours", "is_due"),
    [
        ("2", "02", 24, True),
        ("2", "02", 0.5, False),  # this night's was made already
        ("2", "03", 24, False),
        ("2", "14", 25.1, True),  # it failed at night, or the host was off
        ("08", "08", 24, True),  # a shell takes 08 for octal, and stops
        ("0", "00", 24, True),
        ("23", "00", 24, False),
        ("2", "14", None, True),  # there was none yet
    ],
)
def test_a_backup_is_due_at_its_hour_and_when_there_is_no_young_one(
    tmp_path: Path, wanted: str, now: str, age_hours: float | None, is_due: bool, is_told: bool
) -> None:
    """By the time of the last good one, or by the newest file where none is told."""
    program = tmp_path / "bin" / "date"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\ncase "$*" in *+%H) echo {now} ;; *) exec /bin/date "$@" ;; esac\n')
    program.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "BACKUP_DIR": str(tmp_path),
        "BACKUP_HOUR": wanted,
    }
    if age_hours is not None:
        made = time.time() - age_hours * 3600
        if is_told:
            metric = f"bookingopt_backup_last_success_timestamp_seconds {made:.0f}\n"
            (tmp_path / "backup.prom").write_text(metric)
            environment["BACKUP_METRICS_FILE"] = str(tmp_path / "backup.prom")
        else:
            file = tmp_path / "snapshots" / "0123"
            file.parent.mkdir()
            file.touch()
            os.utime(file, (made, made))
    script = str(SCRIPTS / "backup.sh")
    done = subprocess.run(["sh", script, "due"], env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode == 0, done.stderr) == (is_due, "")
