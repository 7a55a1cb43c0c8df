"""What the pages tell to type on a host is typed on one that has had its troubles, and says what it must."""

from __future__ import annotations

import subprocess
import urllib.request

import pytest

from conftest import free_port
from tests.docs.places import Place, commands_at, judge, substituted
from tests.docs.typed import Line
from tests.drill.world import World, domain, tell, wait_until
from tests.integration.hotels import slow_hotel_document

pytestmark = pytest.mark.integration

REASON = "unauthorized"
FUNCTIONS = "docs/runbooks/index.md"


def test_what_goes_wrong_is_seen_and_mended_by_what_the_pages_tell_to_type(
    world: World, releases: dict[str, str]
) -> None:
    """A worker is killed in the middle of a job, Redis is away, and somebody has a wrong key."""
    world.need_deployed("production", releases["first"])
    world.as_root("production", "echo linux-image-6.12.1 >/run/reboot-required.pkgs")
    install = "apt-get install --quiet=2 --yes --no-install-recommends redis-server"  # one outside of Docker
    world.as_root("production", f"DEBIAN_FRONTEND=noninteractive {install} 2>&1")
    address, key = world.address("production"), world.key("production", "troubled")
    world.ended(address, key, world.submit(address, key))
    slow = world.submit(address, key, slow_hotel_document(), "?time_limit_seconds=4")
    job = f"/api/v1/jobs/{slow}"
    wait_until(lambda: world.ask(address, key, "GET", job)["status"] == "running", seconds=600)
    world.as_root("production", f"docker kill {world.container('production', 'worker')}")
    _type_on_host(world, "docker start $(of worker)", slow)
    assert world.ended(address, key, slow)["status"] == "completed"

    world.as_root("production", "docker stop bookingopt-redis-1")
    wait_until(lambda: world.answer(address, key, "GET", job)[0] == 503, seconds=600)
    _type_on_host(world, "docker start $(of redis)", slow)
    wait_until(lambda: world.answer(address, key, "GET", job)[0] == 200, seconds=600)
    assert world.answer(address, f"{key}x", "GET", job)[0] == 401

    typed = 0
    for line in commands_at(Place.HOST):
        if line.text.startswith("ssh -L"):
            _look_through_the_tunnel(world, line)
        elif line.page != FUNCTIONS:
            _type(world, line, slow)
        typed += 1
    tell(f"{typed} commands of the pages were typed on the host, or from here with ssh")
    wait_until(lambda: world.health("production") == "200", seconds=600)
    again = world.submit(address, key)
    assert world.ended(address, key, again)["status"] == "completed", "what was restarted works"


def _type_on_host(world: World, text: str, job: str) -> None:
    """Type a command that a page has."""
    line = next(line for line in commands_at(Place.HOST) if line.text == text)
    _type(world, line, job)


def _type(world: World, line: Line, job: str) -> None:
    """Run a command: as root on the host, or here if it is ssh that is called."""
    api = world.container("production", "api")
    names = {
        "container": f"exec {api}",
        "domain": domain("production"),
        "job": job,
        "keys": "keys create --user seaview --name drill",
        "reason": REASON,
    }
    text = substituted(line, names)
    if text.startswith("ssh "):
        done = subprocess.run(
            ["bash", "-c", text], env=world.environment, capture_output=True, text=True, check=False
        )
    else:
        functions = "\n".join(line.text for line in commands_at(Place.HOST) if line.page == FUNCTIONS)
        done = world.as_root("production", f"\n{functions}\n{text}", check=False)
    judge(line, done.returncode, done.stdout + done.stderr)


def _look_through_the_tunnel(world: World, line: Line) -> None:
    """Hold the connection until a page of the host has answered through it; then leave its shell."""
    port = free_port()
    text = substituted(line, {"tunnel": f"{port}:127.0.0.1:9093 deploy@{domain('production')}"})
    with subprocess.Popen(
        ["bash", "-c", text], env=world.environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as tunnel:  # fmt: skip
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

        def answers() -> bool:
            try:
                with opener.open(f"http://127.0.0.1:{port}/-/ready", timeout=5) as answer:
                    return bool(answer.status == 200)
            except OSError:
                return False

        try:
            wait_until(answers, seconds=600)
        finally:
            printed = tunnel.communicate("")[0]
    judge(line, tunnel.returncode, printed)
