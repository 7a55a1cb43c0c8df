#!/usr/bin/env python3
"""Print how the service is. The timer on a host also reports to an outside watcher that all is well.

One file that needs Python 3.9 and nothing else, so that it runs on the host as it is. Exit code 0 if every
figure is good, 1 if one is bad. Mail is sent by Alertmanager alone.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROCESSES = {"api": 8000, "worker": 9101}
"""Services that export metrics, and their ports."""
STAGE = Path(__file__).resolve().parents[3] / "stage.env"
"""What a deployment writes of the stage, two folders above ``infra``; elsewhere there is no such file."""
BACKUP_METRICS = Path("/var/lib/bookingopt/metrics/backup.prom")
MOST_QUEUED = 10
LONGEST_WAIT_SECONDS = 300
MOST_ERRORS, MOST_FAILED = 0.05, 0.1
FEWEST_ERRORS = FEWEST_FAILED = 3
MOST_MEMORY, MOST_DISK = 0.9, 0.8
OLDEST_BACKUP_HOURS = 26
FEWEST_CERTIFICATE_DAYS = 14
TIMEOUT_SECONDS = 10
RESTART_MARK = Path("/run/reboot-required")
"""What Debian leaves after an upgrade that takes effect with the next start of the machine."""
ALERTMANAGER = "http://127.0.0.1:9093"
FIRST_LOG_SECONDS = 300
WATCHDOG = "Watchdog"
"""An alert that always fires: while Alertmanager has it, rules are evaluated and alerts get there."""

_SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
# 502 and 504 are given by nginx alone, and so is any other 5xx without an answer from behind it.
_GATEWAY_ERROR = re.compile(r'"status":(?:502|504|5\d\d(?=,[^\n]*"upstream_seconds":"")),')
_PROBES = {"/health", "/livez", "/readyz", "/metrics"}
# Asked inside the container, because the port is not published.
_ASK = "import sys,urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[1], timeout=8).read())"


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Parameters
    ----------
    name
        What is looked at.
    text
        What was found.
    is_good
        Whether it may stay so.
    """

    name: str
    text: str
    is_good: bool


@dataclass(frozen=True)
class Container:
    """A container of the stack.

    Parameters
    ----------
    service
        What it is in the Compose file.
    name
        Its own name.
    status
        What Docker says of it, such as ``Up 2 hours (healthy)``.
    """

    service: str
    name: str
    status: str

    @property
    def is_up(self) -> bool:
        """Whether it runs."""
        return self.status.startswith("Up")

    @property
    def is_well(self) -> bool:
        """Whether it is healthy, or was stopped on purpose, as those of an old release are."""
        return "unhealthy" not in self.status and not self.status.startswith("Restarting")


Labels = tuple[tuple[str, str], ...]
Metrics = dict[tuple[str, Labels], float]
"""The metrics of one process."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Look, print, write metrics, report if all is well, and return the exit code."""
    options = _parser().parse_args(arguments)
    _fill_in(options)
    before = _recall(options.state)
    containers = _list_containers(options.project) if options.docker else None
    metrics, silent = _ask_containers(containers or []) if options.docker else _ask_addresses(options.metrics)
    counters = {**before, **_counters(metrics)}
    figures = [
        *([_containers(containers)] if options.docker else []),
        *_of_service(metrics, silent, _since(before, counters)),
        _memory(),
        _disk(options.disk),
        _backup(options.backup_metrics),
        _restart(options.restart_mark),
        *([_alerts(options.alertmanager)] if options.alertmanager else []),
        *([_site(options.site, options.ca)] if options.site else []),
    ]
    figures = [figure for figure in figures if figure.name not in options.without]
    sys.stdout.write(_table(figures))
    if options.metrics_file:
        counters.update(_gateway_errors(containers or [], before))
        _write_metrics(options.metrics_file, options.restart_mark, containers or [], counters)
    _remember(options.state, counters)
    is_well = all(figure.is_good for figure in figures)
    if is_well and options.heartbeat and _get(options.heartbeat) is None:
        sys.stderr.write("status: HEARTBEAT_URL does not answer\n")
    return 0 if is_well else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add(
        "--metrics",
        action="append",
        metavar="URL",
        help="address of the metrics of a process; may be repeated",
    )
    add("--docker", action="store_true", help="ask the containers of the stack on this machine instead")
    add("--project", default="bookingopt", metavar="NAME", help="their Compose project (bookingopt)")
    add("--site", metavar="URL",
        help="address of /health as users reach it, and its certificate (that of the stage)")  # fmt: skip
    add("--ca", metavar="FILE", help="certificate to trust for the site, if it is self-signed")
    add("--disk", default="/", metavar="FOLDER", help="a folder on the disk to look at (/)")
    add("--backup-metrics", type=Path, default=BACKUP_METRICS, metavar="FILE",
        help=f"what the backup writes when it succeeds ({BACKUP_METRICS})")  # fmt: skip
    add("--without", action="append", default=[], metavar="NAME", help="leave a figure out; may be repeated")
    add("--state", type=Path, metavar="FILE", help="file that keeps the last figures; rates are since then")
    add("--restart-mark", type=Path, default=RESTART_MARK, metavar="FILE",
        help=f"file that exists when the machine must be restarted ({RESTART_MARK})")  # fmt: skip
    add("--alertmanager", metavar="URL",
        help=f"Alertmanager, which must have the alert {WATCHDOG} (of a stage: here)")  # fmt: skip
    add("--heartbeat", metavar="URL",
        help="address that is asked when every figure is good (with --state, that of the stage)")  # fmt: skip
    add("--metrics-file", type=Path, metavar="FILE", help="textfile of node_exporter to write")
    return parser


