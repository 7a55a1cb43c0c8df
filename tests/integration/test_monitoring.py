"""The monitoring of the stack: its rules, its figures as the running stack tells them, and its messages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
import yaml

from conftest import free_port
from tests.integration.engine import ROOT, WATCHER_IMAGES, docker, docker_gateway, need_images
from tests.integration.sinks import HookSink, MailSink, listening
from tests.integration.stack import LOOPBACK, ended, soon, submit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

PROMETHEUS, ALERTMANAGER = WATCHER_IMAGES["prometheus"], WATCHER_IMAGES["alertmanager"]
INFRA = ROOT / "infra"
COMPOSE = INFRA / "compose.monitoring.yaml"
# What the machine of the test may be at, through no fault of the stack.
OF_THE_MACHINE = "DiskFilling|DiskFullTomorrow|DiskOutOfInodes|MemoryLow|ProcessKilledForMemory|Watchdog"


@pytest.fixture(scope="module", autouse=True)
def images(engine: None) -> None:  # noqa: ARG001
    """Need the images of the monitoring profile."""
    need_images(list(WATCHER_IMAGES.values()))


@pytest.fixture(scope="module")
def query(session_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """Watch the stack, and return a function that asks Prometheus."""
    folder = tmp_path_factory.mktemp("watch")
    (folder / "metrics").mkdir(mode=0o755)
    told = f"bookingopt_backup_last_success_timestamp_seconds {int(time.time())}\n"
    (folder / "metrics" / "backup.prom").write_text(told)
    write_host_metrics = ("--metrics-file", str(folder / "metrics" / "host.prom"))
    subprocess.run(
        [sys.executable, str(INFRA / "host" / "status.py"), "--docker", *write_host_metrics,
         "--project", session_stack.project],
        check=False, capture_output=True,
    )  # fmt: skip
    networks = {
        name: {"external": True, "name": f"{session_stack.project}_{name}"} for name in ("edge", "store")
    }
    (folder / "compose.json").write_text(json.dumps({"networks": networks}))
    prometheus, alertmanager = free_port(), free_port()
    settings = {
        "SECRETS_DIR": str(session_stack.clone / "infra" / "secrets"),
        "METRICS_DIR": str(folder / "metrics"),
        "PROMETHEUS_PORT": str(prometheus),
        "ALERTMANAGER_PORT": str(alertmanager),
    }
    files = ("--file", str(COMPOSE), "--file", str(folder / "compose.json"))
    project = (
        "compose",
        "--project-name",
        f"{session_stack.project}-watch",
        *files,
        "--profile",
        "monitoring",
    )
    try:
        docker(*project, "up", "--wait", "--wait-timeout", "60", *WATCHER_IMAGES, settings=settings)
        with httpx2.Client(base_url=f"http://{LOOPBACK}:{prometheus}", trust_env=False) as client:

            def ask(expression: str) -> Any:
                answer = client.get("/api/v1/query", params={"query": expression}).json()
                assert answer["status"] == "success", f"{expression}: {answer}"
                return answer["data"]["result"]

            yield ask
    finally:
        docker(*project, "down", "--volumes", "--timeout", "2", settings=settings)


def test_rules_are_right_and_do_what_their_tests_say() -> None:
    """Each alert fires when it should, and stays silent when it should."""
    inside = docker(
        *(
            "run",
            "--rm",
            "--volume",
            f"{INFRA / 'prometheus'}:/rules:ro",
            "--entrypoint",
            "/bin/sh",
            PROMETHEUS,
        ),
        *(
            "-c",
            "cd /rules && promtool check config prometheus.yml uptime.yml && promtool test rules tests/*.yml",
        ),
    )
    assert inside.count("SUCCESS") >= 12
    assert "FAILED" not in inside


def test_a_rule_that_is_wrong_is_found_out(tmp_path: Path) -> None:
    """The tests of the rules are no decoration: with another limit they fail."""
    for folder in ("rules", "tests"):
        (tmp_path / folder).mkdir()
        text = (INFRA / "prometheus" / folder / "host.yml").read_text()
        (tmp_path / folder / "host.yml").write_text(text.replace("> 0.8", "> 0.78"))
    tmp_path.chmod(0o755)
    with pytest.raises(AssertionError, match="FAILED"):
        docker(
            *(
                "run",
                "--rm",
                "--volume",
                f"{tmp_path}:/rules:ro",
                "--entrypoint",
                "/bin/promtool",
                PROMETHEUS,
            ),
            *("test", "rules", "/rules/tests/host.yml"),
        )


def test_everything_that_is_asked_for_is_told_by_the_running_stack(
    stack: Stack, hotel: bytes, query: Callable[[str], Any]
) -> None:
    """Every metric of the catalog is there, every panel shows something, and a healthy stack is silent."""
    with stack.client(X_User_ID="watched") as client:
        accepted = submit(client, hotel)
        ended(client, accepted.json()["job_id"])
        client.get("/api/v1/jobs/unknown")
    catalog = yaml.safe_load((INFRA / "prometheus" / "metrics.yml").read_text())
    wanted = {name for names in catalog.values() for name in names} - {"ALERTS"}

    families = "|".join(sorted(wanted))

    def is_complete() -> bool:
        told = {
            sample["metric"]["__name__"]
            for sample in query(f'count by (__name__) ({{__name__=~"({families})(_bucket)?"}})')
        }
        return wanted <= told | {name.removesuffix("_bucket") for name in told}

    soon(is_complete)
    scraped = yaml.safe_load((INFRA / "prometheus" / "prometheus.yml").read_text())["scrape_configs"]
    jobs = {job["job_name"] for job in scraped}
    soon(lambda: {sample["metric"]["job"] for sample in query("up == 1")} == jobs)

    dark = _panels()
    assert len(dark) > 40
    with stack.client(X_User_ID="watched") as client:

        def is_lit() -> bool:
            """Ask the API as well: a rate needs something that happens."""
            assert client.get("/api/v1/jobs").is_success
            dark[:] = [panel for panel in dark if not query(panel[1])]
            return not dark

        try:
            soon(is_lit)
        except AssertionError:
            pytest.fail(f"these panels show nothing: {dark}")
    soon(lambda: not query(f'ALERTS{{alertname!~"{OF_THE_MACHINE}"}}'))
    assert query("sum(prometheus_notifications_alertmanagers_discovered)")[0]["value"][1] == "1"


def test_an_alert_arrives_by_mail_and_in_the_chat(tmp_path: Path) -> None:
    """As it is configured, with the addresses and the secrets of a site."""
    (tmp_path / "slack").mkdir(mode=0o755)
    with listening(MailSink()) as mail, listening(HookSink()) as hook:
        settings = {
            "ALERT_RECEIVER": "mail-and-slack",
            "ALERT_MAIL_TO": "duty@example.com",
            "ALERT_SMARTHOST": f"{LOOPBACK}:{mail.port}",
            "ALERT_SMTP_TLS": "false",
            "ALERT_GROUP_WAIT": "1s",
        }
        rendered = docker(
            *("compose", "--file", str(COMPOSE), "--profile", "uptime", "config", "--format", "json"),
            settings=settings,
        )
        (tmp_path / "site.yml").write_text(json.loads(rendered)["configs"]["alertmanager"]["content"])
        (tmp_path / "slack" / "alert_slack_url").write_text(hook.url)
        port = free_port()
        container = docker(
            *("run", "--detach", "--rm", "--network", "host"),
            *("--volume", f"{tmp_path / 'site.yml'}:/etc/alertmanager/site.yml:ro"),
            *("--volume", f"{tmp_path / 'slack'}:/run/secrets:ro"),
            *("--volume", f"{INFRA / 'alertmanager' / 'templates'}:/etc/alertmanager/templates:ro"),
            *(ALERTMANAGER, "--config.file=/etc/alertmanager/site.yml", "--storage.path=/alertmanager"),
            *(f"--web.listen-address={LOOPBACK}:{port}", "--cluster.listen-address="),
        )
        try:
            _ring(port, "BackupOld", "LedgerDown", "RedisDown")
            soon(lambda: len(mail.mails) == 2 == len(hook.payloads))
        finally:
            docker("rm", "--force", container)
    by_subject = {str(found["Subject"]).split("] ")[1]: found for found in mail.mails}
    assert set(by_subject) == {"BackupOld: summary of BackupOld", "RedisDown: summary of RedisDown"}, (
        "LedgerDown follows from RedisDown and is not told"
    )
    letter = by_subject["BackupOld: summary of BackupOld"]
    assert letter["To"] == "duty@example.com"
    body = letter.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "What to do: docs/runbooks/BackupOld.md" in text
    assert "description of BackupOld" in text
    chats = [payload["attachments"][0] for payload in hook.payloads]
    assert {chat["title"] for chat in chats} == {str(found["Subject"]) for found in mail.mails}
    assert any("docs/runbooks/RedisDown.md" in chat["text"] for chat in chats)


def test_a_site_that_is_down_rings_all_the_way(tmp_path: Path) -> None:
    """From the probe through the rule, the routes and the template to a mail."""
    for part in ("prometheus", "alertmanager", "blackbox"):
        shutil.copytree(INFRA / part, tmp_path / part)
    shutil.copy(COMPOSE, tmp_path)
    watch = tmp_path / "prometheus" / "uptime.yml"
    watch.write_text(re.sub(r"_(interval|timeout): \d+s", r"_\1: 1s", watch.read_text()))
    rules = tmp_path / "prometheus" / "rules" / "site.yml"
    # Longer than Prometheus takes to find what it asks, as in production: until then nothing is known.
    rules.write_text(rules.read_text().replace("for: 2m", "for: 10s"))
    to_test = {"services": {"alertmanager": {"extra_hosts": ["mail.test:host-gateway"]}}}
    (tmp_path / "compose.json").write_text(json.dumps(to_test))
    prometheus, alertmanager = free_port(), free_port()
    with listening(MailSink(docker_gateway())) as mail:
        settings = {
            "SITE_URL": f"https://{LOOPBACK}:9/health",
            "ALERT_RECEIVER": "mail",
            "ALERT_MAIL_TO": "duty@example.com",
            "ALERT_SMARTHOST": f"mail.test:{mail.port}",
            "ALERT_SMTP_TLS": "false",
            "ALERT_GROUP_WAIT": "1s",
            "PROMETHEUS_PORT": str(prometheus),
            "ALERTMANAGER_PORT": str(alertmanager),
        }
        project = ("compose", "--project-name", f"bookingopt-uptime-{alertmanager}")
        files = ("--file", str(tmp_path / COMPOSE.name), "--file", str(tmp_path / "compose.json"))
        try:
            docker(*project, *files, "--profile", "uptime", "up", "--detach", settings=settings)
            soon(lambda: bool(mail.mails))
        finally:
            docker(
                *project,
                *files,
                "--profile",
                "uptime",
                "down",
                "--volumes",
                "--timeout",
                "2",
                settings=settings,
            )
    (letter,) = mail.mails
    assert letter["To"] == "duty@example.com"
    assert "SiteDown" in letter["Subject"]
    body = letter.get_body(("plain",))
    assert body is not None
    assert f"{settings['SITE_URL']} does not answer correctly." in body.get_content()
    assert "docs/runbooks/SiteDown.md" in body.get_content()


@pytest.mark.parametrize(
    "arguments",
    [
        (
            "--file",
            "compose.yaml",
            "--file",
            "compose.monitoring.yaml",
            "--profile",
            "monitoring",
            "--profile",
            "logs",
        ),
        ("--file", "compose.monitoring.yaml", "--profile", "uptime"),
        ("--file", "compose.yaml", "--file", "compose.journald.yaml"),
    ],
    ids=["monitoring and logs", "uptime", "journal"],
)
def test_every_profile_can_be_composed(arguments: tuple[str, ...]) -> None:
    """What has no image here, Grafana, Loki and Alloy, is at least described without a fault."""
    places = [str(INFRA / part) if part.endswith(".yaml") else part for part in arguments]
    described = json.loads(docker("compose", *places, "config", "--format", "json"))
    for name, service in described["services"].items():
        for port in service.get("ports", []):
            assert port["host_ip"] == LOOPBACK, f"{name} publishes {port}"
        for volume in service.get("volumes", []):
            if volume["type"] == "bind" and str(INFRA) in volume["source"]:
                made_later = {"certificates", "upstream"}
                assert Path(volume["source"]).exists() or Path(volume["source"]).name in made_later, volume
    if "journald" in arguments[-1]:
        assert {service["logging"]["driver"] for service in described["services"].values()} == {"journald"}


def test_the_configuration_of_alloy_names_what_there_is() -> None:
    """As far as it can be read without Alloy: each component it hands on to is defined, and Loki is there."""
    text = (INFRA / "logs" / "config.alloy").read_text()
    defined = {f"{kind}.{name}" for kind, name in re.findall(r'^([\w.]+) "(\w+)" \{', text, re.MULTILINE)}
    used = set(re.findall(r"\b(loki(?:\.\w+)+)\.(?:receiver|rules)\b", text))
    assert used
    assert used <= defined
    (label,) = re.findall(r"__journal_(\w+)", text)
    overlay = yaml.safe_load((INFRA / "compose.journald.yaml").read_text().replace("!override", ""))
    assert label == overlay["x-journal"]["logging"]["options"]["labels"].replace(".", "_")
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    port = yaml.safe_load((INFRA / "logs" / "loki.yml").read_text())["server"]["http_listen_port"]
    assert f"http://loki:{port}/" in text
    assert "loki" in services


def _ring(port: int, *alerts: str) -> None:
    """Tell Alertmanager of alerts, as soon as it listens."""
    parts = ("summary", "description")
    body = [
        {
            "labels": {"alertname": name, "severity": "critical"},
            "annotations": {part: f"{part} of {name}" for part in parts}
            | {"runbook": f"docs/runbooks/{name}.md"},
        }
        for name in alerts
    ]
    with httpx2.Client(base_url=f"http://{LOOPBACK}:{port}", trust_env=False) as client:

        def is_told() -> bool:
            try:
                return client.post("/api/v2/alerts", json=body).is_success
            except httpx2.TransportError:
                return False

        soon(is_told)


def _panels() -> list[tuple[str, str]]:
    """Return title and query of every panel, with the interval that Grafana would fill in."""
    boards = [
        json.loads(path.read_text()) for path in sorted((INFRA / "grafana" / "dashboards").glob("*.json"))
    ]
    return [
        (f"{board['title']}: {panel['title']}", target["expr"].replace("$__rate_interval", "1m"))
        for board in boards
        for panel in board["panels"]
        for target in panel["targets"]
    ]
