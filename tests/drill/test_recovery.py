"""A service survives its host."""

from __future__ import annotations

import re
import time

import pytest

from tests.drill.world import World, domain, tell

pytestmark = pytest.mark.integration


def test_a_lost_host_is_replaced_from_the_newest_backup(world: World, releases: dict[str, str]) -> None:
    """Finished jobs are there byte for byte, what was still to be done is done, and settings are as before.

    The backup is encrypted; its key is with whoever recovers, and on the new host for as long as it takes.
    """
    address, key = world.address("production"), world.key("production", "hotel")
    finished = [world.submit(address, key) for _ in range(2)]
    before = {job: world.ended(address, key, job) for job in finished}
    world.ssh("production", "docker stop $(docker ps -q --filter label=com.docker.compose.service=worker)")
    waiting = world.submit(address, key)
    lines = {
        "/srv/bookingopt/settings.env": "MAX_JOB_DURATION=55\n",
        "/etc/bookingopt/backup.env": "# of the lost host\n",
    }
    for path, line in lines.items():
        world.ssh("production", f"sudo tee --append {path}", user="admin", told=line)
    key_file = world.folder / "age-key"
    key_file.write_text(world.ssh("production", "age-keygen 2>/dev/null").stdout)
    recipient = world.ssh("production", "age-keygen -y", told=key_file.read_text()).stdout.strip()
    settings = f"BACKUP_DIR=/srv/bookingopt/backups BACKUP_AGE_RECIPIENT={recipient}"
    script = "/srv/bookingopt/base/infra/backup/backup.sh make"
    made = world.ssh("production", f"{settings} sh {script}").stdout.splitlines()[-1]
    world.fetch("production", made.replace(".rdb.gz", ".settings.tar.gz"))
    backup = world.fetch("production", made)
    world.lose("production")

    world.start("spare")
    started = time.monotonic()
    printed = world.invoke(
        *("recover", f"admin@{domain('spare')}", "--backup", str(backup)),
        *("--release", releases["second"], "--identity", str(key_file), "--yes"),
    )
    tell(f"recovery of an empty host: {time.monotonic() - started:.0f} s")
    assert re.search(r"production is back on \S+ after \d+ s", printed)
    address = world.address("spare")
    assert {job: world.ended(address, key, job) for job in finished} == before
    assert world.ended(address, key, waiting)["status"] == "completed"
    for path, line in lines.items():
        assert line in world.ssh("spare", f"cat {path}").stdout
    duration = "docker exec $(docker ps --quiet --filter label=com.docker.compose.service=worker) printenv"
    assert world.ssh("spare", f"{duration} MAX_JOB_DURATION").stdout == "55\n"
    assert world.ssh("spare", "ls /dev/shm").stdout == ""
