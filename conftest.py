"""A real Redis and a seed, for the integration tests of every package."""

# ruff: noqa: S603, S607 - it starts the server, and docker, by their names
from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

LOOPBACK = "127.0.0.1"
# What production runs with: on disk before the answer, and nothing is ever evicted.
DURABLE = ("--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction")
DEFAULT_IMAGE = "valkey/valkey:9.1"
ROOT = Path(__file__).parent
STACK_TESTS = ROOT / "tests" / "integration"


@dataclass
class RedisServer:
    """A Redis or Valkey that a test may kill; it keeps its data and its port.

    Parameters
    ----------
    url
        Its address.
    folder
        Where its data are.
    program
        The server program.
    image
        Run the server in a container of this image instead; empty for none.
    """

    url: str
    folder: Path
    program: str = ""
    image: str = ""
    is_ours: bool = True
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _container: str = field(default="", repr=False)

    def client(self) -> Redis:
        """Return a client that does not repeat anything by itself."""
        return Redis.from_url(self.url, socket_timeout=5, retry=Retry(NoBackoff(), 0))

    def start(self) -> None:
        """Start the server on the data it has, and wait until it answers."""
        port = self.url.rpartition(":")[2].partition("/")[0]
        if self._container:
            _docker("start", self._container)
        elif self.image:
            listen = f"{LOOPBACK}:{port}:6379"
            program = "valkey-server" if "valkey" in self.image else "redis-server"
            self._container = _docker("run", "--detach", "--publish", listen, self.image, program, *DURABLE)
        elif self.program:
            files = ("--dir", str(self.folder), "--logfile", str(self.folder / "redis.log"))
            listen_on = ("--bind", LOOPBACK, "--port", port)
            self._process = subprocess.Popen([self.program, *listen_on, *files, *DURABLE])
        self._wait()

    def kill(self) -> None:
        """Kill the server with SIGKILL, as a crash would."""
        if not self.is_ours:
            pytest.skip("the Redis server that BOOKINGOPT_TEST_REDIS names is not ours to kill")
        if self._container:
            _docker("kill", "--signal", "KILL", self._container)
            _docker("wait", self._container)
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        """Stop the server for good."""
        if self._container:
            _docker("rm", "--force", "--volumes", self._container)
        elif self._process is not None:
            self.kill()

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        with self.client() as client:
            while True:
                try:
                    client.ping()
                except RedisError:
                    if time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)
                else:
                    return


@pytest.fixture(scope="session")
def redis_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """Start the Redis that BOOKINGOPT_TEST_REDIS asks for.

    It is ``local`` (the default: the program of this machine, installed from Debian where it is missing),
    ``container``, ``container:IMAGE``, or the address of a server whose data may be deleted.
    """
    wanted = os.environ.get("BOOKINGOPT_TEST_REDIS", "local")
    folder = tmp_path_factory.mktemp("redis")
    if "://" in wanted:
        server = RedisServer(wanted, folder, is_ours=False)
    elif wanted == "local":
        server = RedisServer(f"redis://{LOOPBACK}:{free_port()}/0", folder, program=find_or_install_redis())
    elif wanted.partition(":")[0] == "container":
        image = wanted.partition(":")[2] or DEFAULT_IMAGE
        server = RedisServer(f"redis://{LOOPBACK}:{free_port()}/0", folder, image=image)
    else:
        raise ValueError(f"BOOKINGOPT_TEST_REDIS={wanted!r}: local, container, container:IMAGE or an address")
    server.start()
    yield server
    server.remove()


@pytest.fixture
def redis_server(redis_session: RedisServer) -> RedisServer:
    """Return the server, running, empty and with its usual settings."""
    try:
        client = redis_session.client()
        client.ping()
    except RedisError:  # the test before has killed it
        redis_session.start()
    client.config_set("maxmemory", 0)
    client.flushall()
    client.close()
    return redis_session


@pytest.fixture
def seed() -> int:
    """Return what decides all that a test draws: another one each time, or that of the environment."""
    chosen = os.environ.get("BOOKINGOPT_TEST_SEED")
    drawn = random.SystemRandom().randrange(2**32) if chosen is None else int(chosen)
    print(f"BOOKINGOPT_TEST_SEED={drawn}")  # noqa: T201 - so that a failure can be repeated
    return drawn


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let integration tests talk to this machine, and to no other; keep together what shares a server.

    All tests of the stack of containers go to one process, where several are used, and so do the tests
    of one module: what they start is started once.
    """
    for item in items:
        if item.get_closest_marker("integration"):
            item.add_marker(pytest.mark.allow_hosts([LOOPBACK]))
            place = STACK_TESTS if STACK_TESTS in item.path.parents else item.path
            item.add_marker(pytest.mark.xdist_group(str(place.relative_to(ROOT))))


def free_port() -> int:
    """Return a port that nobody has, and that no connection is given before it is taken.

    What the system itself gives away begins at 32,768 (Linux) or 49,152 (macOS): a port from there, found
    free now, may be somebody's own when a container that is to publish it has started, or a server killed
    by a test comes back.
    """
    draw = random.SystemRandom()  # other processes draw from the same ports, and seeds are alike in tests
    while True:
        port = draw.randrange(10_000, 32_768)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((LOOPBACK, port))
                return port


def lacking(what: str, remedy: str, *, given_in: str = "CI") -> NoReturn:
    """Name what this machine lacks: what needs it is skipped, but fails where everything is given.

    Parameters
    ----------
    what
        What is lacking, and what for.
    remedy
        What to do about it.
    given_in
        Variable of the environment that is set where it must be there. On Linux: elsewhere CI has no engine.
    """
    if os.environ.get(given_in) and sys.platform == "linux":
        pytest.fail(f"{what}, though {given_in} is set: {remedy}", pytrace=False)
    pytest.skip(f"{what}: {remedy}")


def find_or_install_redis() -> str:
    """Return the server program, from Debian where this machine has none and we may install it."""
    found = _find_or_install("redis-server", "redis-server", "valkey-server")
    if found is None:
        lacking("no redis-server here", "install it, or set BOOKINGOPT_TEST_REDIS=container or to an address")
    return found


def find_or_install_age() -> str:
    """Return the program that encrypts backups, from Debian where this machine has none."""
    found = _find_or_install("age", "age")
    if found is None:
        lacking("no age here, so backups are not tried encrypted", "install it")
    return found


def _find_or_install(package: str, *programs: str) -> str | None:
    """Return the first of the programs that is here, after its package was installed if we may do that.

    We may as root, and in CI by sudo: its machines are thrown away, and nobody is asked for a password.
    """
    found = next(filter(None, map(shutil.which, programs)), None)
    is_root, is_ci = os.geteuid() == 0, bool(os.environ.get("CI"))
    if found is None and shutil.which("apt-get") and (is_root or (is_ci and shutil.which("sudo"))):
        # At run level 1 a package starts no server of its own.
        quietly = ("env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get")
        for command in (("update",), ("install", "--yes", "--no-install-recommends", package)):
            subprocess.run(
                [*(() if is_root else ("sudo", "--non-interactive")), *quietly, *command],
                check=True, capture_output=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        found = next(filter(None, map(shutil.which, programs)), None)
    return found


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()