def _fill_in(options: argparse.Namespace) -> None:
    """Take what was not given from the stage, where a deployment has put this program.

    Only what remembers its looks, as the timer does, sends heartbeats.
    """
    lines = STAGE.read_text(encoding="utf-8").splitlines() if options.docker and STAGE.is_file() else []
    stage = dict(line.split("=", 1) for line in lines if "=" in line)
    options.site = options.site or stage.get("SITE_URL")
    if options.site and stage.get("TLS_METHOD") == "self-signed":
        options.ca = options.ca or f"{stage['CERTIFICATES_DIR']}/fullchain.pem"
    if options.state:
        options.heartbeat = options.heartbeat or stage.get("HEARTBEAT_URL")
    if "monitoring" in stage.get("WATCHING", "").split(","):
        options.alertmanager = options.alertmanager or ALERTMANAGER


def _ask_addresses(urls: Sequence[str] | None) -> tuple[list[Metrics], list[str]]:
    """Return the metrics of the processes, and the addresses that do not answer."""
    usual = [f"http://127.0.0.1:{port}/metrics" for port in PROCESSES.values()]
    return _answering_and_silent({url: _get(url) for url in urls or usual})


def _ask_containers(containers: Sequence[Container]) -> tuple[list[Metrics], list[str]]:
    """Return the metrics of API and workers, and the names of those that do not answer."""
    answers: dict[str, str | None] = {}
    for service, port in PROCESSES.items():
        running = [one for one in containers if one.service == service and one.is_up]
        for one in running:
            address = f"http://127.0.0.1:{port}/metrics"
            answers[one.name] = _docker("exec", one.name, "python", "-c", _ASK, address)
        if not running:
            answers[service] = None
    return _answering_and_silent(answers)


def _answering_and_silent(answers: Mapping[str, str | None]) -> tuple[list[Metrics], list[str]]:
    metrics = [read_metrics(text) for text in answers.values() if text is not None]
    return metrics, [name for name, text in answers.items() if text is None]


