from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bookingopt_worker.jobs import JobState
from conftest import find_or_install_age
from tooling.backups.census import read_jobs
from tooling.backups.damage import DamagedBackup
from tooling.backups.names import publish
from tooling.backups.redis_scripts import SCRIPTS, flags_of, read_backup

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
        return subprocess.run(
            ["sh", SCRIPTS / f"{name}.sh", *arguments],
            env=others | {"BACKUP_DIR": str(tmp_path / "backups")} | settings,
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
def backup(server: RedisServer, script: Script) -> Path:
    """Return a backup of that server."""
    done = script("backup", "make", BACKUP_REDIS_FLAGS=flags_of(server.url)[0])
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


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


@pytest.mark.skipif(sys.platform != "linux", reason="the scripts are for hosts: they use GNU date")
def test_prune_keeps_the_newest_the_young_and_what_is_not_ours(script: Script, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    ages = {"rdb.gz": 40, "rdb.gz.age": 31, "tar.gz": 29}
    names = {
        ending: f"bookingopt-{datetime.now(UTC) - timedelta(days=days):%Y%m%dT%H%M%SZ}.{ending}"
        for ending, days in ages.items()
    }
    foreign = ["dump.rdb", "bookingopt-notes.txt", "bookingopt-20200101T000000Z.rdb.gz.part"]
    for name in [*names.values(), *foreign]:
        (folder / name).touch()
        (folder / f"{name}.sha256").touch()
    assert script("backup", "prune", BACKUP_KEEP_DAYS="30", BACKUP_DRY_RUN="yes").returncode == 0
    assert len(list(folder.iterdir())) == 12
    assert script("backup", "prune", BACKUP_KEEP_DAYS="30").returncode == 0
    kept = {path.name for path in folder.iterdir() if path.suffix != ".sha256"}
    assert kept == {names["tar.gz"], *foreign}
    assert not (folder / f"{names['rdb.gz']}.sha256").exists()
    assert script("backup", "prune", BACKUP_KEEP_DAYS="7").returncode == 0
    assert (folder / names["tar.gz"]).exists(), "the newest is never removed"


@pytest.mark.parametrize("days", ["6", "31", "0", "all"])
def test_prune_keeps_a_week_at_least_and_a_month_at_most(script: Script, days: str) -> None:
    done = script("backup", "prune", BACKUP_KEEP_DAYS=days)
    assert (done.returncode, "from 7 to 30 days" in done.stderr) == (1, True)


@pytest.mark.integration
def test_a_backup_is_named_by_time_checked_packed_and_private(backup: Path) -> None:
    assert sorted(path.name for path in backup.parent.iterdir()) == [backup.name, f"{backup.name}.sha256"]
    assert backup.stat().st_mode & 0o077 == 0
    assert gzip.decompress(backup.read_bytes()).startswith(b"REDIS")
    subprocess.run(["sha256sum", "--check", f"{backup.name}.sha256"], cwd=backup.parent, check=True)
    assert read_backup(backup).jobs == JOBS


@pytest.mark.integration
def test_the_user_for_backups_needs_a_replicas_commands_and_no_others(
    server: RedisServer, script: Script, tmp_path: Path
) -> None:
    password = tmp_path / "password"
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
    assert "the server gives no snapshot" in done.stderr
    assert len(list((tmp_path / "backups").iterdir())) == 2, "nothing half made is left"


@pytest.mark.integration
def test_a_backup_is_copied_away_and_tells_the_monitoring(
    server: RedisServer, script: Script, tmp_path: Path
) -> None:
    away, metrics = tmp_path / "far away", tmp_path / "backup.prom"
    away.mkdir()
    settings = {"BACKUP_REDIS_FLAGS": flags_of(server.url)[0], "BACKUP_METRICS_FILE": str(metrics)}
    done = script("backup", "make", **settings, BACKUP_COPY_COMMAND=f"cp {{file}} {{sum}} '{away}'")
    assert done.returncode == 0, done.stderr
    name = Path(done.stdout.strip()).name
    assert {path.name for path in away.iterdir()} == {name, f"{name}.sha256"}
    assert "\nbookingopt_backup_last_success_timestamp_seconds 1" in metrics.read_text()
    metrics.unlink()
    done = script("backup", "daily", **settings, BACKUP_COPY_COMMAND="false")
    assert (done.returncode, metrics.exists()) == (1, False)
    assert "is kept here, but the copy command failed" in done.stderr


@pytest.mark.integration
def test_a_ledger_that_is_not_whole_is_not_taken_for_a_backup(
    server: RedisServer, script: Script, tmp_path: Path
) -> None:
    with server.client() as client:
        client.delete(next(iter(client.scan_iter("bookingopt:result:*"))))
    done = script("backup", "make", BACKUP_REDIS_FLAGS=flags_of(server.url)[0])
    assert (done.returncode, "faults=1" in done.stderr) == (1, True)
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.integration
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    server: RedisServer, script: Script, backup: Path
) -> None:
    snapshot = gzip.decompress(backup.read_bytes())
    files = {path: path.read_bytes() for path in server.folder.rglob("*") if path.is_file()}
    for harmed in (snapshot[:-60], snapshot[:100] + b"\xff" + snapshot[101:], b"no snapshot"):
        draft = backup.with_name("draft")
        draft.write_bytes(gzip.compress(harmed))
        publish(draft, backup)  # with the checksum of what is damaged, so that the check itself must tell
        refused = script("restore", "folder", backup, BACKUP_DATA=str(server.folder))
        assert (refused.returncode, "is damaged" in refused.stderr) == (1, True)
        with pytest.raises(DamagedBackup):
            read_backup(backup)
    backup.write_bytes(backup.read_bytes()[:-5])
    torn = script("restore", "verify", backup)
    assert (torn.returncode, "does not match its checksum" in torn.stderr) == (1, True)
    assert {path: path.read_bytes() for path in server.folder.rglob("*") if path.is_file()} == files


@pytest.mark.integration
def test_a_server_that_runs_keeps_its_data(server: RedisServer, script: Script, backup: Path) -> None:
    refused = script("restore", "folder", backup, BACKUP_DATA=str(server.folder))
    assert (refused.returncode, "stop it first" in refused.stderr) == (1, True)
    assert read_jobs(server.url).jobs == JOBS


@pytest.mark.integration
def test_a_restore_survives_that_the_server_ignores_dump_rdb(
    server: RedisServer, script: Script, backup: Path
) -> None:
    """With append-only files a server starts from them alone: dump.rdb put beside them is not read."""
    with server.client() as client:
        client.flushall()
        client.set("later", "lost")
    server.kill()
    done = script("restore", "folder", backup, BACKUP_DATA=str(server.folder))
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
    server: RedisServer, script: Script, backup: Path, tmp_path: Path
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
    done = script("restore", "folder", backup, BACKUP_DATA=str(server.folder), PATH=path)
    assert (done.returncode, "nothing was restored" in done.stderr) == (1, True)
    assert list(server.folder.glob("*restore*")) == []
    server.start()
    with server.client() as client:
        assert client.get("later") == b"kept"
    assert read_jobs(server.url).jobs == JOBS


@pytest.mark.parametrize(("hour", "at"), [("2", "02"), ("08", "08"), ("09", "09"), ("0", "00"), ("23", "23")])
def test_the_daily_backup_waits_for_its_hour_however_that_is_written(hour: str, at: str) -> None:
    """A shell takes 08 for octal, and stops."""
    running = subprocess.Popen(
        ["sh", SCRIPTS / "backup.sh", "forever"],
        env=os.environ | {"BACKUP_HOUR": hour}, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert running.stderr is not None
    try:
        assert running.stderr.readline().endswith(f"T{at}:00Z\n")
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        running.stderr.close()


@pytest.mark.integration
def test_an_encrypted_backup_opens_with_its_key_only(
    server: RedisServer, script: Script, tmp_path: Path
) -> None:
    find_or_install_age()
    keys = [tmp_path / "key", tmp_path / "other key"]
    for key in keys:
        subprocess.run(["age-keygen", "--output", key], check=True, capture_output=True)
    recipient = subprocess.run(
        ["age-keygen", "-y", keys[0]], check=True, capture_output=True, text=True
    ).stdout.strip()
    done = script(
        *("backup", "make"), BACKUP_REDIS_FLAGS=flags_of(server.url)[0], BACKUP_AGE_RECIPIENT=recipient
    )
    assert done.returncode == 0, done.stderr
    file = Path(done.stdout.strip())
    assert file.read_bytes().startswith(b"age-encryption.org/")
    assert [path.name for path in file.parent.iterdir() if path.suffix == ".gz"] == []
    assert script("restore", "verify", file, BACKUP_AGE_IDENTITY=str(keys[0])).returncode == 0
    assert read_backup(file, identity=str(keys[0])).jobs == JOBS
    assert script("restore", "verify", file, BACKUP_AGE_IDENTITY=str(keys[1])).returncode == 1
    assert "set BACKUP_AGE_IDENTITY" in script("restore", "verify", file).stderr
