"""What lies where on a host, and what is done there, as far as commands tell."""

import json
import re
import shutil
import subprocess
from dataclasses import fields, replace
from pathlib import Path

import pytest

from tests.integration.engine import need_engine
from tooling.deploy.site import Site
from tooling.deploy.stage import Stage, WorkerHost
from tooling.shell import ROOT
from tooling.stack import make_secrets

STAGE = Stage(name="lab", host="lab", domain="lab.example", images="stream", tls="given")


def test_which_color_serves_is_read_from_the_upstream_file(site: Site, tmp_path: Path) -> None:
    assert site.serving() is None
    site.point("green")
    assert (tmp_path / "srv/upstream/api.conf").read_text() == "set $api api-green:8000;\n"
    assert site.serving() == "green"
    shutil.copy(ROOT / "infra/nginx/upstream/api.conf", tmp_path / "srv/upstream/api.conf")
    assert site.serving() is None, "the file of the local stack names no color"


@pytest.mark.parametrize(("serving", "expected"), [("green", "blue"), ("blue", "blue")])
def test_a_color_that_was_left_unproven_is_stopped_and_nobody_is_sent_there(
    site: Site, tmp_path: Path, serving: str, expected: str
) -> None:
    """Commands that were begun go on: it looks again until nothing of that color runs."""
    docker = tmp_path / "bin" / "docker"
    docker.write_text(
        f"#!/bin/sh\ncd {tmp_path}\n"
        "case $1 in stop) rm -f running; [ -e late ] && mv late running; echo stop >>stopped ;;\n"
        '  ps) case "$*" in *nginx*) echo 7 ;; *-green*) [ ! -e running ] || echo 1 ;; esac ;; esac\nexit 0\n'
    )
    docker.chmod(0o755)
    site.point(serving)
    with site.lock("a test"):
        site.mark_unproven("green", "blue")
        for name in ("running", "late"):
            (tmp_path / name).touch()
    assert site.serving() == expected
    assert (tmp_path / "stopped").read_text() == "stop\nstop\n"
    assert not (tmp_path / "running").exists()
    with site.lock("another"):
        site.mark_unproven("green", "blue")
        (tmp_path / "running").touch()
        site.clear_unproven()
    assert (tmp_path / "running").exists(), "what was proved runs on"


def test_nginx_reads_the_same_words_as_the_local_stack(site: Site, tmp_path: Path) -> None:
    """The deployment puts its file in the place of that one: both set one variable."""
    site.point("blue")
    ours = (tmp_path / "srv/upstream/api.conf").read_text()
    local = [
        line for line in (ROOT / "infra/nginx/upstream/api.conf").read_text().splitlines() if line[0] != "#"
    ]
    assert [line.split()[:2] for line in ours.splitlines()] == [line.split()[:2] for line in local]


