"""From two empty machines to a service that is rolled forward and back under load."""

from __future__ import annotations

import json
import re
import time

import pytest

from tests.docs.blocks import newcomer_commands
from tests.drill.world import AUTHORITY, World, domain, tell, wait_until

pytestmark = pytest.mark.integration

USERS = 4
"""Five requests a second each, and a little more."""
MOST_STEPS_BACK = 8
OPEN_PORTS = [22, 80, 443]
NGINX_FILES = "docker exec bookingopt-nginx-1 sh -c 'cd /etc/nginx; ls templates conf.d; cat conf.d/*'"


def test_a_fresh_machine_is_prepared_and_a_second_time_changes_nothing(world: World) -> None:
    for machine in ("staging", "production"):
        world.start(machine)
        first = world.invoke("host.bootstrap", f"admin@{domain(machine)}")
        assert re.search(r"bootstrap: \d+ changes made", first)
        world.ssh(machine, "touch /var/tmp/before", user="admin")
        second = world.invoke("host.bootstrap", f"admin@{domain(machine)}")
        assert "bootstrap: nothing to change" in second
        assert "changed " not in second
        newer = "sudo find /etc /home /opt /srv /var/lib/bookingopt -newercm /var/tmp/before"
        assert world.ssh(machine, newer, user="admin").stdout == ""
        assert world.ssh(machine, "docker compose version --short").stdout.startswith("2.")


def test_a_newcomer_deploys_to_staging_with_the_six_commands_of_the_page(world: World) -> None:
    """The first three were typed when the world was made: they bring the checkout and keep its stage file."""
    commands = newcomer_commands()
    assert len(commands) == 6
    build, prepare, deploy = (command.removeprefix("./run invoke ") for command in commands[3:])
    world.invoke(*build.split())
    world.invoke(*prepare.replace("root@", "admin@").split())
    printed = world.invoke(*deploy.split())
    release = world.commit()
    assert f"{release} is live on staging" in printed
    assert world.live("staging") == f"bookingopt-api:{release}"


def test_production_asks_before_it_is_touched(world: World, releases: dict[str, str]) -> None:
    refused = world.invoke("deploy.prod", "--release", releases["first"], code=1)
    assert "nothing was done" in refused
    unknown = world.invoke("deploy.prod", "--release", "v9.9.9", "--yes", code=1)
    assert "production gets releases" in unknown
    changed = world.clone / "README.md"
    text = changed.read_text()
    changed.write_text(f"{text}\n")
    dirty = world.invoke("deploy.prod", "--release", releases["first"], "--yes", code=1)
    changed.write_text(text)
    assert "commit or stash your changes first" in dirty
    assert world.ssh("production", "ls /srv/bookingopt/releases").stdout == ""
    world.invoke("deploy.prod", "--release", releases["first"], "--yes")


def test_the_firewall_lets_three_ports_in(world: World, releases: dict[str, str]) -> None:
    """Neither a program of the host nor a container that publishes a port is reached by another."""
    listen = "import socket, time; s = socket.create_server(('0.0.0.0', 9999)); time.sleep(600)"
    background = f'setsid python3 -c "{listen}" >/dev/null 2>&1 </dev/null & echo $!'
    program = world.ssh("production", background).stdout.strip()
    image = f"--entrypoint python3 bookingopt-api:{releases['first']} -m http.server 8000 --directory /tmp"
    world.ssh("production", f"docker run --detach --rm --name open --publish 8888:8000 {image}")
    for port in (8888, 9999):
        probe = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
        world.ssh(
            "production", f'for _ in $(seq 20); do python3 -c "{probe}" 2>&1 && exit; sleep 0.5; done; exit 1'
        )
    assert (
        world.open_ports("production", [22, 80, 443, 2375, 6379, 8000, 8080, 8888, 9101, 9999]) == OPEN_PORTS
    )
    world.ssh("production", f"docker rm --force open; kill {program}")


def test_under_load_a_release_follows_a_broken_one_does_not_and_back_is_quick(
    world: World, releases: dict[str, str]
) -> None:
    """All the while four users ask twenty times a second: no request fails, no job is lost.

    nginx and Redis are changed apart from that, and what does not please is taken back.
    """
    with world.users("production", USERS, releases["first"]) as story:
        extra = "infra/nginx/templates/70-extra.conf.template"
        with world.changed(extra, "", "no such directive;\n", tag="v0.0.4"):
            refused = world.invoke("base.apply", "production", "--yes", code=1)
        assert "the previous version is restored" in refused
        assert "70-extra" not in world.ssh("production", NGINX_FILES).stdout

        world.invoke("deploy.prod", "--release", releases["second"], "--yes")
        assert world.live("production") == f"bookingopt-api:{releases['second']}"

        refused = world.invoke("deploy.prod", "--release", releases["broken"], "--yes", code=1)
        assert f"{releases['second']} continues to serve" in refused
        assert world.live("production") == f"bookingopt-api:{releases['second']}"
        left = world.invoke("logs.prod", "--release", releases["broken"])
        assert "the last word of the broken release" in left, "its containers are gone, and its log is not"

        headers = "infra/nginx/templates/40-headers.conf.template"
        with world.changed(headers, "max-age=31536000; includeSubDomains", "", tag="v0.0.5"):
            refused = world.invoke("base.apply", "production", "--yes", code=1)
        assert "smoke test: sends security headers" in refused
        assert "max-age=" in world.ssh("production", NGINX_FILES).stdout

        printed = world.invoke("rollback.prod", "--yes")
        assert world.live("production") == f"bookingopt-api:{releases['first']}"
    took = re.search(r"is live on production \(\w+\) after (\d+) s", printed)
    assert took is not None
    tell(f"rollback {took[1]} s; {story['requests']} requests, {story['rate']:.1f} in a second")
    tell(f"{len(story['jobs'])} jobs, {len(story['faults'])} faults")
    steps = re.findall(r"^== ([^:]+)$", printed, re.MULTILINE)
    assert len(steps) <= MOST_STEPS_BACK, "nothing is fetched and nothing is tried twice"
    assert story["faults"] == []
    assert story["requests"] > 500
    assert set(story["jobs"].values()) == {"completed"}


