"""What the pages tell to type beside a stack is typed beside one, and says what it must."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from conftest import free_port
from tests.docs.places import Place, commands_at, judge, substituted
from tests.integration.engine import WATCHER_IMAGES, docker, need_images
from tests.integration.stack import Stack, ended, soon, submit

if TYPE_CHECKING:
    from tests.docs.typed import Line

pytestmark = pytest.mark.integration

PORTS = ("HTTP_PORT", "HTTPS_PORT", "PROMETHEUS_PORT", "ALERTMANAGER_PORT", "GRAFANA_PORT")
# Grafana is in its registry alone, which not every machine reaches; its queries are tested.
WITHOUT_GRAFANA = f"--profile monitoring up --detach --wait {' '.join(WATCHER_IMAGES)}"
FIRST_PAGE = "docs/how-to/run-the-stack.md"
DOWN = "docker compose -f infra/compose.yaml down"


@pytest.fixture(scope="module")
def places(session_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Stack]]:
    """Return two stacks that are not up, in the clone of the first one: one for itself, one to look from."""
    need_images(list(WATCHER_IMAGES.values()))
    metrics = tmp_path_factory.mktemp("metrics")
    metrics.chmod(0o755)
    made = []
    for name in ("pages", "outside"):
        ports = {port: str(free_port()) for port in PORTS}
        settings = ports | {"METRICS_DIR": str(metrics)}
        made.append(Stack(session_stack.clone, f"{session_stack.project}-{name}", settings))
    yield made
    for stack in made:
        _remove(stack.project)


@pytest.mark.timeout(400)
def test_a_reader_runs_stops_scales_and_watches_the_stack(places: list[Stack], hotel: bytes) -> None:
    """The page that starts it comes first; what it stops is gone, and the jobs are there again afterwards."""
    stack = places[0]
    lines = commands_at(Place.STACK)
    first = [line for line in lines if line.page == FIRST_PAGE]
    job = ""
    for line in first:
        _type(stack, line, {})
        if line.text == DOWN:
            assert not stack.containers("api")
        job = job or _plan(stack, hotel)
    with stack.client(X_User_ID="reader") as client:
        assert client.get(f"/api/v1/jobs/{job}").json()["status"] == "completed"
    names = {"project": f"-p {stack.project} ", "job": _plan(stack, hotel), "monitoring": WITHOUT_GRAFANA}
    for line in lines:
        if line not in first:
            _type(stack, line, names)
    ask = ("exec", "alertmanager", "amtool", "alert", "query", "Drill")
    where = "--alertmanager.url=http://127.0.0.1:9093"
    assert "A drill" in docker("compose", "--project-name", stack.project, *ask, where)


def test_a_reader_probes_the_site_from_another_machine(places: list[Stack]) -> None:
    stack = places[1]
    for line in commands_at(Place.OUTSIDE):
        _type(stack, line, {})
    running = ("compose", "--project-name", stack.project, "ps", "--services", "--status", "running")
    soon(lambda: {"alertmanager", "blackbox", "uptime"} == set(docker(*running).split()))
    site = ("exec", "uptime", "cat", "/etc/prometheus-targets/site.yml")
    assert "https://your.domain/health" in docker("compose", "--project-name", stack.project, *site)


def _type(stack: Stack, line: Line, names: dict[str, str]) -> None:
    """Run a command in the clone; what the pages leave to Compose, such as ports, is in the environment."""
    settings = stack.settings | {"COMPOSE_PROJECT_NAME": stack.project, "COMPOSE_ANSI": "never"}
    done = subprocess.run(
        ["bash", "-c", substituted(line, names)], cwd=stack.clone, env=os.environ | settings,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    judge(line, done.returncode, done.stdout + done.stderr)


def _plan(stack: Stack, hotel: bytes) -> str:
    with stack.client(X_User_ID="reader") as client:
        job = str(submit(client, hotel).json()["job_id"])
        assert ended(client, job)["status"] == "completed"
    return job


def _remove(project: str) -> None:
    """Remove whatever belongs to a project, from whichever of the Compose files it is."""
    label = f"label=com.docker.compose.project={project}"
    for kind, remove in (("container", ("rm", "--force")), ("network", ("rm",)), ("volume", ("rm",))):
        every = ("--all",) if kind == "container" else ()
        found = docker(kind, "ls", "--quiet", *every, "--filter", label).split()
        if found:
            docker(kind, *remove, *found)