def test_secrets_that_are_there_stay_and_missing_ones_are_made(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "srv" / "secrets"
    make_secrets(folder)
    before = {path.name: path.read_text() for path in folder.iterdir()}
    (folder / "session_secret").unlink()
    site._send_secrets()
    after = {path.name: path.read_text() for path in folder.iterdir()}
    assert set(after) == set(before)
    assert {name for name in after if after[name] != before[name]} == {"session_secret"}
    printed = capsys.readouterr().out
    assert not [value for value in after.values() if value.strip() in printed], "a secret was printed"


def test_what_worker_hosts_come_in_with_is_made_where_there_are_some_and_can_be_renewed(
    site: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "srv" / "secrets"
    site._send_secrets()
    assert not list(folder.glob("redis_tls_*"))
    listed = replace(STAGE, redis_address="192.0.2.2", workers=(WorkerHost("w2", "w2", "192.0.2.3"),))
    Site(listed)._send_secrets()
    first = {path.name: path.read_text() for path in folder.iterdir()}
    made = {
        f"redis_tls_{name}.{ending}" for name in ("ca", "server", "client_w2") for ending in ("pem", "key")
    }
    assert made <= set(first)
    Site(listed)._send_secrets()
    assert {path.name: path.read_text() for path in folder.iterdir()} == first
    Site(listed)._send_secrets(renews_workers=True)
    changed = {path.name for path in folder.iterdir() if path.read_text() != first[path.name]}
    assert changed == made | {"redis_password_remote", "redis_users"}


@pytest.mark.usefixtures("site")
def test_what_the_mail_server_asks_for_is_sent_with_the_secrets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A new password replaces that on the host; it is printed nowhere, and not in the settings."""
    (tmp_path / "password").write_text("first\n")
    stage = replace(
        STAGE, smarthost="m.example:587", smtp_user="me", smtp_password_file=tmp_path / "password"
    )
    for password in ("first", "second"):
        (tmp_path / "password").write_text(f"{password}\n")
        Site(stage)._send_secrets()
        assert (tmp_path / "srv/secrets/smtp_password").read_text() == f"{password}\n"
    assert "second" not in Site(stage).settings()
    assert "second" not in capsys.readouterr().out
    (tmp_path / "password").unlink()
    with pytest.raises(SystemExit, match=r"stage 'lab': .*password"):
        Site(stage)._send_secrets()


def test_settings_of_a_stage_reach_compose(site: Site) -> None:
    told = dict(line.split("=", 1) for line in site.settings().splitlines())
    assert told["SERVER_NAME"] == "lab.example"
    assert told["HTTPS_REDIRECT"] == "on"
    assert told["TLS_METHOD"] == "given"
    assert told["SITE_URL"] == "https://lab.example/health"
    assert told["ALERT_RECEIVER"] == "quiet"
    mailed = replace(STAGE, tls="letsencrypt", tls_email="ops@lab.example", smarthost="mail.example:587")
    assert "ALERT_RECEIVER=mail\nALERT_MAIL_TO=ops@lab.example\n" in Site(mailed).settings()
    assert told["SITE_PROBE"] == "site-self-signed", "an authority of one's own is unknown to the probe"
    compose = "".join(path.read_text() for path in (ROOT / "infra").glob("compose*.yaml"))
    scripts = ("host/certificate.sh", "host/status.py", "backup/place.sh")
    script = "".join((ROOT / "infra" / name).read_text() for name in scripts)
    assert [name for name in told if name not in compose and name not in script] == []


def test_every_setting_of_a_stage_is_on_the_page() -> None:
    page = (ROOT / "docs" / "how-to" / "deploy.md").read_text().partition("## Settings of a stage")[2]
    told = set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in page.splitlines() if "| `" in line))
    )
    assert {field.name for field in fields(Stage)} - {"name"} <= told


@pytest.mark.integration
def test_a_color_joins_the_networks_of_the_stack_and_nothing_else_starts(tmp_path: Path) -> None:
    """As Compose reads the three files together."""
    need_engine()
    site = Site(STAGE)
    settings = tmp_path / "stage.env"
    settings.write_text(site.settings())
    command = site.compose("v1", "green").replace("/srv/bookingopt/releases/v1", str(ROOT))
    command = command.replace("/srv/bookingopt/stage.env", str(settings))
    command = command.replace("/srv/bookingopt/settings.env", "/dev/null")
    done = subprocess.run(
        ["sh", "-c", f"{command} config --format json"], check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    assert told["name"] == "bookingopt-green"
    api, worker = told["services"]["api"], told["services"]["worker"]
    assert api["image"] == "bookingopt-api:v1"
    assert api["networks"]["edge"]["aliases"] == ["api-green"]
    assert api["environment"]["ENVIRONMENT"] == "production"
    assert worker["image"] == "bookingopt-worker:v1"
    assert worker["environment"]["ENVIRONMENT"] == "production"
    assert {one["name"]: one["external"] for one in told["networks"].values()} == {
        "bookingopt_edge": True, "bookingopt_store": True,
    }  # fmt: skip
