"""Fixtures for the tests of every package: a real Redis, a seed, and programs that tests need."""

# ruff: noqa: S603, S607 - it starts the server, and docker, by their names
from __future__ import annotations

import gc
import io
import json
import logging
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from job_ledger.logging import configure_logs

if TYPE_CHECKING:
    # xdist is not typed.
    from xdist.remote import Producer  # type: ignore[import-untyped]
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

LOOPBACK = "127.0.0.1"
# As in production: data is on disk before the answer, and nothing is ever evicted.
DURABLE = ("--appendonly", "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction")
DEFAULT_IMAGE = "valkey/valkey:9.1"
ROOT = Path(__file__).parent
HUNG_SECONDS = 900
"""Time after which an integration test counts as hung, on any machine; its own waits have shorter limits."""
START_SECONDS = 120
"""Time that a server has to answer, on any machine."""
STACK_TESTS = ROOT / "tests" / "integration"


@dataclass
class RedisServer:
    """A Redis or Valkey that a test may kill; it keeps its data and its port.

    Parameters
    ----------
    url
        Its address.
    folder
        Folder of its data.
    program
        The server program.
    image
        Run the server in a container of this image instead; empty for no container.
    """

    url: str
    folder: Path
    program: str = ""
    image: str = ""
    is_ours: bool = True
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _container: str = field(default="", repr=False)

    def client(self) -> Redis:
        """Return a client that does not retry."""
        return Redis.from_url(self.url, socket_timeout=5, retry=Retry(NoBackoff(), 0))

    def start(self) -> None:
        """Start the server on the data it has, and wait until it answers.

        A test may kill it while it starts. It is then started again.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            self._start()
            try:
                return self._wait(deadline)
            except RedisError:
                if not self.is_dead() or time.monotonic() > deadline:
                    raise

    def is_dead(self) -> bool:
        """Return whether the program was started and has ended since; not known of a container."""
        return self._process is not None and self._process.poll() is not None

    def _start(self) -> None:
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
            self._reap()
            self._process = subprocess.Popen([self.program, *listen_on, *files, *DURABLE])

    def kill(self) -> None:
        """Kill the server with SIGKILL, as a crash would."""
        if not self.is_ours:
            pytest.skip("the Redis server that BOOKINGOPT_TEST_REDIS names is not ours to kill")
        if self._container:
            _docker("kill", "--signal", "KILL", self._container)
            _docker("wait", self._container)
        self._reap()

    def remove(self) -> None:
        """Stop the server for good."""
        if self._container:
            _docker("rm", "--force", "--volumes", self._container)
        elif self._process is not None:
            self.kill()

    def _reap(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _wait(self, deadline: float) -> None:
        with self.client() as client:
            while True:
                try:
                    client.ping()
                except RedisError:
                    if self.is_dead() or time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)
                else:
                    return


def pytest_collection_finish() -> None:
    """Exclude imported objects from garbage collections, which then take milliseconds."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _collect_garbage() -> Iterator[None]:
    """Collect garbage at the end of a module, so that its unclosed resources fail one of its own tests.

    Otherwise the collection would happen in a later test, and fail that one instead.
    """
    yield
    gc.collect()


@pytest.fixture(scope="session")
def redis_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """Start the Redis that BOOKINGOPT_TEST_REDIS names.

    It is ``local`` (the default: the program of this machine, installed from Debian if missing),
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
def lines() -> Iterator[Callable[[], list[dict[str, object]]]]:
    """Configure the log as the programs do, return what reads its lines, and put everything back."""
    root, huey = logging.getLogger(), logging.getLogger("huey")
    before = (root.handlers[:], root.level, huey.level)
    stream = io.StringIO()
    configure_logs("INFO", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level, huey.level = before
    root.setLevel(before[1])
    structlog.reset_defaults()


@pytest.fixture
def redis_server(redis_session: RedisServer) -> RedisServer:
    """Return the server, running, empty and with its usual settings."""
    try:
        client = redis_session.client()
        client.ping()
    except RedisError:  # an earlier test has killed it
        redis_session.start()
    client.config_set("maxmemory", 0)
    client.flushall()
    client.close()
    return redis_session


@pytest.fixture
def seed() -> int:
    """Return the random seed of a test: a new one each time, or that of the environment."""
    chosen = os.environ.get("BOOKINGOPT_TEST_SEED")
    drawn = random.SystemRandom().randrange(2**32) if chosen is None else int(chosen)
    print(f"BOOKINGOPT_TEST_SEED={drawn}")  # noqa: T201 - so that a failure can be repeated
    return drawn


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Allow integration tests to connect to this machine only, with a generous timeout."""
    for item in items:
        if item.get_closest_marker("integration"):
            item.add_marker(pytest.mark.allow_hosts([LOOPBACK]))
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(HUNG_SECONDS))


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """With ``--dist=loadgroup``, run tests that share a server in one process, so that it starts once.

    The tests of the stack of containers are one group, and those of each other module are one. `xdist_group`
    marks cannot do this: xdist 3.8 adds them to the private name of a test, which pytest 9.2 ignores.
    """
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Places(LoadScopeScheduling):  # type: ignore[misc]  # its base is not typed
        def _split_scope(self, nodeid: str) -> str:
            return place_of(nodeid)

    return Places(config, log)


def place_of(nodeid: str) -> str:
    """Return the group of a test: the stack of containers, or its module."""
    module = nodeid.partition("::")[0]
    stack = STACK_TESTS.relative_to(ROOT).as_posix()
    return stack if module.startswith(f"{stack}/") else module


def free_port() -> int:
    """Return a free port outside the range of ports that the system assigns to connections.

    That range begins at 32,768 (Linux) or 49,152 (macOS). A port from it that is free now may be in use when
    a container that publishes it has started, or when a server that a test killed comes back.
    """
    draw = random.SystemRandom()  # other processes draw from the same ports, and tests may use equal seeds
    while True:
        port = draw.randrange(10_000, 32_768)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind((LOOPBACK, port))
                return port


def lacking(what: str, remedy: str, *, given_in: str = "CI") -> NoReturn:
    """Skip a test for something that this machine lacks, or fail it where everything must be installed.

    Parameters
    ----------
    what
        What is missing, and what for.
    remedy
        What to do about it.
    given_in
        Environment variable that is set where it must be installed. Only on Linux: elsewhere CI has no
        engine.
    """
    if os.environ.get(given_in) and sys.platform == "linux":
        pytest.fail(f"{what}, though {given_in} is set: {remedy}", pytrace=False)
    pytest.skip(f"{what}: {remedy}")


def find_or_install_redis() -> str:
    """Return the server program; if it is missing and may be installed, it is installed from Debian."""
    found = _find_or_install("redis-server", "redis-server", "valkey-server")
    if found is None:
        lacking("no redis-server here", "install it, or set BOOKINGOPT_TEST_REDIS=container or to an address")
    return found


def find_or_install_restic() -> str:
    """Return the restic program; if it is missing and may be installed, it is installed from Debian."""
    found = _find_or_install("restic", "restic")
    if found is None:
        lacking("no restic here, so backups are not tried", "install it")
    return found


def _find_or_install(package: str, *programs: str) -> str | None:
    """Return the first of the programs that is found, after installing its package if that is allowed.

    It is allowed as root, and in CI with sudo, because its machines are temporary and sudo needs no password.
    """
    found = next(filter(None, map(shutil.which, programs)), None)
    is_root, is_ci = os.geteuid() == 0, bool(os.environ.get("CI"))
    if found is None and shutil.which("apt-get") and (is_root or (is_ci and shutil.which("sudo"))):
        # At run level 1 a package does not start its server.
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
