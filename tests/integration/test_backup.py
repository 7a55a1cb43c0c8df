"""Backup of the running stack under load, and the way back after its data are destroyed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import find_or_install_restic
from tests.integration.engine import ROOT, docker
from tests.integration.stack import soon

if TYPE_CHECKING:
    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

Invoke = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def invoke(stack: Stack, tmp_path: Path) -> Invoke:
    """Return what runs a task of backups on the stack."""
    find_or_install_restic()
    (tmp_path / "password").write_text("of the backups\n")

    def call(task: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        named = "--repository" if task == "restore" else "--to"
        place = [named, str(tmp_path / "backups"), "--password-file", str(tmp_path / "password")]
        place += ["--yes"] if task == "restore" else []
        command = [sys.executable, "-m", "invoke", f"redis.{task}", *arguments, *place]
        command += ["--project", stack.project]
        return subprocess.run(command, cwd=stack.clone, check=False, capture_output=True, text=True)

    return call


def test_p8_backup_under_load_then_the_volume_is_destroyed_and_restored(
    stack: Stack, hotel: bytes, slow_hotel: bytes, invoke: Invoke
) -> None:
    document, slow = hotel.decode(), slow_hotel.decode()
    done = stack.inside("submit_many", document=document, jobs=4, jobs_each=1)
    assert set(stack.inside("wait_for_all", jobs=done, seconds=400).values()) == {"completed"}
    results = stack.inside("digest_results", jobs=done)
    seconds = "?time_limit_seconds=5"  # on a busy machine, a plan is known by then
    open_jobs = stack.inside("submit_many", document=slow, jobs=16, jobs_each=2, query=seconds)
    made = invoke("backup")
    assert made.returncode == 0, made.stderr
    assert " queued=0 running=0 " not in made.stderr, "nothing was open: the restore proves little"

    stack.compose("rm", "--force", "--stop", "redis")
    docker("volume", "rm", f"{stack.project}_redis")
    stack.up()
    assert set(stack.inside("digest_results", jobs=done).values()) == {None}
    later = stack.inside("submit_many", document=document, jobs=1, jobs_each=1)

    services = ("api", "worker", "redis")
    started = [stack.inspect(service)["State"]["StartedAt"] for service in services]
    restored = invoke("restore")
    assert restored.returncode == 0, restored.stdout + restored.stderr
    again = [stack.inspect(service)["State"]["StartedAt"] for service in services]
    assert all(one > other for one, other in zip(again, started, strict=True)), "nobody wrote meanwhile"
    assert again[2] < min(again[:2]), "the server was there before those that use it"
    stack.up("--no-recreate")
    states = stack.inside("wait_for_all", jobs=done + open_jobs, seconds=400)
    assert set(states.values()) == {"completed"}
    assert stack.inside("digest_results", jobs=done) == results
    assert set(stack.inside("wait_for_all", jobs=later, seconds=1).values()) == {"HTTP 404"}
    assert "before-restore-" in stack.compose("exec", "-T", "redis", "ls", "/data")


def test_a_damaged_repository_is_found_and_leaves_the_running_stack_alone(
    stack: Stack, invoke: Invoke, tmp_path: Path
) -> None:
    first, second = invoke("backup"), invoke("backup")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    kept = invoke("prune", "--keep-days", "7")
    assert kept.returncode == 0, kept.stderr
    assert len(list((tmp_path / "backups" / "snapshots").iterdir())) == 2, "both are young"
    checked = invoke("check")
    assert (checked.returncode, "is intact; the newest backup: " in checked.stderr) == (0, True), (
        checked.stderr
    )
    services = ("api", "worker", "redis")
    started = [stack.inspect(service)["State"]["StartedAt"] for service in services]
    password = tmp_path / "password"
    password.write_text("another one\n")
    for task in ("backup", "check", "prune", "restore"):
        refused = invoke(task)
        assert (refused.returncode, "wrong password" in refused.stderr) == (1, True), task
    password.write_text("of the backups\n")
    for pack in (tmp_path / "backups" / "data").glob("*/*"):
        content = bytearray(pack.read_bytes())
        content[len(content) // 3] ^= 1
        pack.chmod(0o600)
        pack.write_bytes(content)
    checked = invoke("check")
    assert (checked.returncode, "is damaged" in checked.stderr) == (1, True), checked.stderr
    refused = invoke("restore")
    assert refused.returncode == 1
    assert "cannot be read" in refused.stderr or "is damaged" in refused.stderr
    assert [stack.inspect(service)["State"]["StartedAt"] for service in services] == started


@pytest.mark.usefixtures("engine")
def test_another_server_whose_container_begins_as_root_is_backed_up_and_restored(tmp_path: Path) -> None:
    project, script = f"bookingopt-backup-{os.getpid()}", ROOT / "infra" / "backup"
    labels = [f"--label=com.docker.compose.{name}" for name in (f"project={project}", "service=redis")]
    server = docker("run", "--detach", *labels, "valkey/valkey:8.1", "valkey-server", "--appendonly", "yes")
    find_or_install_restic()
    (tmp_path / "password").write_text("of the backups\n")
    settings = {"BACKUP_PROJECT": project, "BACKUP_USER": "default", "BACKUP_DIR": str(tmp_path / "backups")}
    settings["RESTIC_PASSWORD_FILE"] = str(tmp_path / "password")

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
