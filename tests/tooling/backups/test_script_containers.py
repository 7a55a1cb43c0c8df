"""Which containers the scripts of backups touch: those of one project and of its two colors."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tooling.backups.redis_scripts import SCRIPTS

# Two stages on one machine, and what Docker would tell of them; `of` is the project that is asked for.
DOCKER = r"""#!/bin/sh
echo "$*" >>PLACE/calls
case "$*" in
ps*service=redis*) echo 0000000000ab ;;
ps*--format*) cat PLACE/containers ;;
inspect*) echo healthy ;;
*"stat -c"*) echo 999:999 ;;
run*) cat >/dev/null; echo "queued=2 faults=0" ;;
exec*) shift 2; exec "$@" ;;
esac
"""
CONTAINERS = """\
api bookingopt-blue id-api
worker bookingopt-green id-worker
worker bookingopt id-local
redis bookingopt id-redis
api bookingopt-test-blue id-other-api
worker bookingopt-staging id-other-worker
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a stand-in for Docker, and what Docker was told."""
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER.replace("PLACE", str(tmp_path)))
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(docker.parent), prepend=":")
    (tmp_path / "containers").write_text(CONTAINERS)
    return tmp_path


def run(place: Path, *command: str | Path, told: str = "", **settings: str) -> str:
    others = {name: value for name, value in os.environ.items() if not name.startswith("BACKUP_")}
    done = subprocess.run(
        ["sh", *command],
        env=others | {"BACKUP_DIR": str(place / "backups")} | settings,
        input=told, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_restore_stops_and_starts_its_own_stage_alone(place: Path) -> None:
    """Another stage may be on the same machine, and its name begin with the same word."""
    assert "restored: queued=2" in run(place, SCRIPTS / "restore.sh", "stack", "-", told="REDIS0012")
    calls = (place / "calls").read_text().splitlines()
    users = "id-api id-local id-worker"
    told = [call for call in calls if re.match(r"(stop -t \d+|start) (id|0)", call)]
    server = "0000000000ab"
    assert told == [f"stop -t 30 {users}", f"stop -t 60 {server}", f"start {server}", f"start {users}"]


@pytest.mark.parametrize("where", ["a folder", "the container"])
def test_what_a_restore_has_replaced_is_removed_when_it_is_old(place: Path, where: str) -> None:
    data = place / "data"
    names = {
        days: f"before-restore-{datetime.now(UTC) - timedelta(days=days):%Y%m%dT%H%M%SZ}"
        for days in (2, 8, 20)
    }
    for name in [*names.values(), "before-restore-", "appendonlydir"]:
        (data / name / "appendonlydir").mkdir(parents=True)
    settings = {"BACKUP_DATA": str(data)}
    if where == "the container":  # whose folder /data is
        docker = place / "bin" / "docker"
        docker.write_text(
            docker.read_text().replace(
                'exec "$@"', f'eval "exec $(echo "$*" | sed s,^find./data,find\\ {data},)"'
            )
        )
        settings = {}
    script = (SCRIPTS / "backup.sh", "prune")
    told = run(place, *script, **settings, BACKUP_KEEP_REPLACED_DAYS="3", BACKUP_DRY_RUN="yes")
    assert names[8] in told
    assert len(list(data.iterdir())) == 5
    run(place, *script, **settings)
    assert {path.name for path in data.glob("before-restore-2*")} == {names[2], names[8]}, (
        "as backups: 14 days"
    )
    run(place, *script, **settings, BACKUP_KEEP_REPLACED_DAYS="3")
    assert {path.name for path in data.iterdir()} == {names[2], "before-restore-", "appendonlydir"}


@pytest.mark.parametrize("days", ["0", "31", "all"])
def test_replaced_data_are_kept_a_day_at_least_and_a_month_at_most(place: Path, days: str) -> None:
    with pytest.raises(AssertionError, match="from 1 to 30 days"):
        run(place, SCRIPTS / "backup.sh", "prune", BACKUP_KEEP_REPLACED_DAYS=days)
