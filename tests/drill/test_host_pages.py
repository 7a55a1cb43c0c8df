"""What the pages tell to type on a host is typed on one that has had its troubles, and says what it must."""

from __future__ import annotations

import subprocess
import urllib.request

import pytest

from conftest import free_port
from tests.docs.places import Place, commands_at, judge, substituted
from tests.docs.typed import Line
from tests.drill.world import World, domain, tell, wait_until
from tests.integration.engine import WATCHER_IMAGES, need_images
from tests.integration.hotels import slow_hotel_document

pytestmark = pytest.mark.integration

WATCHERS = {name: WATCHER_IMAGES[name] for name in ("alertmanager", "redis-exporter", "nginx-exporter")}
"""Those of what watches the service that the runbooks speak of."""
STACK_IMAGES = (
    "bookingopt-api:latest", "bookingopt-worker:latest", "redis:8.0", "nginxinc/nginx-unprivileged:1.26",
)  # fmt: skip
REASON = "unauthorized"
FUNCTIONS = "docs/runbooks/index.md"
CHECKOUT = "/srv/checkout"


def test_the_host_is_prepared_once_more_for_its_timers(world: World) -> None:
    printed = world.invoke("host.bootstrap", f"admin@{domain('production')}")
    for name in ("backup", "status", "certificate"):
        assert f"changed  bookingopt-{name}.timer runs" in printed
    assert "skipped  bookingopt" not in printed
    _watch(world)


def test_what_goes_wrong_is_seen_and_mended_by_what_the_pages_tell_to_type(world: World) -> None:
    """A worker is killed in the middle of a job, Redis is away, and somebody has a wrong key."""
    address, key = world.address("production"), world.key("production", "troubled")
    world.ended(address, key, world.submit(address, key))
    slow = world.submit(address, key, slow_hotel_document(), "?time_limit_seconds=4")
    job = f"/api/v1/jobs/{slow}"
    wait_until(lambda: world.ask(address, key, "GET", job)["status"] == "running", seconds=60)
    world.as_root("production", f"docker kill {world.container('production', 'worker')}")
    _type_on_host(world, "docker start $(of worker)", slow)
    assert world.ended(address, key, slow)["status"] == "completed"

    world.as_root("production", "docker stop bookingopt-redis-1")
    wait_until(lambda: world.answer(address, key, "GET", job)[0] == 503, seconds=60)
    _type_on_host(world, "docker start $(of redis)", slow)
    wait_until(lambda: world.answer(address, key, "GET", job)[0] == 200, seconds=60)
    assert world.answer(address, f"{key}x", "GET", job)[0] == 401

    typed = 0
    for line in commands_at(Place.HOST):
        if line.text.startswith("ssh -L"):
            _look_through_the_tunnel(world, line)
        elif line.page != FUNCTIONS:
            _type(world, line, slow)
        typed += 1
    tell(f"{typed} commands of the pages were typed on the host, or from here with ssh")
    wait_until(lambda: world.health("production") == "200", seconds=60)
    again = world.submit(address, key)
    assert world.ended(address, key, again)["status"] == "completed", "what was restarted works"


def test_the_journal_of_a_host_keeps_the_logs_and_is_searched(world: World) -> None:
    """On another machine, with a checkout: the stack is not deployed there, but started by Compose."""
    world.start("spare")
    world.invoke("host.bootstrap", f"admin@{domain('spare')}")
    for image in STACK_IMAGES:
        world.load("spare", image)
    for task in ("stack.secrets", "stack.certificate"):
        world.invoke(task)
    packed = subprocess.run(["tar", "--create", "infra"], cwd=world.clone, capture_output=True, check=True)
    unpack = f"sudo sh -c 'mkdir -p {CHECKOUT} && tar --extract --no-same-owner --directory {CHECKOUT}'"
    program = ["ssh", f"admin@{domain('spare')}", unpack]
    subprocess.run(program, env=world.environment, input=packed.stdout, check=True)
    job = ""
    for line in commands_at(Place.JOURNAL):
        done = world.as_root("spare", substituted(line, {"job": job}), folder=CHECKOUT, check=False)
        judge(line, done.returncode, done.stdout + done.stderr)
        if "docker compose" in line.text:
            job = _plan_on_the_spare_machine(world)
    world.lose("spare")


def _plan_on_the_spare_machine(world: World) -> str:
    form = "{{.State.Health.Status}}"
    ask = f"docker inspect --format '{form}' bookingopt-api-1"
    wait_until(lambda: world.ssh("spare", ask).stdout.strip() == "healthy", seconds=90)
    hotel = (world.clone / "examples" / "ten-rooms.json").read_text()
    jobs = world.inside(
        "spare", "submit_many", "bookingopt-api-1", document=hotel, jobs=1, jobs_each=1
    )  # fmt: skip
    states = world.inside("spare", "wait_for_all", "bookingopt-api-1", jobs=jobs, seconds=90)
    assert set(states.values()) == {"completed"}
    ((_, job),) = jobs
    return str(job)


def _watch(world: World) -> None:
    """Run on the host what the runbooks speak of, besides the service; and a Redis outside of Docker."""
    need_images(list(WATCHERS.values()))
    for image in WATCHERS.values():
        world.load("production", image)
    files = " ".join(f"--file infra/compose{name}.yaml" for name in ("", ".prod", ".monitoring"))
    settings = "API_IMAGE=none WORKER_IMAGE=none"
    compose = f"{settings} docker compose --env-file /srv/bookingopt/stage.env {files} --profile monitoring"
    world.as_root("production", f"{compose} up --detach --no-deps {' '.join(WATCHERS)}")
    install = "apt-get install --quiet=2 --yes --no-install-recommends redis-server"
    world.as_root("production", f"DEBIAN_FRONTEND=noninteractive {install} 2>&1")


def _type_on_host(world: World, text: str, job: str) -> None:
    """Type a command that a page has."""
    line = next(line for line in commands_at(Place.HOST) if line.text == text)
    _type(world, line, job)


def _type(world: World, line: Line, job: str) -> None:
    """Run a command: as root on the host, or here if it is ssh that is called."""
    api = world.container("production", "api")
    names = {
        "api": api,
        "container": f"exec {api}",
        "deployer": f"deploy@{domain('production')}",
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
            wait_until(answers, seconds=30)
        finally:
            printed = tunnel.communicate("")[0]
    judge(line, tunnel.returncode, printed)
