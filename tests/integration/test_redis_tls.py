"""Redis over TLS as the stack configures it: jobs are done through it, and strangers are refused by name."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from testcontainers.core.config import testcontainers_config
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from job_ledger import JobState, LedgerRules, NewJob, open_store
from job_ledger.queue import open_queue
from job_ledger.redis_tls import RedisTls, complete_address
from tests.integration.engine import ROOT
from tests.integration.stack import LOOPBACK, soon
from tests.integration.test_redis import Server
from tooling.authority import AUTHORITY, SERVER, client_name, make_authority

pytestmark = pytest.mark.integration

IMAGES = ("redis:8.0", "valkey/valkey:8.1")
HOTEL = ROOT / "examples" / "ten-rooms.json"
PROGRAMS = {"worker": "bookingopt_worker.consumer", "api": "bookingopt_api.server"}
SECRET = secrets.token_urlsafe(32)
WORKER = client_name("worker2")


class TlsServer(Server):
    """A server that listens with TLS, by the files of the stack.

    Parameters
    ----------
    image
        Which.
    folder
        Where its secrets are made, and those of a stranger.
    """

    def __init__(self, image: str, folder: Path) -> None:
        self.folder, self.stranger = folder / "made", folder / "stranger"
        super().__init__(image, self.folder)
        for place in (self.folder, self.stranger):
            make_authority(place, LOOPBACK, ["worker2"])
        (
            self.container.with_volume_mapping(
                str(ROOT / "infra/redis/tls.conf"), "/etc/redis/tls.conf", "ro"
            )
            .with_command("/etc/redis/redis.conf --maxmemory 64mb --include /etc/redis/tls.conf")
            .with_exposed_ports(6379, 6380)
            .waiting_for(LogMessageWaitStrategy("Ready to accept connections tls"))
        )
        files = {f"{AUTHORITY}.pem": AUTHORITY, f"{SERVER}.pem": SERVER, f"{SERVER}.key": f"{SERVER}_key"}
        for source, target in files.items():
            self.container.with_volume_mapping(str(self.folder / source), f"/run/secrets/{target}", "ro")

    def settings(self, user: str = "remote", port: int = 6380, scheme: str = "rediss") -> dict[str, str]:
        """Return the settings of a program that comes as a user with a certificate of the authority."""
        place = f"{LOOPBACK}:{self.container.get_exposed_port(port)}"
        return {
            "REDIS_URL": f"{scheme}://{user}@{place}/0",
            "REDIS_PASSWORD_FILE": str(self.folder / f"redis_password_{user}"),
            "REDIS_TLS_CA": str(self.folder / f"{AUTHORITY}.pem"),
            "REDIS_TLS_CERTIFICATE": str(self.folder / f"{WORKER}.pem"),
            "REDIS_TLS_KEY": str(self.folder / f"{WORKER}.key"),
        }

    def url(self, user: str) -> str:
        """Return the address of the ledger for a user, over TLS."""
        given = self.settings(user)
        password = Path(given["REDIS_PASSWORD_FILE"]).read_text().strip()
        files = (Path(given[f"REDIS_TLS_{name}"]) for name in ("CA", "CERTIFICATE", "KEY"))
        return complete_address(given["REDIS_URL"], password, RedisTls(*files))


@pytest.fixture(scope="module", params=IMAGES)
def server(
    request: pytest.FixtureRequest, engine: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TlsServer]:
    """Return a server of each image."""
    assert engine is None
    testcontainers_config.ryuk_disabled = True  # another image; what is started here is removed here
    server = TlsServer(request.param, tmp_path_factory.mktemp("secrets"))
    with server.container:
        yield server


def test_jobs_are_done_by_a_worker_that_comes_over_tls(server: TlsServer) -> None:
    rules = LedgerRules()
    environment = os.environ | _common() | server.settings()
    command = [sys.executable, "-m", PROGRAMS["worker"]]
    with (
        closing(open_store(server.url("api"), rules)) as store,
        closing(open_queue(server.url("api"), SECRET)) as queue,
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as worker,
    ):
        try:
            jobs = []
            for number in range(3):
                job = store.accept(NewJob("ann", f"job {number}", HOTEL.read_bytes())).job
                assert job is not None
                assert queue.deliver(job.job_id)
                jobs.append(job.job_id)
            open_states = {JobState.QUEUED, JobState.RUNNING}

            def states() -> set[JobState]:
                return {found.state for job in jobs if (found := store.get(job)) is not None}

            soon(lambda: not states() & open_states)
            assert states() == {JobState.COMPLETED}
            assert store.statistics().workers == 1
        finally:
            worker.terminate()


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"REDIS_TLS_CERTIFICATE": "none", "REDIS_TLS_KEY": "none"},
            "REDIS_TLS_CERTIFICATE: .*, or wants one; ",
        ),
        (
            {"REDIS_TLS_CERTIFICATE": "{stranger}.pem", "REDIS_TLS_KEY": "{stranger}.key"},
            "REDIS_TLS_CERTIFICATE: the server refuses the certificate of this process.*; name one that",
        ),
        (
            {"REDIS_TLS_CA": "{authority}.pem"},
            "REDIS_TLS_CA: the certificate of the server is not trusted: .*; name that of the authority",
        ),
        ({"REDIS_TLS_CA": "none"}, "REDIS_TLS_CA: the certificate of the server is not trusted: "),
        ({"REDIS_PASSWORD_FILE": "{authority}.pem"}, "REDIS_URL, REDIS_PASSWORD: the server refuses"),
        ({"REDIS_URL": "rediss://remote@localhost:{port}/0"}, "REDIS_TLS_CA: .*'localhost'; .* in REDIS_URL"),
    ],
    ids=["no certificate", "a stranger's", "another authority", "no authority", "password", "name"],
)
def test_who_is_not_trusted_does_not_start_and_is_told_which_setting_is_wrong(
    server: TlsServer, program: str, changed: dict[str, str], message: str
) -> None:
    names = {
        "stranger": server.stranger / WORKER,
        "authority": server.stranger / AUTHORITY,
        "port": server.container.get_exposed_port(6380),
    }
    given = {name: value.format(**names) for name, value in changed.items()}
    _refused(program, server.settings() | given, message)


def test_a_password_is_asked_for_where_tls_is_not(server: TlsServer) -> None:
    """Inside the stack: the first port, without a certificate."""
    given = server.settings("worker", 6379, "redis")
    plain = {name: value for name, value in given.items() if "TLS" not in name}
    wrong = {"REDIS_PASSWORD_FILE": str(server.folder / "redis_password_api")}
    _refused("worker", plain | wrong, "REDIS_URL, REDIS_PASSWORD: the server refuses the user or")


def _common() -> dict[str, str]:
    return {"QUEUE_SECRET": SECRET, "WORKER_METRICS_PORT": "none", "API_PORT": "0"}


def _refused(program: str, settings: dict[str, str], message: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", PROGRAMS[program]], env=os.environ | _common() | settings,
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"bookingopt-{program}: ")
    assert re.search(message, last), last
    assert "Traceback" not in done.stderr
    password = Path(settings["REDIS_PASSWORD_FILE"]).read_text().strip()
    assert password not in done.stderr
