"""Backup of the running stack under load, and the way back after its data are destroyed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.engine import ROOT, docker
from tests.integration.stack import soon

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

Invoke = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def invoke(stack: Stack, tmp_path: Path) -> Invoke:
    """Return what runs a task of backups on the stack."""

    def call(task: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        place = ("--to", tmp_path) if task == "backup" else ("--yes",)
        command = [sys.executable, "-m", "invoke", f"redis.{task}", *arguments, *place]
        command += ["--project", stack.project]
        return subprocess.run(command, cwd=stack.clone, check=False, capture_output=True, text=True)

    return call


@pytest.mark.timeout(300)
def test_p8_backup_under_load_then_the_volume_is_destroyed_and_restored(
    stack: Stack, hotel: bytes, slow_hotel: bytes, invoke: Invoke, tmp_path: Path
) -> None:
    document, slow = hotel.decode(), slow_hotel.decode()
    done = stack.inside("submit_many", document=document, jobs=4, jobs_each=1)
    assert set(stack.inside("wait_for_all", jobs=done, seconds=90).values()) == {"completed"}
    results = stack.inside("digest_results", jobs=done)
    seconds = "?time_limit_seconds=1"
    open_jobs = stack.inside("submit_many", document=slow, jobs=16, jobs_each=2, query=seconds)
    made = invoke("backup")
    assert made.returncode == 0, made.stderr
    (file,) = tmp_path.glob("bookingopt-*.rdb.gz")
    assert " queued=0 running=0 " not in made.stderr, "nothing was open: the restore proves little"

    stack.compose("rm", "--force", "--stop", "redis")
    docker("volume", "rm", f"{stack.project}_redis")
    stack.up()
    assert set(stack.inside("digest_results", jobs=done).values()) == {None}
    later = stack.inside("submit_many", document=document, jobs=1, jobs_each=1)

    services = ("api", "worker", "redis")
    started = [stack.inspect(service)["State"]["StartedAt"] for service in services]
    restored = invoke("restore", file)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    again = [stack.inspect(service)["State"]["StartedAt"] for service in services]
    assert all(one > other for one, other in zip(again, started, strict=True)), "nobody wrote meanwhile"
    assert again[2] < min(again[:2]), "the server was there before those that use it"
    stack.up("--no-recreate")
    states = stack.inside("wait_for_all", jobs=done + open_jobs, seconds=120)
    assert set(states.values()) == {"completed"}
    assert stack.inside("digest_results", jobs=done) == results
    assert set(stack.inside("wait_for_all", jobs=later, seconds=1).values()) == {"HTTP 404"}
    assert "before-restore-" in stack.compose("exec", "-T", "redis", "ls", "/data")


@pytest.mark.timeout(180)
def test_a_damaged_backup_leaves_the_running_stack_alone(
    stack: Stack, invoke: Invoke, tmp_path: Path
) -> None:
    made = invoke("backup")
    assert made.returncode == 0, made.stderr
    (file,) = tmp_path.glob("bookingopt-*.rdb.gz")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    services = ("api", "worker", "redis")
    started = [stack.inspect(service)["State"]["StartedAt"] for service in services]
    refused = invoke("restore", file)
    assert (refused.returncode, "is damaged" in refused.stderr) == (1, True)
    assert [stack.inspect(service)["State"]["StartedAt"] for service in services] == started


@pytest.mark.timeout(120)
@pytest.mark.usefixtures("engine")
def test_another_server_whose_container_begins_as_root_is_backed_up_and_restored(tmp_path: Path) -> None:
    project, script = f"bookingopt-backup-{os.getpid()}", ROOT / "infra" / "backup"
    labels = [f"--label=com.docker.compose.{name}" for name in (f"project={project}", "service=redis")]
    server = docker("run", "--detach", *labels, "valkey/valkey:8.1", "valkey-server", "--appendonly", "yes")
    settings = {"BACKUP_PROJECT": project, "BACKUP_USER": "default", "BACKUP_DIR": str(tmp_path)}

    def ask(*command: str) -> str:
        return docker("exec", server, "valkey-cli", *command)

    def call(*command: str | Path) -> subprocess.CompletedProcess[str]:
        environment = os.environ | settings
        return subprocess.run(["sh", *command], env=environment, check=False, capture_output=True, text=True)

    try:
        soon(lambda: "PONG" in docker("exec", server, "sh", "-c", "valkey-cli ping || true"))
        ask("set", "bookingopt:name", "kept")
        made = call(script / "backup.sh", "make")
        assert made.returncode == 0, made.stderr
        ask("flushall")
        restored = call(script / "restore.sh", "stack", made.stdout.strip())
        assert restored.returncode == 0, restored.stderr
        soon(lambda: "kept" in docker("exec", server, "sh", "-c", "valkey-cli get bookingopt:name || true"))
    finally:
        docker("rm", "--force", "--volumes", server)


@pytest.mark.timeout(180)
def test_the_container_that_makes_backups_makes_one(stack: Stack) -> None:
    """It runs as nobody in particular, on a root that it cannot write to."""
    files = ("--file", str(stack.clone / "infra" / "backup" / "compose.backup.yaml"))
    try:
        told = stack.compose(
            *files, "run", "--rm", "--no-deps", "--entrypoint", "sh", "backup", "/backup/backup.sh", "make"
        )
        assert told.splitlines()[-1].startswith("/data/bookingopt-")
    finally:
        docker("volume", "rm", "--force", f"{stack.project}_backups")


DAY_SECONDS = 86_400
FASTER = 10_800
"""A day in eight seconds."""
CLOCK = f"""#!/bin/sh
# A clock that stood at ten minutes before three when the test began, and goes {FASTER} times as fast.
case " $* " in *" -d "*) exec /bin/date "$@" ;; esac
now=$(/bin/date +%s.%N)
passed=$(awk -v now="$now" -v began="$BEGAN" 'BEGIN {{ printf "%.0f", (now - began) * {FASTER} }}')
exec /bin/date -d "@$((START + passed))" "$@"
"""
SLEEP = f"""#!/bin/sh
exec /bin/sleep "$(awk -v seconds="$1" 'BEGIN {{ print seconds / {FASTER} }}')"
"""


@pytest.mark.timeout(180)
def test_the_container_that_makes_backups_makes_one_each_day_at_its_hour(
    stack: Stack, tmp_path: Path
) -> None:
    """Its own script, on the running store, by a clock for which a day is short."""
    for name, text in (("date", CLOCK), ("sleep", SLEEP)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    tmp_path.chmod(0o755)
    files = ("--file", str(stack.clone / "infra" / "backup" / "compose.backup.yaml"))
    now = int(time.time())
    times = ("--env", f"BEGAN={now}", "--env", f"START={now - now % DAY_SECONDS + 3 * 3600 - 600}")
    clock = (*times, "--volume", f"{tmp_path}:/clock:ro", "--env", "PATH=/clock:/usr/local/bin:/usr/bin:/bin")
    container = stack.compose(*files, "run", "--detach", "--no-deps", *clock, "backup", BACKUP_HOUR="3")
    try:
        soon(lambda: len(_backups(container)) >= 2, 60)
        days, hours = zip(*(name[11:24].split("T") for name in _backups(container)), strict=True)
        assert len(set(days)) == len(days), "one each day"
        assert {int(hour[:2]) for hour in hours} <= {3, 4, 5, 6, 7, 8}, (
            "at three: a second here is three hours"
        )
    finally:
        docker("rm", "--force", "--volumes", container)
        docker("volume", "rm", "--force", f"{stack.project}_backups")


def _backups(container: str) -> list[str]:
    names = docker("exec", container, "ls", "/data").split()
    return sorted(name for name in names if name.endswith(".rdb.gz"))
