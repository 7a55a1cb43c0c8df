"""A second host takes its share of the jobs, and its death loses none."""

from __future__ import annotations

import json
from collections import Counter
from itertools import chain
from typing import Any

import pytest

from tests.docs.places import Place, commands_at
from tests.drill.world import World, domain, tell, wait_until
from tests.integration.hotels import slow_hotel_document

pytestmark = pytest.mark.integration

USERS, JOBS_EACH = 4, 3
SECONDS_EACH = 15
REDIS_PORT = 6380
STAGE = "infra/stages/production.toml"
LOG = "journalctl --quiet --output cat COM_DOCKER_COMPOSE_SERVICE=worker"


def _log(world: World, machine: str) -> list[dict[str, Any]]:
    """Return what the workers of a machine have logged, also before it was killed."""
    lines = world.as_root(machine, LOG, folder="/").stdout.splitlines()
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]


def _status(world: World) -> str:
    """Return how production is; other figures, such as the age of a backup, may be good or bad."""
    with world.begin("status.prod") as process:
        return process.communicate()[0]


def _done(world: World, machine: str, jobs: list[str]) -> list[str]:
    """Return those of some jobs that workers of a machine have completed, as often as they say so."""
    return [
        line["job_id"]
        for line in _log(world, machine)
        if line["event"] == "job" and line.get("state") == "completed" and line["job_id"] in jobs
    ]


def _submit(world: World, keys: list[str]) -> dict[str, str]:
    """Let every user submit jobs that take a while; return the key of each job."""
    submitted = world.inside(
        "production", "submit_many", world.container("production", "api"), keys=keys, jobs_each=JOBS_EACH,
        jobs=USERS * JOBS_EACH, document=slow_hotel_document().decode(),
        query=f"?time_limit_seconds={SECONDS_EACH}",
    )  # fmt: skip
    return {job: keys[number // JOBS_EACH] for number, (_, job) in enumerate(submitted)}


def _all_ended(world: World, owners: dict[str, str]) -> None:
    """Wait for the end of every job; one after the other, as nginx counts who asks how often."""
    address = world.address("production")
    for job, key in owners.items():
        assert world.ended(address, key, job)["status"] == "completed"


def test_a_second_host_shares_the_jobs_and_its_death_loses_none(
    world: World, releases: dict[str, str]
) -> None:
    """It is made by one command, gets each release, is let in alone, and comes back by itself."""
    for machine in ("production", "worker2"):
        world.start(machine)
    world.invoke("host.bootstrap", f"admin@{domain('production')}")
    world.invoke("deploy.prod", "--release", releases["first"], "--yes")
    address, host = world.address("production"), 'host = "deploy@'
    listed = (
        f'redis_address = "{address}"\nworkers.worker2.host = "deploy@{domain("worker2")}"\n'
        f'workers.worker2.address = "{world.address("worker2")}"\n'
    )
    (command,) = (line for line in commands_at(Place.WALK) if "workers.deploy" in line.text)
    task = command.text.removeprefix("./run invoke ").split()
    with world.changed(STAGE, host, f"{listed}{host}", tag=releases["hosts"]):
        printed = world.invoke(*task, "--admin", "admin", "--yes")
        assert f"runs the workers of {releases['first']} on worker2" in printed
        identity = f"docker image inspect --format '{{{{.Id}}}}' bookingopt-worker:{releases['first']}"
        assert world.ssh("production", identity).stdout == world.ssh("worker2", identity).stdout
        assert REDIS_PORT not in world.open_ports("production", [443, REDIS_PORT]), "a stranger is kept out"
        assert world.open_ports("worker2", [80, 443, 6379, REDIS_PORT, 9101]) == []
        again = world.invoke("host.bootstrap", f"admin@{domain('production')}")
        assert "bootstrap: nothing to change" in again, "the firewall knows of the host from now on"

        world.invoke("deploy.prod", "--release", releases["hosts"], "--yes")
        assert f"ok   worker host worker2: {releases['hosts']}; 1 of 1 containers healthy" in _status(world)
        listing = "docker ps --filter label=com.docker.compose.service=worker --format '{{.Image}}'"
        assert world.ssh("worker2", listing).stdout == f"bookingopt-worker:{releases['hosts']}\n"

        keys = [world.key("production", f"guest-{number}") for number in range(USERS)]
        first = _submit(world, keys)
        _all_ended(world, first)
        shares = {machine: _done(world, machine, list(first)) for machine in ("production", "worker2")}
        assert min(map(len, shares.values())) > 0, "both have done some"
        assert sorted(chain(*shares.values())) == sorted(first), "each job is done once"
        tell(f"jobs of each host: { {machine: len(jobs) for machine, jobs in shares.items()} }")

        second = _submit(world, keys)
        wait_until(lambda: len(_done(world, "worker2", list(second))) > 0, seconds=300)
        world.kill("worker2")  # its next jobs are in hand
        assert "BAD  worker host worker2: " in world.invoke("status.prod", code=1)
        _all_ended(world, second)
        attempts = Counter(
            line["attempt"]
            for line in _log(world, "production")
            if line.get("job_id") in second and "attempt" in line
        )
        assert max(attempts) > 1, "it had jobs in hand, and they were begun again"
        world.come_back("worker2")
        wait_until(
            lambda: "healthy" in world.ssh("worker2", listing.replace("Image", "Status")).stdout, seconds=300
        )
        shares = {machine: _done(world, machine, list(second)) for machine in ("production", "worker2")}
        assert sorted(chain(*shares.values())) == sorted(second), "none is lost, and none is done twice"
        tell(f"one host of two killed: {len(second)} jobs, {dict(attempts)} by attempt, all completed")
        wait_until(lambda: "ok   worker host" in _status(world), seconds=300)
    world.lose("worker2")
