"""The table of a host: every figure can become bad, silence is bad, a heartbeat means that all is well."""

import ast
import importlib.util
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import pytest

from tooling.deploy.site import Site
from tooling.deploy.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "infra" / "host" / "status.py"
GOOD = """\
# TYPE bookingopt_ledger_up gauge
bookingopt_ledger_up 1.0
bookingopt_workers 2.0
bookingopt_jobs_open{state="queued"} 10.0
bookingopt_jobs_open{state="running"} 2.0
bookingopt_jobs_oldest_queued_seconds 300.0
bookingopt_http_requests_total{method="GET",route="/api/v1/jobs/{job_id}",status="200"} 95.0
bookingopt_http_requests_total{method="GET",route="/api/v1/jobs/{job_id}",status="503"} 5.0
bookingopt_http_requests_total{method="GET",route="/readyz",status="503"} 900.0
bookingopt_job_duration_seconds_count{backend="cvxpy",reason="optimal",state="completed"} 27.0
bookingopt_job_duration_seconds_count{backend="",reason="time-limit",state="failed"} 3.0
bookingopt_job_duration_seconds_bucket{backend="",le="0.1",reason="time-limit",state="failed"} 1.0
"""


@pytest.fixture(scope="module")
def status() -> Iterator[ModuleType]:
    """Return the program as a module."""
    spec = importlib.util.spec_from_file_location("bookingopt_status", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


class Process:
    """A process of the service, as far as it tells metrics."""

    def __init__(self, text: str) -> None:
        self.text = text
        process = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(process.text.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/metrics"
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def process() -> Iterator[Process]:
    """Return a process that says that all is well."""
    made = Process(GOOD)
    yield made
    made.close()


@pytest.fixture
def look(status: ModuleType, process: Process, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that looks once, and returns the exit code and the names of bad figures."""
    backup = tmp_path / "backup.prom"
    backup.write_text(f"bookingopt_backup_last_success_timestamp_seconds {time.time() - 3600}\n")

    def once(*arguments: str) -> tuple[int, set[str]]:
        always = ["--backup-metrics", str(backup), "--without", "disk", "--without", "memory"]
        always += ["--restart-mark", str(tmp_path / "reboot-required")]
        code = status.main(["--metrics", process.url, *always, *arguments])
        lines = capsys.readouterr().out.splitlines()
        return code, {line[5:].split("  ")[0].strip() for line in lines if line.startswith("BAD")}

    return once


pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


def test_all_is_well_up_to_each_limit(look: Any) -> None:
    assert look() == (0, set())


@pytest.mark.parametrize(
    ("told", "instead", "bad"),
    [
        ("bookingopt_ledger_up 1.0", "bookingopt_ledger_up 0.0", {"ledger"}),
        ("bookingopt_workers 2.0", "bookingopt_workers 0.0", {"workers"}),
        ('{state="queued"} 10.0', '{state="queued"} 11.0', {"queue"}),
        ("queued_seconds 300.0", "queued_seconds 301.0", {"oldest job"}),
        ('{job_id}",status="503"} 5.0', '{job_id}",status="503"} 6.0', {"errors"}),
        ('state="failed"} 3.0', 'state="failed"} 4.0', {"failed jobs"}),
        (GOOD, "", {"ledger", "workers", "queue", "oldest job"}),
    ],
)
def test_each_figure_becomes_bad(look: Any, process: Process, told: str, instead: str, bad: set[str]) -> None:
    process.text = process.text.replace(told, instead)
    assert look() == (1, bad)


def test_a_process_that_is_silent_is_bad(look: Any, process: Process) -> None:
    process.server.shutdown()
    process.server.server_close()
    code, bad = look()
    assert code == 1
    assert {"processes", "ledger", "workers"} <= bad


def test_the_ledger_is_not_counted_twice_when_two_processes_tell_of_it(look: Any, process: Process) -> None:
    assert look("--metrics", process.url) == (0, set())


def test_errors_and_failures_are_those_since_the_last_look(
    look: Any, process: Process, tmp_path: Path
) -> None:
    state = ("--state", str(tmp_path / "state.json"))
    process.text = GOOD.replace('status="503"} 5.0', 'status="503"} 50.0')
    assert look(*state) == (1, {"errors"})
    assert look(*state) == (0, set()), "they have been told"
    process.text = process.text.replace('state="failed"} 3.0', 'state="failed"} 5.0')
    assert look(*state) == (0, set()), "two failures are no rate"
    process.text = process.text.replace('state="failed"} 5.0', 'state="failed"} 8.0')
    assert look(*state) == (1, {"failed jobs"})


def test_a_process_that_began_anew_is_counted_from_its_beginning(
    look: Any, process: Process, tmp_path: Path
) -> None:
    state = ("--state", str(tmp_path / "state.json"))
    look(*state)
    process.text = GOOD.replace("95.0", "10.0").replace(
        '{job_id}",status="503"} 5.0', '{job_id}",status="503"} 4.0'
    )
    assert look(*state) == (1, {"errors"})


def test_a_damaged_state_is_begun_anew(look: Any, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text("{broken")
    assert look("--state", str(state)) == (0, set())
    assert json.loads(state.read_text())["counters"]["requests"] == 100


@pytest.mark.parametrize(
    "text", ["", "bookingopt_backup_last_success_timestamp_seconds 1000\n", "# nothing\n"]
)
def test_an_old_backup_or_none_is_bad(look: Any, tmp_path: Path, text: str) -> None:
    (tmp_path / "backup.prom").write_text(text)
    assert look() == (1, {"backup"})


def test_memory_and_disk_are_held_against_their_limits(
    status: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert status._memory().text.endswith("GiB")
    assert status._disk("/").text.endswith("at /")
    monkeypatch.setattr(status, "MOST_MEMORY", 0.0)
    monkeypatch.setattr(status, "MOST_DISK", 0.0)
    assert not status._memory().is_good
    assert not status._disk("/").is_good


def test_a_site_that_does_not_answer_is_bad(look: Any, process: Process) -> None:
    url = process.url.replace("http:", "https:")
    assert look("--site", url) == (1, {"certificate"})


def test_docker_that_gives_no_answer_is_bad(
    look: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, bad = look("--docker")
    assert code == 1
    assert {"containers", "processes", "ledger"} <= bad


def test_containers_are_asked_by_their_service(
    look: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A program in Docker's place answers as Docker does, here with a worker that is unhealthy."""
    (tmp_path / "told").write_text(GOOD)
    docker = tmp_path / "docker"
    docker.write_text(
        "#!/bin/sh\n"
        f"case $1 in exec) cat {tmp_path}/told; exit ;; esac\n"
        'for name in nginx redis; do echo "bookingopt|$name|bookingopt-$name-1|Up 2 hours (healthy)"; done\n'
        'echo "bookingopt-blue|api|bookingopt-blue-api-1|Up 2 hours (healthy)"\n'
        'echo "bookingopt-green|api|bookingopt-green-api-1|Exited (0) 2 hours ago"\n'
        'echo "other|worker|other-worker-1|Up 2 hours (unhealthy)"\n'
        'echo "bookingopt-blue|worker|bookingopt-blue-worker-1|${WORKER_IS:-Up 2 hours (healthy)}"\n'
    )
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert look("--docker") == (0, set())
    monkeypatch.setenv("WORKER_IS", "Up 2 hours (unhealthy)")
    assert look("--docker") == (1, {"containers"})
    monkeypatch.setenv("WORKER_IS", "Exited (137) 3 minutes ago")
    assert look("--docker") == (1, {"containers", "processes"})


def test_a_restart_that_is_due_is_bad_and_told_to_the_exporter(
    look: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restarts of containers and errors of nginx itself are told beside it; errors are counted once."""
    log = (
        '{"path":"/health","status":200,"upstream_seconds":"0.1"}',
        '{"path":"/health","status":502,"upstream_seconds":"0.1"}',
        '{"path":"/health","status":503,"upstream_seconds":"0.1"}',
        '{"path":"/health","status":503,"upstream_seconds":""}',
    )
    (tmp_path / "log").write_text("\n".join(log))
    docker = tmp_path / "docker"
    docker.write_text(
        "#!/bin/sh\n"
        f"case $1 in logs) cat {tmp_path}/log ;; ps) echo 'bookingopt|nginx|bookingopt-nginx-1|Up' ;;"
        " inspect) echo /bookingopt-nginx-1 4 ;; esac\n"
    )
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    file = tmp_path / "host.prom"
    arguments = ("--docker", "--metrics-file", str(file), "--state", str(tmp_path / "state.json"))
    assert "restart" not in look(*arguments)[1]
    told = file.read_text()
    assert "bookingopt_host_restart_due 0\n" in told
    assert 'bookingopt_container_restarts_total{container="bookingopt-nginx-1"} 4\n' in told
    assert "bookingopt_nginx_errors_total 2\n" in told
    (tmp_path / "log").write_text(log[1])
    (tmp_path / "reboot-required").touch()
    assert "restart" in look(*arguments)[1]
    assert "bookingopt_host_restart_due 1\n" in file.read_text()
    assert "bookingopt_nginx_errors_total 3\n" in file.read_text()


@pytest.mark.parametrize(
    ("told", "bad"),
    [
        ('[{"labels": {"alertname": "Watchdog"}}, {"labels": {"alertname": "BackupOld"}}]', set()),
        ('[{"labels": {"alertname": "BackupOld"}}]', {"alerts"}),
        ("[]", {"alerts"}),
    ],
)
def test_alertmanager_must_have_the_alert_that_always_fires(look: Any, told: str, bad: set[str]) -> None:
    alertmanager = Process(told)
    address = alertmanager.url.removesuffix("/metrics")
    assert look("--alertmanager", address) == (1 if bad else 0, bad)
    alertmanager.close()
    assert look("--alertmanager", address) == (1, {"alerts"}), "silence is bad"


def test_the_timer_of_a_deployed_host_sends_a_heartbeat_when_all_is_well_and_only_then(
    look: Any, process: Process, status: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With what a deployment writes of the stage; by hand it sends none."""
    asked: list[str] = []
    get = status._get

    def counted(url: str) -> str | None:
        if "/beat" not in url:
            return str(get(url))
        asked.append(url)
        return None

    monkeypatch.setattr(status, "_get", counted)
    monkeypatch.setattr(status, "_site", lambda *_: status.Figure("certificate", "", is_good=True))
    monkeypatch.setattr(status, "_list_containers", lambda _: [])
    monkeypatch.setattr(status, "_ask_containers", lambda _: status._ask_addresses([process.url]))
    monkeypatch.setattr(status, "_containers", lambda _: status.Figure("containers", "", is_good=True))
    monkeypatch.setattr(status, "STAGE", tmp_path / "stage.env")
    stage = Stage(
        name="lab", host="lab", domain="lab.example", images="stream", tls="self-signed",
        watching=(), heartbeat_url="https://watch.example/beat/1",
    )  # fmt: skip
    (tmp_path / "stage.env").write_text(Site(stage).settings())
    assert look("--docker") == (0, set())
    assert asked == []
    state = ("--docker", "--state", str(tmp_path / "state.json"))
    assert look(*state) == (0, set()), "that the outside watcher is away is no fault of the service"
    assert asked == ["https://watch.example/beat/1"]
    process.text = GOOD.replace("bookingopt_workers 2.0", "bookingopt_workers 0.0")
    assert look(*state) == (1, {"workers"})
    assert len(asked) == 1


def test_the_alerts_of_a_deployed_host_are_looked_at_where_it_watches(
    status: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []

    def alerts(url: str) -> Any:
        asked.append(url)
        return status.Figure("alerts", "", is_good=True)

    monkeypatch.setattr(status, "_alerts", alerts)
    monkeypatch.setattr(status, "_site", lambda *_: status.Figure("certificate", "", is_good=True))
    monkeypatch.setattr(status, "_docker", lambda *_: None)
    monkeypatch.setattr(status, "STAGE", tmp_path / "stage.env")
    stage = Stage(name="lab", host="lab", domain="lab.example", images="stream", tls="given")
    for stage_that_watches, expected in (
        (stage, ["http://127.0.0.1:9093"]),
        (replace(stage, watching=()), []),
    ):
        asked.clear()
        (tmp_path / "stage.env").write_text(Site(stage_that_watches).settings())
        status.main(["--docker"])
        assert asked == expected


def test_another_stage_on_the_same_machine_is_not_looked_at(
    status: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects = (
        "bookingopt",
        "bookingopt-blue",
        "bookingopt-green",
        "bookingopt-staging",
        "bookingopt-test-blue",
    )
    told = "".join(f"{project}|api|{project}-api-1|Up 2 hours\n" for project in projects)
    monkeypatch.setattr(status, "_docker", lambda *_: told)
    found = [one.name for one in status._list_containers("bookingopt")]
    assert found == ["bookingopt-api-1", "bookingopt-blue-api-1", "bookingopt-green-api-1"]


def test_what_the_service_unit_and_the_documentation_pass_is_known() -> None:
    told = subprocess.run(
        [sys.executable, str(PROGRAM), "--help"], check=True, capture_output=True, text=True
    )
    known = set(re.findall(r"--[a-z-]+", told.stdout))
    bootstrap = (PROGRAM.parent / "bootstrap.sh").read_text()
    page = (ROOT / "docs" / "how-to" / "watch.md").read_text()
    lines = [
        line
        for line in (bootstrap + page).splitlines()
        if "status.py --" in line or "STATUS_ARGUMENTS=" in line
    ]
    flags = set(re.findall(r"--[a-z-]+", "\n".join(lines)))
    assert len(flags) > 2
    assert flags <= known


def test_the_program_needs_nothing_but_an_old_python() -> None:
    """It runs on the host: the standard library of Python 3.9 must do."""
    subprocess.run([sys.executable, "-S", "-E", str(PROGRAM), "--help"], check=True, capture_output=True)
    ast.parse(PROGRAM.read_text(), feature_version=(3, 9))
