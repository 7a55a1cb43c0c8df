from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import find_or_install_restic
from job_ledger import NewJob, open_store

ROOT = Path(__file__).resolve().parents[2]
Invoke = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def invoke(tmp_path: Path) -> Invoke:
    """Return what runs a task as somebody at a terminal does, with the backups in a folder of the test."""

    def call(*arguments: str | Path, answer: str = "") -> subprocess.CompletedProcess[str]:
        others = {name: value for name, value in os.environ.items() if not name.startswith("BACKUP_")}
        given = {name: str(tmp_path / name[:6].lower()) for name in ("BACKUP_DIR", "RESTIC_PASSWORD_FILE")}
        return subprocess.run(
            [sys.executable, "-m", "invoke", *arguments],
            cwd=ROOT, env=others | given, input=answer,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return call


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Return the address of a ledger in a file, with a job that waits."""
    address = f"sqlite:///{tmp_path / 'jobs.db'}"
    with closing(open_store(address)) as store:
        store.accept(NewJob("ann", "a problem", b"{}"))
    return address


@pytest.mark.integration
def test_a_ledger_in_a_file_goes_the_whole_way(invoke: Invoke, url: str, tmp_path: Path) -> None:
    find_or_install_restic()
    made = invoke("redis.backup", "--url", url)
    assert made.returncode == 0, made.stderr
    seen = invoke("redis.verify")
    assert "1 queued, 0 running" in seen.stdout, seen.stderr
    ledger = tmp_path / "jobs.db"
    ledger.unlink()
    refused = invoke("redis.restore", "--url", url, answer="yes\n")
    assert (refused.returncode, ledger.exists()) == (1, False)
    done = invoke("redis.restore", "--url", url, answer=f"{ledger}\n")
    assert done.returncode == 0, done.stderr
    assert "restored: 1 queued" in done.stdout
    assert ledger.exists()


def test_a_dry_run_tells_and_does_nothing(invoke: Invoke, url: str, tmp_path: Path) -> None:
    for arguments in (
        ("redis.backup", "--url", url),
        ("redis.backup", "--project", "other"),
        ("redis.verify", "--backup", "0123abcd"),
        ("redis.restore",),
        ("redis.restore", "--folder", tmp_path),
        ("redis.check",),
        ("redis.prune",),
    ):
        done = invoke(*arguments, "--dry-run")
        assert done.returncode == 0, done.stderr
        assert done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["jobs.db"]


def test_a_password_is_in_no_command(invoke: Invoke) -> None:
    done = invoke("redis.backup", "--url", "redis://ann:of-ann@10.0.0.5:6379/0", "--dry-run")
    assert "-h 10.0.0.5 -p 6379 --user ann" in done.stdout
    assert "of-ann" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("backup", "--url", "http://x"), "begin with redis://"),
        (("backup", "--url", "sqlite:///missing/jobs.db"), "there is no ledger"),
        (("restore", "--folder", "x", "--project", "y"), "one of --project, --folder and --url"),
        (("restore", "--url", "redis://x"), "one of --project, --folder and --url"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    invoke: Invoke, arguments: tuple[str, ...], message: str
) -> None:
    task, *rest = arguments
    done = invoke(f"redis.{task}", *rest)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
