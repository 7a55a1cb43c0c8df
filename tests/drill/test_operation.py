"""Production as it is meant to be run: as many workers as the queue asks for, and a checklist that passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.docs.places import Place, commands_at
from tests.drill import mailbox
from tests.drill.checklist import failed_rows
from tests.drill.world import AUTHORITY, NETWORK, World, domain, tell
from tests.integration.hotels import slow_hotel_document
from tooling.deploy.preflight import ROWS
from tooling.deploy.scaling import JOBS_PER_WORKER

pytestmark = pytest.mark.integration

USERS, JOBS_EACH = 4, 3
CANNOT_PASS = {
    "a scan for vulnerabilities is less than eight days old": "its image is in a registry",
    "the clock is set from the network": "a container has the clock of its machine, and sets none",
}
"""Rows of the checklist that need not pass in the drill, and why; every other one must."""
ELSEWHERE = "staging"
"""Where backups of production are copied to."""


def test_workers_follow_the_length_of_the_queue(world: World) -> None:
    """The queue gets long, the page's command starts workers, they empty it, and the same takes them away."""
    (page,) = [line for line in commands_at(Place.WALK) if line.page == "docs/how-to/scale.md"]
    scale = page.text.removeprefix("./run invoke ").split()
    assert "0 jobs wait; worker containers: 1 -> 1" in world.invoke(*scale)
    before = _workers(world)
    keys = [world.key("production", f"queue-{number}") for number in range(USERS)]
    jobs = world.inside(
        "production", "submit_many", world.container("production", "api"), keys=keys, jobs_each=JOBS_EACH,
        jobs=USERS * JOBS_EACH, document=slow_hotel_document().decode(), query="?time_limit_seconds=10",
    )  # fmt: skip
    found = re.search(r"(\d+) jobs wait; worker containers: 1 -> (\d)", world.invoke(*scale))
    assert found is not None
    waiting, wanted = int(found[1]), int(found[2])
    assert waiting > JOBS_PER_WORKER
    assert wanted == -(-waiting // JOBS_PER_WORKER) == len(_workers(world)) > 1
    address = world.address("production")
    states = {
        world.ended(address, keys[number // JOBS_EACH], job)["status"] for number, (_, job) in enumerate(jobs)
    }
    assert states == {"completed"}
    for worker in _workers(world) - before:
        assert '"is_ended": true' in world.ssh("production", f"docker logs {worker}").stdout, "it has helped"
    for now in range(wanted, 1, -1):
        assert f"0 jobs wait; worker containers: {now} -> {now - 1}" in world.invoke(*scale)
    assert len(_workers(world)) == 1
    tell(f"{waiting} jobs waited for 1 worker, {wanted} emptied the queue")


def test_every_row_of_the_checklist_passes_but_those_that_no_container_can_have(
    world: World, releases: dict[str, str]
) -> None:
    """With a certificate that is trusted and a copy of the backup elsewhere."""
    root = world.folder / "root.pem"
    where = world.where_the_domain_leads_to("production", root)
    mailbox.begin(world.folder, NETWORK)
    _trust_the_authority(world, root.read_text())
    with _stage_with_a_certificate_of_the_authority(world, releases["ready"], str(root)):
        world.invoke("deploy.prod", "--release", releases["ready"], "--yes")
        _copy_backups_elsewhere(world)
        load = ("load", f"https://{domain('production')}", "--stage", "production", "--seconds", "5")
        with world.begin(*load, where=where) as put_under_load:
            assert put_under_load.communicate()[0].count("failures         0") == 1
        with world.begin("preflight.prod", where=where) as checklist:
            printed = checklist.communicate()[0]
    failed = failed_rows(printed)
    assert failed <= set(CANNOT_PASS), printed
    assert checklist.returncode == (1 if failed else 0)
    tell(f"{len(ROWS) - len(failed)} of {len(ROWS)} rows of the checklist pass; not: {sorted(failed)}")


def test_secrets_are_renewed_and_no_job_is_lost(world: World) -> None:
    """What waits when Redis restarts is done by workers that never knew the old secrets."""
    address, key = world.address("production"), world.key("production", "renewal")
    read = "cat /srv/bookingopt/secrets/redis_password_worker"
    old = world.ssh("production", read).stdout.strip()
    finished = world.submit(address, key)
    before = world.ended(address, key, finished)
    jobs = [world.submit(address, key, slow_hotel_document(), "?time_limit_seconds=20") for _ in range(3)]
    with _stage_with_a_certificate_of_the_authority(world, "", str(world.folder / "root.pem")):
        printed = world.invoke("base.renew-secrets", "production", "--yes")
    new = world.ssh("production", read).stdout.strip()
    assert new != old
    assert old not in printed
    assert new not in printed
    assert {world.ended(address, key, job)["status"] for job in jobs} == {"completed"}
    assert world.ended(address, key, finished) == before
    redis = world.container("production", "redis")
    ask = "redis-cli --no-auth-warning --user worker -a"
    for password, answer in ((old, "WRONGPASS"), (new, "NOPERM")):
        line = f"docker exec {redis} {ask} {password} ping"
        told = world.ssh("production", line, check=False)
        assert answer in told.stdout + told.stderr or (password == new and "PONG" in told.stdout)


def _workers(world: World) -> set[str]:
    label = "label=com.docker.compose.service=worker"
    return set(
        world.ssh("production", f"docker ps --filter {label} --format '{{{{.Names}}}}'").stdout.split()
    )


def _trust_the_authority(world: World, certificate: str) -> None:
    """Let the host trust the authority of the drill as it trusts public ones, and ask it for certificates."""
    place = "/usr/local/share/ca-certificates/drill.crt"
    world.ssh("production", f"sudo tee {place}", user="admin", told=certificate)
    world.as_root("production", "update-ca-certificates")
    world.load("production", AUTHORITY)
    settings = f"CERTBOT_IMAGE={AUTHORITY}\nCERTBOT_NETWORK=host\n"
    world.ssh("production", "cat >>/srv/bookingopt/settings.env", told=settings)


def _copy_backups_elsewhere(world: World) -> None:
    """Let the unit make a backup that goes to the second repository, which the stage names by now."""
    make_key = "mkdir -p -m 700 ~/.ssh && ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519"
    key = world.as_root("production", f"{make_key} && cat ~/.ssh/id_ed25519.pub").stdout
    world.ssh(ELSEWHERE, "cat >>.ssh/authorized_keys", told=key)
    trust = f"ssh -o StrictHostKeyChecking=accept-new deploy@{domain(ELSEWHERE)} true"
    now = "systemd-run --wait --quiet --property=EnvironmentFile=/etc/bookingopt/backup.env"
    now += " /opt/bookingopt/infra/backup/backup.sh daily"  # the unit makes one where one is due
    world.as_root("production", f"{trust} && {now}")
    assert world.ssh(ELSEWHERE, "ls backups/snapshots").stdout


@contextmanager
def _stage_with_a_certificate_of_the_authority(world: World, tag: str, root: str) -> Iterator[None]:
    """Have the stage file committed that asks the authority, for the length of a block."""
    settings = {
        "tls": "letsencrypt",
        "tls_email": "operations@bookingopt.example",
        "acme_directory": "https://authority:14000/dir",
        "ca_file": root,
        "backup_copy": f"sftp:deploy@{domain(ELSEWHERE)}:backups",
    }
    lines = "\n".join(f'{name} = "{value}"' for name, value in settings.items())
    with world.changed("infra/stages/production.toml", 'tls = "self-signed"', lines, tag=tag):
        yield
