"""A service survives its host."""

from __future__ import annotations

import re
import time

import pytest

from tests.drill.world import World, domain, tell

pytestmark = pytest.mark.integration

BACK_UP = "sh infra/backup/backup.sh make"
"""In the folder /opt/bookingopt."""


def test_a_lost_host_is_replaced_from_the_newest_backup(world: World, releases: dict[str, str]) -> None:
    """Finished jobs are there byte for byte, what was still to be done is done, and settings are as before.

    Who recovers has a copy of the repository and of its password; the next backup goes on in it.
    """
    world.need_deployed("production", releases["first"])
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
    made = world.as_root("production", BACK_UP).stdout.split()[-1]
    password = world.folder / "backup-password"
    password.write_text(world.ssh("production", "cat /srv/bookingopt/secrets/backup_password").stdout)
    repository = world.fetch("production", "/srv/bookingopt/backups")
    world.lose("production")

    world.start("spare")
    started = time.monotonic()
    printed = world.invoke(
        *("recover", f"admin@{domain('spare')}", "--repository", str(repository)),
        *("--password-file", str(password), "--release", releases["second"], "--yes"),
    )
    tell(f"recovery of an empty host: {time.monotonic() - started:.0f} s")
    assert re.search(r"production is back on \S+ after \d+ s", printed)
    assert f"backup {made}" in world.ssh("spare", "cat /srv/bookingopt/releases.jsonl").stdout
    assert password.read_text() not in printed
    address = world.address("spare")
    assert {job: world.ended(address, key, job) for job in finished} == before
    assert world.ended(address, key, waiting)["status"] == "completed"
    for path, line in lines.items():
        assert line in world.as_root("spare", f"cat {path}").stdout
    duration = "docker exec $(docker ps --quiet --filter label=com.docker.compose.service=worker) printenv"
    assert world.ssh("spare", f"{duration} MAX_JOB_DURATION").stdout == "55\n"
    assert world.ssh("spare", "cat /srv/bookingopt/secrets/backup_password").stdout == password.read_text()
    assert re.fullmatch(r"[0-9a-f]{8}\n", world.as_root("spare", BACK_UP).stdout), (
        "it is made by the same means"
    )
