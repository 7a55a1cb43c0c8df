from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from invoke.context import Context

from conftest import free_port
from tooling.serve import serve

if TYPE_CHECKING:
    from conftest import RedisServer

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "how-to" / "serve-on-one-machine.md").read_text()
HOTEL = (ROOT / "examples" / "ten-rooms.json").read_bytes()
SECONDS = 60.0


@dataclass
class Service:
    """`invoke serve` as somebody at a terminal has it.

    Parameters
    ----------
    data
        Its folder.
    arguments
        Its flags.
    settings
        Its environment, besides that of this process.
    """

    data: Path
    arguments: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        command = [sys.executable, "-m", "invoke", "serve", "--data", str(self.data)]
        if "--port" not in self.arguments:
            command += ["--port", "0"]
        others = {name: value for name, value in os.environ.items() if not name.startswith("REDIS_URL")}
        self.process = subprocess.Popen(
            [*command, *self.arguments], cwd=ROOT, env=others | self.settings, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    @property
    def said(self) -> str:
        """Everything that was printed so far."""
        return "\n".join(self.lines)

    @property
    def address(self) -> str:
        """Where it answers, once it says that it is ready."""
        wait(lambda: "is ready:" in self.said or self.process.poll() is not None)
        found = re.search(r"is ready: (\S+)", self.said)
        assert found is not None, self.said
        return found[1]

    def ask(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        """Return the answer to a request; a POST if there is a body."""
        content = None if body is None else {"Content-Type": "application/json"}
        method = "GET" if body is None else "POST"
        answer = httpx2.request(method, self.address + path, content=body, headers=content, timeout=30)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def submit(self) -> str:
        """Return the id of a new job."""
        return str(self.ask("/api/v1/optimize", HOTEL)["job_id"])

    def is_completed(self, job_id: str) -> bool:
        """Return whether a job has its result."""
        return bool(self.ask(f"/api/v1/jobs/{job_id}")["status"] == "completed")

    def children(self) -> dict[str, int]:
        """Return the process of each program."""
        found = {}
        for place in Path("/proc").glob("[0-9]*"):
            try:
                command = (place / "cmdline").read_bytes().decode().split("\0")
                environment = (place / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if f"DATA_DIR={self.data}\0" in environment and "-m" in command:
                found[command[command.index("-m") + 1]] = int(place.name)
        found.pop("invoke", None)
        return found

    def interrupt(self) -> int:
        """Press Ctrl-C and return how it ended."""
        os.killpg(self.process.pid, signal.SIGINT)
        code = self.process.wait(SECONDS)
        self.reader.join(10)
        return code

    def end(self) -> None:
        """Kill what is left."""
        self.process.kill()
        self.process.wait()
        self.reader.join(10)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.lines.append(line.rstrip("\n"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    """Return what starts the service in a folder of the test."""
    started = []

    def call(*arguments: str, **settings: str) -> Service:
        started.append(Service(tmp_path / "data", arguments, settings))
        return started[-1]

    yield call
    for one in started:
        one.end()


def wait(is_it: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_it():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_job_is_done_and_ctrl_c_ends_everything(start: Callable[..., Service]) -> None:
    service = start()
    job_id = service.submit()
    wait(lambda: service.is_completed(job_id))
    assert service.ask(f"/api/v1/jobs/{job_id}")["result"]["success"] is True
    assert len(service.children()) >= 2
    assert service.interrupt() == 0
    assert service.children() == {}
    assert "Traceback" not in service.said
    assert "job completed: optimal by cvxpy in" in service.said
    assert "\n".join(service.lines[-2:]).count("stopped (given_back all)") == 1


def test_the_commands_of_the_page_work_as_they_are_written(
    start: Callable[..., Service], tmp_path: Path
) -> None:
    service = start()
    (tmp_path / "examples").symlink_to(ROOT / "examples")

    def here(text: str) -> str:
        return text.replace("http://127.0.0.1:8000", service.address)

    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", here(program)], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout == "completed True\n"
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed here")
    posted, polled, drawn = re.findall(r"^\$ (curl .*)$", PAGE, re.MULTILINE)
    job_id = json.loads(_shell(here(posted), tmp_path))["job_id"]
    wait(lambda: service.is_completed(job_id))
    assert json.loads(_shell(here(polled).replace("JOB_ID", job_id), tmp_path))["result"]["success"] is True
    _shell(here(drawn).replace("JOB_ID", job_id), tmp_path)
    assert "<svg" in (tmp_path / "plan.svg").read_text()


def _shell(command: str, folder: Path) -> str:
    done = subprocess.run(["sh", "-c", command], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_a_worker_that_is_killed_comes_back_and_its_job_ends(start: Callable[..., Service]) -> None:
    service = start(JOB_LEASE="2", WORKER_BEAT="0.5", JOB_REDELIVERY="2", WORKER_SWEEP="0.5")
    _ = service.address
    os.kill(service.children()["bookingopt_worker.consumer"], signal.SIGKILL)
    job_id = service.submit()
    wait(lambda: service.is_completed(job_id))
    assert "worker was ended by SIGKILL; started again in 0.5 s" in service.said
    assert service.interrupt() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a process to its parent")
def test_nothing_is_left_when_the_supervisor_is_killed(start: Callable[..., Service]) -> None:
    service = start()
    _ = service.address
    assert service.children()
    service.process.kill()
    wait(lambda: not service.children())


def test_what_was_not_done_is_done_after_the_next_start(start: Callable[..., Service]) -> None:
    first = start(WORKER_SOLVE="time:sleep")  # a worker that can do nothing right
    job_ids = [first.submit() for _ in range(3)]
    assert first.interrupt() == 0
    second = start()
    assert {job["job_id"] for job in second.ask("/api/v1/jobs")["jobs"]} == set(job_ids)


def test_on_redis(start: Callable[..., Service], redis_server: RedisServer) -> None:
    service = start("--redis", redis_server.url)
    job_id = service.submit()
    wait(lambda: service.is_completed(job_id))
    with redis_server.client() as client:
        assert client.exists(f"bookingopt:job:{job_id}")
    assert service.interrupt() == 0
    assert not (service.data / "jobs.db").exists()


def test_a_port_in_use_and_a_wrong_setting_are_said_in_one_sentence(start: Callable[..., Service]) -> None:
    service = start()
    port = service.address.rpartition(":")[2]
    second = start("--port", port)
    assert second.process.wait(SECONDS) == 1
    second.reader.join(10)
    assert f"serve: port {port} of 127.0.0.1 is in use" in second.said
    wrong = start(WORKER_BEAT="never")
    assert wrong.process.wait(SECONDS) == 1
    wrong.reader.join(10)
    assert "WORKER_BEAT" in wrong.said
    assert "serve: worker did not start" in wrong.said
    assert "Traceback" not in second.said + wrong.said


def test_the_port_of_the_environment_counts_and_no_folder_is_left_untracked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    monkeypatch.setenv("API_PORT", str(port))
    serve.body(Context(), data=str(tmp_path / "data"), dry_run=True)
    assert f"API on http://127.0.0.1:{port}" in capsys.readouterr().out
    other = free_port()
    serve.body(Context(), str(other), data=str(tmp_path / "data"), dry_run=True)
    assert f"http://127.0.0.1:{other}" in capsys.readouterr().out
    monkeypatch.setenv("API_PORT", "eighty")
    with pytest.raises(SystemExit, match="serve: invalid literal"):
        serve.body(Context(), data=str(tmp_path / "data"), dry_run=True)
    ignored = subprocess.run(
        ["git", "check-ignore", "bookingopt-data/"], cwd=ROOT, check=False, capture_output=True
    )
    assert ignored.returncode == 0
