"""The stack as its readers start it, from a clone of its own."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from conftest import free_port
from tests.integration.engine import ROOT, docker

LOOPBACK = "127.0.0.1"
SERVICES = ("nginx", "api", "worker", "redis")
PROGRAMS = Path(__file__).parent / "programs"


@dataclass
class Stack:
    """The containers of one Compose project.

    Parameters
    ----------
    clone
        The checkout it is started from.
    project
        Name of the project.
    settings
        Variables of its Compose files.
    files
        Those files, of the folder infra; the later ones are laid over the first.
    """

    clone: Path
    project: str
    settings: dict[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ("compose.yaml",)

    def compose(self, *arguments: str, told: str = "", **settings: str) -> str:
        """Return what a compose command prints that is told something; settings hold for it alone."""
        files = [part for file in self.files for part in ("--file", str(self.clone / "infra" / file))]
        named = ("--ansi", "never", "--project-name", self.project)
        return docker("compose", *named, *files, *arguments, told=told, settings=self.settings | settings)

    def up(self, *arguments: str, **settings: str) -> None:
        """Start what does not run, and wait until everything is healthy."""
        try:
            self.compose("up", "--wait", "--wait-timeout", "300", *arguments, **settings)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.compose('logs', '--tail', '20')}") from None

    def is_healthy(self) -> bool:
        """Return whether every service has a container that is healthy."""
        here = f"label=com.docker.compose.project={self.project}"
        names = '{{.Label "com.docker.compose.service"}}'
        told = docker("ps", "--filter", here, "--filter", "health=healthy", "--format", names).split()
        return sorted(told) == sorted(SERVICES)

    def containers(self, service: str) -> list[str]:
        """Return the ids of the containers of a service."""
        return self.compose("ps", "--all", "--quiet", service).split()

    def inspect(self, service: str) -> dict[str, Any]:
        """Return everything that the engine knows about the first container of a service."""
        found: list[dict[str, Any]] = json.loads(docker("inspect", self.containers(service)[0]))
        return found[0]

    def kill(self, service: str) -> None:
        """End every container of a service as a crash would."""
        self.compose("kill", "--signal", "KILL", service)

    def logs(self, service: str) -> list[dict[str, Any]]:
        """Return what a service has logged as JSON."""
        lines = [line for one in self.containers(service) for line in docker("logs", one).splitlines()]
        return [json.loads(line) for line in lines if line.startswith("{")]

    def client(self, scheme: str = "https", **headers: str) -> httpx2.Client:
        """Return a client that talks to nginx, and believes its certificate only."""
        port = self.settings["HTTPS_PORT" if scheme == "https" else "HTTP_PORT"]
        usual = self.clone / "infra" / "nginx" / "certificates"
        certificate = Path(self.settings.get("CERTIFICATES_DIR", usual)) / "fullchain.pem"
        return httpx2.Client(
            base_url=f"{scheme}://{LOOPBACK}:{port}",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            verify=ssl.create_default_context(cafile=certificate),
            timeout=120,
            trust_env=False,
        )

    def inside(self, program: str, **told: Any) -> Any:
        """Return what a program of the tests prints, run in the API's container, past nginx."""
        code = (PROGRAMS / f"{program}.py").read_text()
        return json.loads(self.compose("exec", "-T", "api", "python3", "-c", code, told=json.dumps(told)))

    def fresh_limits(self) -> None:
        """Let nginx forget who asked how often: it keeps that in memory."""
        self.compose("restart", "--timeout", "1", "nginx")
        self.up("--no-recreate")


def clone(folder: Path) -> Path:
    """Return a clone of this repository, with what has been changed since its last commit."""
    copy = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, copy], check=True)
    listing = ("git", "ls-files", "-z", "--modified", "--others", "--exclude-standard")
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
        else:
            (copy / name).unlink(missing_ok=True)
    return copy


def build(copy: Path) -> str:
    """Make images, secrets and certificate as the documentation says; return what that prints."""
    command = [sys.executable, "-m", "invoke", "build"]
    done = subprocess.run(command, cwd=copy, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def soon(is_so: Callable[[], bool], seconds: float = 300.0) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {seconds} seconds"
        time.sleep(0.1)


def submit(client: httpx2.Client, document: Mapping[str, Any] | bytes, **options: Any) -> httpx2.Response:
    """Send a problem document, and again where nginx says when."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = {"Content-Type": "application/json"}
    while True:
        answer = client.post("/api/v1/optimize", content=content, headers=headers, params=options)
        if answer.status_code != 429:
            return answer
        time.sleep(float(answer.headers["Retry-After"]))


def ended(client: httpx2.Client, job_id: str, seconds: float = 300.0) -> dict[str, Any]:
    """Return a job once it has ended."""
    found: dict[str, Any] = {}

    def is_ended() -> bool:
        answer = client.get(f"/api/v1/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        found.update(answer.json())
        return found["status"] not in {"queued", "running"}

    soon(is_ended, seconds)
    return found


@contextmanager
def another_stack(
    first: Stack, name: str, files: Sequence[str], services: Sequence[str], **settings: str
) -> Iterator[Stack]:
    """Start some services from the images and the clone of the first stack, for the length of a block."""
    http, https = free_port(), free_port()
    ports = {"HTTP_PORT": str(http), "HTTPS_PORT": str(https)}
    stack = Stack(first.clone, f"bookingopt-{http}-{name}", ports | settings, tuple(files))
    try:
        stack.up(*services)
        yield stack
    finally:
        stack.compose("down", "--volumes", "--timeout", "5", "--remove-orphans")


def running_stack(folder: Path) -> Iterator[Stack]:
    """Build the stack, start it, and remove it with everything it has kept."""
    copy = clone(folder)
    build(copy)
    http, https = free_port(), free_port()
    stack = Stack(copy, f"bookingopt-{http}", {"HTTP_PORT": str(http), "HTTPS_PORT": str(https)})
    try:
        stack.up()
        yield stack
    finally:
        stack.compose("down", "--volumes", "--timeout", "5", "--remove-orphans")