def test_a_deployment_that_was_killed_leaves_nothing_unproven(world: World, releases: dict[str, str]) -> None:
    """Killed while its workers start, and once more after its switch: the host itself puts it in order."""
    live = world.live("staging")
    for step in ("== start green", "== smoke test from outside"):
        with world.begin("deploy.staging", "--release", releases["second"]) as deployment:
            assert deployment.stdout is not None
            reached = next((line for line in deployment.stdout if line.startswith(step)), None)
            assert reached is not None, f"it never came to {step!r}"
            wait_until(lambda: bool(_green(world)), seconds=600)
            deployment.kill()
        started = time.monotonic()
        wait_until(lambda: not _green(world) and not _unproven(world), seconds=600)
        tell(f"killed at {step!r}: put in order after {time.monotonic() - started:.0f} s")
        assert world.live("staging") == live
        assert world.health("staging") == "200"
    again = world.invoke("deploy.staging", "--release", releases["second"])
    assert f"{releases['second']} is live on staging" in again
    assert world.live("staging") == f"bookingopt-api:{releases['second']}"


def test_redis_is_replaced_by_a_task_of_its_own_and_by_no_release(world: World) -> None:
    before = world.redis("staging")
    conf = ("infra/redis/redis.conf", "slowlog-max-len 128")
    with world.changed(*conf, "slowlog-max-len many"):
        refused = world.invoke("base.apply", "staging", code=1)
    assert "slowlog-max-len" in refused, "a server on its own has refused it"
    assert world.redis("staging") == before, "and the one with the jobs never saw it"
    with world.changed(*conf, "slowlog-max-len 127"):
        world.invoke("base.apply", "staging")
    after = world.redis("staging")
    assert after["slowlog-max-len"] == "127"
    assert after["container"] != before["container"]
    printed = world.invoke("rollback.staging")
    assert "./run invoke base.apply staging" in printed, "it says that this checkout has another"
    assert world.redis("staging") == after


def _green(world: World) -> str:
    return world.ssh("staging", "docker ps --quiet --filter name=bookingopt-green").stdout


def _unproven(world: World) -> str:
    return world.ssh("staging", "cat /srv/bookingopt/unproven 2>/dev/null || true").stdout


def test_a_stage_tells_how_it_is_and_takes_more_workers(world: World) -> None:
    """With the worker stopped, the one command says that something is bad, and what."""
    worker = world.container("production", "worker")
    world.ssh("production", f"docker stop {worker}")
    printed = world.invoke("status.prod", code=1)
    world.ssh("production", f"docker start {worker}")
    assert re.search(r"live +v0\.0\.1", printed)
    bad = [line for line in printed.splitlines() if line.startswith("BAD")]
    assert any("containers" in line and "no worker" in line for line in bad), printed
    log = [
        json.loads(line)
        for line in world.ssh("production", "cat /srv/bookingopt/releases.jsonl").stdout.splitlines()
    ]
    assert all(entry["images"]["api"].startswith("sha256:") for entry in log if entry["event"] == "live")
    assert '"event": "request"' in world.invoke("logs.prod", "--service", "api", "--lines", "20")
    assert "worker containers: 1 -> 2" in world.invoke("scale", "production", "--workers", "2")
    count = "docker ps --quiet --filter label=com.docker.compose.service=worker | wc -l"
    assert world.ssh("production", count).stdout.strip() == "2"
    assert "0 jobs wait; worker containers: 2 -> 1" in world.invoke("scale", "production")
    assert world.ssh("production", count).stdout.strip() == "1"


def test_a_certificate_is_had_from_an_authority_and_renewed(world: World) -> None:
    """The proof goes over port 80, nginx takes the certificate up, and a browser that trusts it is served."""
    root = world.begin_authority()
    stage = world.stages / "staging.toml"
    lines = [line for line in stage.read_text().splitlines() if not line.startswith("tls")]
    directory = 'acme_directory = "https://authority:14000/dir"'
    stage.write_text("\n".join([*lines, 'tls = "letsencrypt"', 'tls_email = "a@b.example"', directory, ""]))
    world.load("staging", AUTHORITY)
    settings = f"CERTBOT_IMAGE={AUTHORITY}\nCERTBOT_NETWORK=host\n"
    world.ssh("staging", "cat >/srv/bookingopt/settings.env", told=settings)

    assert "a new certificate is in use" in world.invoke("certificate.issue", "staging")
    first = world.certificate("staging")
    assert "Pebble" in first["issuer"]
    assert "still valid" in world.invoke("certificate.issue", "staging")
    assert world.certificate("staging") == first
    assert "a new certificate is in use" in world.invoke("certificate.issue", "staging", "--force")
    assert world.certificate("staging")["serial"] != first["serial"]

    key = world.folder / "smoke-key"
    key.write_text(world.key("staging", "smoke"))
    address = world.address("staging")
    places = ("--connect", f"{address}:443", "--connect-http", f"{address}:80")
    printed = world.invoke(
        "smoke", f"https://{domain('staging')}", "--key-file", str(key), "--ca", str(root), *places
    )
    assert printed.count("pass  ") == 8
    world.type("git checkout --quiet infra/stages/staging.toml")  # production gets what is committed