def _get(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - the operator's own
            return str(answer.read().decode())
    except (OSError, ValueError):
        return None


def read_metrics(text: str) -> Metrics:
    """Return the samples of a text in the format of Prometheus."""
    found: Metrics = {}
    for line in text.splitlines():
        sample = _SAMPLE.match(line)
        if sample:
            labels = tuple(sorted(_LABEL.findall(sample[2] or "")))
            found[sample[1], labels] = float(sample[3])
    return found


def _of_service(metrics: list[Metrics], silent: list[str], since: Mapping[str, float]) -> Iterable[Figure]:
    yield Figure(
        "processes", f"silent: {', '.join(silent)}" if silent else f"{len(metrics)} answer", not silent
    )
    up = min(_over(metrics, "bookingopt_ledger_up"), default=0)
    yield Figure("ledger", "answers" if up else "does not answer", up == 1)
    workers = max(_over(metrics, "bookingopt_workers"), default=0)
    yield Figure("workers", f"{workers:.0f} known to the ledger", workers > 0)
    queued = _over(metrics, "bookingopt_jobs_open", state="queued")
    running = max(_over(metrics, "bookingopt_jobs_open", state="running"), default=0)
    waiting = f"{max(queued):.0f} wait, {running:.0f} running" if queued else "unknown"
    yield Figure("queue", waiting, bool(queued) and max(queued) <= MOST_QUEUED)
    oldest = _over(metrics, "bookingopt_jobs_oldest_queued_seconds")
    age = f"waits for {max(oldest):.0f} s" if oldest else "unknown"
    yield Figure("oldest job", age, bool(oldest) and max(oldest) <= LONGEST_WAIT_SECONDS)
    errors, requests = since.get("errors", 0), since.get("requests", 0)
    is_seldom = errors < FEWEST_ERRORS or errors <= MOST_ERRORS * requests
    yield Figure("errors", f"{errors:.0f} of {requests:.0f} requests", is_seldom)
    failed, tried = since.get("failed", 0), since.get("tried", 0)
    is_rare = failed < FEWEST_FAILED or failed <= MOST_FAILED * tried
    yield Figure("failed jobs", f"{failed:.0f} of {tried:.0f} jobs", is_rare)


def _over(metrics: list[Metrics], name: str, **labels: str) -> list[float]:
    wanted = set(labels.items())
    return [
        value
        for one in metrics
        for (metric, has), value in one.items()
        if metric == name and wanted <= set(has)
    ]


def _counters(metrics: list[Metrics]) -> dict[str, float]:
    """Return what was counted so far: requests by each process for itself, jobs by the ledger for all."""
    counted = dict.fromkeys(("requests", "errors"), 0.0)
    jobs: Metrics = {}
    for one in metrics:
        for (name, pairs), value in one.items():
            labels = dict(pairs)
            if name == "bookingopt_http_requests_total" and labels.get("route") not in _PROBES:
                counted["requests"] += value
                counted["errors"] += value if labels.get("status", "").startswith("5") else 0
            if name == "bookingopt_job_duration_seconds_count":
                jobs[name, pairs] = max(value, jobs.get((name, pairs), 0))
    ended = {state: sum(n for (_, pairs), n in jobs.items() if ("state", state) in pairs)
             for state in ("failed", "completed")}  # fmt: skip
    return {**counted, "failed": ended["failed"], "tried": float(sum(ended.values()))} if metrics else {}


def _since(before: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float]:
    """Return what was counted since the last look; all of it where a process has restarted."""
    is_restarted = any(value < before.get(name, 0) for name, value in now.items())
    return {name: value - (0 if is_restarted else before.get(name, 0)) for name, value in now.items()}


def _list_containers(project: str) -> list[Container] | None:
    """Return the containers of a project and of its two colors; None if Docker is silent."""
    columns = ('{{.Label "com.docker.compose.project"}}', '{{.Label "com.docker.compose.service"}}',
               "{{.Names}}", "{{.Status}}")  # fmt: skip
    only = "label=com.docker.compose.service"
    listing = _docker("ps", "--all", "--filter", only, "--format", "|".join(columns))
    if listing is None:
        return None
    rows = [line.split("|", 3) for line in listing.splitlines()]
    return [Container(*row[1:]) for row in rows if row[0] in {project, f"{project}-blue", f"{project}-green"}]


def _containers(found: Sequence[Container] | None) -> Figure:
    if found is None:
        return Figure("containers", "Docker does not answer", is_good=False)
    up = {one.service for one in found if one.is_up}
    faults = [f"no {service}" for service in ("nginx", "api", "worker", "redis") if service not in up]
    faults += [f"{one.name}: {one.status}" for one in found if not one.is_well]
    return Figure("containers", ", ".join(faults) or f"{len(up)} services up", not faults)


def _memory() -> Figure:
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    used = 1 - kilobytes["MemAvailable"] / kilobytes["MemTotal"]
    return Figure("memory", f"{used:.0%} of {kilobytes['MemTotal'] / 2**20:.1f} GiB", used <= MOST_MEMORY)


def _disk(folder: str) -> Figure:
    space = shutil.disk_usage(folder)
    used = 1 - space.free / space.total
    return Figure("disk", f"{used:.0%} of {space.total / 2**30:.0f} GiB at {folder}", used <= MOST_DISK)


def _backup(file: Path) -> Figure:
    try:
        metrics = read_metrics(file.read_text(encoding="utf-8"))
        made = metrics["bookingopt_backup_last_success_timestamp_seconds", ()]
    except (OSError, KeyError, ValueError):
        return Figure("backup", f"no backup is recorded in {file}", is_good=False)
    hours = (time.time() - made) / 3600
    return Figure("backup", f"{hours:.1f} hours old", hours <= OLDEST_BACKUP_HOURS)


def _restart(mark: Path) -> Figure:
    try:
        days = (time.time() - mark.stat().st_mtime) / 86400
    except OSError:
        return Figure("restart", "not due", is_good=True)
    return Figure("restart", f"due for {days:.1f} days: an upgrade waits for it", is_good=False)


def _alerts(url: str) -> Figure:
    """Return whether alerts get to Alertmanager, and which fire."""
    text = _get(f"{url}/api/v2/alerts?active=true")
    if text is None:
        return Figure("alerts", "Alertmanager does not answer", is_good=False)
    names = sorted({str(alert["labels"].get("alertname")) for alert in json.loads(text)})
    if WATCHDOG not in names:
        return Figure("alerts", f"{WATCHDOG} is missing: no rule reaches Alertmanager", is_good=False)
    names.remove(WATCHDOG)
    return Figure("alerts", f"firing: {', '.join(names)}" if names else "none fires", is_good=True)


def _gateway_errors(containers: Sequence[Container], before: Mapping[str, float]) -> dict[str, float]:
    """Return how many requests nginx had to answer with an error of its own so far, and until when."""
    now = time.time()
    since = before.get("nginx_read_until", now - FIRST_LOG_SECONDS)
    found = before.get("nginx_errors", 0.0)
    for name in (one.name for one in containers if one.service == "nginx"):
        log = _docker("logs", "--since", f"{since:.3f}", "--until", f"{now:.3f}", name) or ""
        found += len(_GATEWAY_ERROR.findall(log))
    return {"nginx_errors": found, "nginx_read_until": now}


def _write_metrics(
    file: Path, mark: Path, containers: Sequence[Container], counters: Mapping[str, float]
) -> None:
    """Write what no exporter knows: a restart that is due, restarts of containers, errors of nginx itself."""
    lines = [
        "# TYPE bookingopt_nginx_errors_total counter",
        f"bookingopt_nginx_errors_total {counters.get('nginx_errors', 0):.0f}",
        "# TYPE bookingopt_host_restart_due gauge",
        f"bookingopt_host_restart_due {int(mark.exists())}",
        "# TYPE bookingopt_container_restarts_total counter",
    ]
    names = [one.name for one in containers]
    inspected = _docker("inspect", "--format", "{{.Name}} {{.RestartCount}}", *names) if names else ""
    for line in (inspected or "").splitlines():
        name, _, count = line.removeprefix("/").partition(" ")
        lines.append(f'bookingopt_container_restarts_total{{container="{name}"}} {count}')
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text("\n".join(lines) + "\n", encoding="ascii")
    draft.chmod(0o644)
    draft.replace(file)


def _site(url: str, authority: str | None) -> Figure:
    parts = urllib.parse.urlsplit(url)
    context = ssl.create_default_context(cafile=authority)
    if authority:  # made by hand: it need not be as complete as one of an authority
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    host = parts.hostname or ""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS, context=context) as answer:  # noqa: S310 - his
            status = answer.status
        with socket.create_connection((host, parts.port or 443), TIMEOUT_SECONDS) as plain, \
                context.wrap_socket(plain, server_hostname=host) as tls:  # fmt: skip
            certificate = tls.getpeercert() or {}
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        return Figure("certificate", f"{url}: {reason}", is_good=False)
    days = (ssl.cert_time_to_seconds(str(certificate["notAfter"])) - time.time()) / 86400
    return Figure(
        "certificate", f"{host} answers {status}, valid for {days:.0f} days", days >= FEWEST_CERTIFICATE_DAYS
    )


def _docker(*arguments: str) -> str | None:
    """Return what Docker answers; None if it fails."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments and ids
            ["docker", *arguments],  # noqa: S607 - wherever it is installed
            capture_output=True, text=True, check=False, timeout=TIMEOUT_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout


def _table(figures: Sequence[Figure]) -> str:
    width = max((len(figure.name) for figure in figures), default=0)
    lines = ((("ok " if figure.is_good else "BAD"), figure.name, figure.text) for figure in figures)
    return "".join(f"{mark}  {name:<{width}}  {text}\n" for mark, name, text in lines)


def _recall(file: Path | None) -> dict[str, float]:
    """Return what the last look counted; nothing if there was none or its file is damaged."""
    try:
        known = json.loads(file.read_text(encoding="utf-8")) if file else {}
        return {str(name): float(value) for name, value in known.get("counters", {}).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _remember(file: Path | None, counters: Mapping[str, float]) -> None:
    if file is None:
        return
    draft = file.with_name(f".{file.name}.draft")
    draft.write_text(json.dumps({"counters": dict(counters)}), encoding="utf-8")
    draft.replace(file)


if __name__ == "__main__":
    sys.exit(main())
