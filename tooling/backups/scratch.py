"""A temporary Redis server, for reading a snapshot."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from tooling.backups.damage import DamagedBackup

HOST = "127.0.0.1"
DEFAULT_IMAGE = "redis:8.0"
LOAD_SECONDS = 120.0

IsAlive = Callable[[], bool]
_OPTIONS = ("--appendonly", "no", "--save", "", "--dbfilename", "dump.rdb", "--maxmemory", "0")


def local_server() -> str | None:
    """Return the server program of this machine; None if it has none."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


@contextmanager
def scratch_server(snapshot: Path, folder: Path, image: str = "") -> Iterator[str]:
    """Yield the address of a server that holds a snapshot, and remove the server afterwards.

    Parameters
    ----------
    snapshot
        The snapshot, unpacked.
    folder
        An empty folder for the server.
    image
        Image whose server is used; empty for the program of this machine, or for `DEFAULT_IMAGE` if it has
        none.

    Raises
    ------
    DamagedBackup
        If the server does not load the snapshot.
    """
    program = None if image else local_server()
    started = _in_container(snapshot, image or DEFAULT_IMAGE) if program is None else None
    if program is not None:
        started = _on_this_machine(program, snapshot, folder)
    assert started is not None  # noqa: S101 - one of the two
    with started as (port, is_alive):
        url = f"redis://{HOST}:{port}/0"
        _wait_until_loaded(url, is_alive)
        yield url


@contextmanager
def _on_this_machine(program: str, snapshot: Path, folder: Path) -> Iterator[tuple[int, IsAlive]]:
    shutil.copyfile(snapshot, folder / "dump.rdb")
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    listen = ("--bind", HOST, "--port", str(port), "--dir", folder, "--logfile", folder / "log")
    with subprocess.Popen([program, *listen, *_OPTIONS], stdin=subprocess.DEVNULL) as server:
        try:
            yield port, lambda: server.poll() is None
        finally:
            server.kill()


@contextmanager
def _in_container(snapshot: Path, image: str) -> Iterator[tuple[int, IsAlive]]:
    server = 'exec "$(command -v redis-server || command -v valkey-server)" "$@"'
    options = ("--dir", "/tmp", "--protected-mode", "no", *_OPTIONS)  # noqa: S108 - of the container
    name = _docker(
        *("create", "--publish", f"{HOST}::6379", "--entrypoint", "sh"),
        *(image, "-c", server, "server", *options),
    )
    try:
        _docker("cp", str(snapshot), f"{name}:/tmp/dump.rdb")
        _docker("start", name)
        port = int(_docker("port", name, "6379/tcp").splitlines()[0].rpartition(":")[2])
        yield port, lambda: _docker("inspect", "--format", "{{.State.Running}}", name) == "true"
    finally:
        _docker("rm", "--force", "--volumes", name)


def _wait_until_loaded(url: str, is_alive: IsAlive) -> None:
    deadline = time.monotonic() + LOAD_SECONDS
    with Redis.from_url(url, retry=Retry(NoBackoff(), 0), socket_timeout=5) as client:
        while True:
            try:
                client.ping()
            except RedisError as error:
                if time.monotonic() > deadline or not is_alive():
                    raise DamagedBackup(f"a server could not load the snapshot: {error}") from error
                time.sleep(0.05)
            else:
                return


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise DamagedBackup(f"docker {arguments[0]}: {done.stderr.strip()}")
    return done.stdout.strip()
