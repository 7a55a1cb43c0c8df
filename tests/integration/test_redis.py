"""The store as the stack configures it, on Redis and on Valkey: who may do what, and what outlives it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, ResponseError
from redis.retry import Retry
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from bookingopt_api.keys import open_keyring
from job_ledger import Ending, JobOutcome, JobState, LedgerRules, NewJob, open_store
from job_ledger.queue import open_queue
from tests.integration.engine import ROOT
from tests.integration.stack import LOOPBACK, soon
from tooling.stack import REDIS_USERS, make_secrets

pytestmark = pytest.mark.integration

IMAGES = ("redis:8.0", "valkey/valkey:8.1")
_ONCE = Retry(NoBackoff(), 0)
CONFIGURATION = ROOT / "infra" / "redis" / "redis.conf"
# What would harm everybody, or show what is not one's own.
DENIED = (
    "FLUSHALL",
    "FLUSHDB",
    "KEYS *",
    "CONFIG GET maxmemory",
    "CONFIG SET maxmemory 0",
    "DEBUG SLEEP 0",
    "SHUTDOWN NOSAVE",
    "ACL LIST",
    "ACL SETUSER intruder on",
    "MODULE LIST",
    "MONITOR",
    "REPLICAOF 127.0.0.1 1",
    "CLIENT KILL TYPE normal",
    "SCRIPT FLUSH",
    "FUNCTION LIST",
    "MIGRATE 127.0.0.1 1 key 0 1",
    "SORT key",
    "SAVE",
    "BGREWRITEAOF",
)


class Server:
    """A server with the configuration of the stack.

    Parameters
    ----------
    image
        Which.
    folder
        Where its secrets are made.
    """

    def __init__(self, image: str, folder: Path) -> None:
        make_secrets(folder)
        self._secrets = folder
        self.container = (
            DockerContainer(image)
            .with_volume_mapping(str(CONFIGURATION), "/etc/redis/redis.conf", "ro")
            .with_volume_mapping(str(folder / "redis_users"), "/run/secrets/redis_users", "ro")
            .with_command("/etc/redis/redis.conf --maxmemory 64mb")
            .with_exposed_ports(6379)
            .waiting_for(LogMessageWaitStrategy("Ready to accept connections"))
        )

    def url(self, user: str) -> str:
        """Return the address for a user."""
        password = (self._secrets / f"redis_password_{user}").read_text().strip()
        return f"redis://{user}:{password}@{LOOPBACK}:{self.container.get_exposed_port(6379)}/0"

    def client(self, user: str) -> redis.Redis:
        """Return a client of a user."""
        return redis.Redis.from_url(self.url(user), retry=_ONCE)

    def kill_and_start(self) -> None:
        """End the server as a crash would, and start it on the data it has."""
        wrapped = self.container.get_wrapped_container()
        wrapped.kill()
        wrapped.start()
        self.container.reload()  # the port is another one
        soon(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(self.client("health").ping())
        except redis.RedisError:
            return False


@pytest.fixture(scope="module", params=IMAGES)
def server(
    request: pytest.FixtureRequest, engine: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Return a server of each image."""
    assert engine is None
    testcontainers_config.ryuk_disabled = True  # another image; what is started here is removed here
    server = Server(request.param, tmp_path_factory.mktemp("secrets") / "made")
    with server.container:
        yield server


def test_a_job_outlives_the_server_that_is_killed(server: Server) -> None:
    """What a script writes comes back as well: the server replays it without being anybody."""
    rules, secret = LedgerRules(), secrets.token_urlsafe(16)
    accepting, doing = open_store(server.url("api"), rules), open_store(server.url("worker"), rules)
    queue, taking = open_queue(server.url("api"), secret), open_queue(server.url("worker"), secret)
    finished = accepting.accept(NewJob("ann", "one", b"a document", idempotency_key="key")).job
    queued = accepting.accept(NewJob("ann", "two", b"another")).job
    assert finished is not None
    assert queued is not None
    outcome = JobOutcome(succeeded=True, reason="optimal", limit="none", backend="highs")
    claim = doing.claim(finished.job_id)
    assert claim is not None
    assert doing.finish(claim, Ending(JobState.COMPLETED, b"a result", outcome)) is JobState.COMPLETED
    assert queue.deliver(queued.job_id)
    server.kill_and_start()
    accepting, doing = open_store(server.url("api"), rules), open_store(server.url("worker"), rules)
    assert accepting.result(finished.job_id) == b"a result"
    assert accepting.document(queued.job_id) == b"another"
    assert open_queue(server.url("worker"), secret).waiting() == [queued.job_id]
    assert doing.statistics().queued == 1
    for opened in (queue, taking):
        opened.close()


@pytest.mark.parametrize("user", REDIS_USERS)
def test_nobody_may_do_harm(server: Server, user: str) -> None:
    client = server.client(user)
    assert client.ping()
    allowed = {"exporter": {"CONFIG GET maxmemory"}}.get(user, set())
    for command in DENIED:
        if command not in allowed:
            with pytest.raises(ResponseError, match=r"permission|DEBUG command not allowed"):
                client.execute_command(*command.split())  # type: ignore[no-untyped-call] # theirs


def test_only_those_who_work_may_write(server: Server) -> None:
    for user in ("health", "exporter", "backup"):
        with pytest.raises(NoPermissionError):
            server.client(user).set("bookingopt:job:1", "changed")
    for user in ("api", "worker", "remote"):
        with pytest.raises(NoPermissionError):
            server.client(user).set("elsewhere", "changed")


def test_the_keys_of_callers_are_for_the_api_alone(server: Server) -> None:
    made = open_keyring(server.url("api")).create("ann", "front desk")
    assert open_keyring(server.url("api")).authenticate(made.text) is not None
    for user in ("worker", "remote", "exporter", "health"):
        with pytest.raises(NoPermissionError):
            server.client(user).hgetall(f"bookingopt:api_key:{made.key_id}")
        with pytest.raises(NoPermissionError):
            server.client(user).smembers("bookingopt:api_keys")


def test_who_does_not_log_in_is_nobody(server: Server) -> None:
    port = int(server.container.get_exposed_port(6379))
    with pytest.raises(AuthenticationError):
        redis.Redis(host=LOOPBACK, port=port, retry=_ONCE).get("bookingopt:counters")
    with pytest.raises(AuthenticationError):
        redis.Redis(host=LOOPBACK, port=port, username="default", password="", retry=_ONCE).ping()


def test_the_exporter_and_the_backup_get_what_they_need(server: Server) -> None:
    exporter = server.client("exporter")
    assert exporter.info("memory")["maxmemory"] == 64 * 1024 * 1024
    assert exporter.config_get("appendfsync") == {"appendfsync": "always"}
    backup = server.client("backup")
    assert backup.dbsize() >= 0
    assert backup.lastsave().year > 2000


@pytest.mark.timeout(240)
def test_the_ledger_passes_its_own_tests_on_valkey(engine: None) -> None:
    """On Redis they run anyway: the tests of the ledger start one."""
    assert engine is None
    command = [sys.executable, "-m", "pytest", "-q", "-m", "integration", "packages/job-ledger"]
    settings = os.environ | {"BOOKINGOPT_TEST_REDIS": f"container:{IMAGES[1]}"}
    done = subprocess.run(command, cwd=ROOT, env=settings, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "skipped" not in done.stdout.splitlines()[-1]
