"""A wrong setting stops the program with its name, what is wrong and what to do; nothing is opened before."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from secrets import token_hex

import pytest

from .conftest import API, SETTINGS

pytestmark = pytest.mark.integration
PRODUCTION = {"ENVIRONMENT": "production", "QUEUE_SECRET": token_hex(32), "SESSION_SECRET": "0f" * 32}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"REDIS_URL": "foo"}, r"REDIS_URL: no address of a Redis: .*; write redis://"),
        ({"REDIS_URL": "redis://h:xx/0"}, r"REDIS_URL: no address of a Redis: .*; write redis://"),
        ({"RATE_LIMIT_URL": "foo"}, r"RATE_LIMIT_URL: no address of a Redis: .*; write redis://"),
        ({"RATE_LIMIT_URL": "foo", "API_WORKERS": "2"}, r"RATE_LIMIT_URL: no address of a Redis: "),
        (
            {"API_WORKERS": "2"},
            r"RATE_LIMIT_URL: with API_WORKERS above 1 .*; set RATE_LIMIT_URL to .* Redis",
        ),
        ({"QUEUE_SECRET_FILE": sys.executable}, r"QUEUE_SECRET_FILE: .* not text in UTF-8"),
        ({"RATE_READ": "5"}, r"RATE_READ: no rate; write it like 30/minute"),
        ({"DATA_DIR": __file__}, r"DATA_DIR: .* no folder; name a folder"),
        (
            {"WORKER_BEAT": "15"},
            r"WORKER_BEAT: more than a third of JOB_LEASE, .*; set it to 5.0 or less",
        ),
        ({"AUTHENTICATION": "on", "API_HOST": "nowhere.invalid"}, r"API_HOST: no address of this machine"),
        (PRODUCTION, r"SESSION_SECRET: too easy to guess for ENVIRONMENT=production; take 32 characters"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
)
def test_a_start_that_cannot_succeed_is_refused_in_one_line(
    tmp_path: Path, settings: dict[str, str], told: str
) -> None:
    _refused({"DATA_DIR": str(tmp_path / "ledger"), **settings}, told)
    assert not (tmp_path / "ledger").exists()


def test_a_port_that_somebody_has_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = {"DATA_DIR": str(tmp_path), "API_PORT": str(port)}
        _refused(settings, rf"API_HOST, API_PORT: port {port} cannot be listened on: .*; stop what listens")


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"DATA_DIR": "/proc/nowhere"}, "DATA_DIR: .*; name a folder that this user may write"),
        (
            {"DATA_DIR": "{folder}"},
            "DATA_DIR: .*; name a folder that this user may write",
        ),
        ({"AUDIT_LOG": f"{__file__}/audit.jsonl"}, "AUDIT_LOG: .*; name a file in a folder that"),
    ],
    ids=["a folder that cannot be made", "a ledger that is a folder", "an audit log inside of a file"],
)
def test_files_that_cannot_be_opened_stop_the_start(
    tmp_path: Path, settings: dict[str, str], told: str, processes: str
) -> None:
    """Also of several processes, each of which would be started again and again."""
    (tmp_path / "jobs.db").mkdir()
    several = {"API_WORKERS": processes, "RATE_LIMIT_URL": "redis://127.0.0.1:1/0"}
    given = {name: value.format(folder=tmp_path) for name, value in settings.items()}
    _refused({"DATA_DIR": str(tmp_path / "ledger"), **several, **given}, told)


def _refused(settings: dict[str, str], told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", API],
        env=os.environ | SETTINGS | settings,
        capture_output=True,
        text=True,
        timeout=300,  # of a busy machine that starts several processes
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    *heading, line = done.stderr.splitlines()
    assert heading in ([], ["bookingopt-api: these settings are wrong"])
    assert re.fullmatch(rf"(bookingopt-api: )?{told}.*", line), done.stderr
