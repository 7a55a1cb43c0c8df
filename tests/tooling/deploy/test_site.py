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
from tooling.deploy.stage import Stage
from tooling.shell import ROOT, CommandFailed
from tooling.stack import make_secrets

STAGE = Stage(name="lab", host="lab", domain="lab.example", images="stream", tls="given")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """Return a site whose host is a folder of this machine: ssh runs its line here."""
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    made = Site(STAGE)
    monkeypatch.setattr(Site, "path", lambda _, *parts: "/".join((str(tmp_path / "srv"), *parts)))
    for name in ("upstream", "secrets", "base"):
        (tmp_path / "srv" / name).mkdir(parents=True)
    return made


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """Return the folder `/etc/nginx` of the site's nginx, whose templates are those of the base.

    Docker is a stand-in: what runs in the container runs here, and nginx is content with what it finds.
    """
    folder = tmp_path / "container"
    (folder / "conf.d").mkdir(parents=True)
    (folder / "templates").symlink_to(tmp_path / "srv/base/infra/nginx/templates")
    render = folder / "entrypoint"
    render.write_text(
        f"#!/bin/sh\ncd {folder}/templates && for one in *; do cp $one {folder}/conf.d/${{one%.*}}; done\n"
    )
    docker = tmp_path / "bin" / "docker"
    docker.write_text(
        "#!/bin/sh\n"
        'case "$1 $3" in "exec sh") ;; ps*) echo 7 && exit ;; compose*)\n'
        '  case $* in *" config "*) echo "{\\"services\\": {}}" ;; esac; exit ;; *) exit ;; esac\n'
        f'script=$(echo "$5" | sed -e "s|/etc/nginx|{folder}|g" -e "s|/docker-entrypoint.sh|{render}|")\n'
        'exec sh -c "$script"\n'
    )
    for program in (render, docker):
        program.chmod(0o755)
    return folder


def test_files_that_a_release_does_not_have_are_gone_after_the_switch_to_it(
    site: Site, tmp_path: Path, container: Path
) -> None:
    """A template of a broken release would keep nginx from every later one."""
    releases = tmp_path / "srv" / "releases"
    for release, names in {"v1": "10-log 60-site", "v2": "10-log 60-site 70-broken"}.items():
        templates = releases / release / "infra" / "nginx" / "templates"
        templates.mkdir(parents=True)
        for name in names.split():
            (templates / f"{name}.conf.template").write_text(f"# {release}\n")
    (releases / "v2/infra/extra/deep").mkdir(parents=True)
    (releases / "v2/infra/extra/deep/a file").touch()
    site.apply_base("v1")
    held = tmp_path / "srv/base/infra/nginx/templates/60-site.conf.template"
    place = held.stat().st_ino
    site.apply_base("v2")
    assert (container / "conf.d" / "70-broken.conf").is_file()
    site.apply_base("v1")
    assert sorted(path.name for path in held.parent.iterdir()) == [
        "10-log.conf.template", "60-site.conf.template",
    ]  # fmt: skip
    assert sorted(path.name for path in (container / "conf.d").iterdir()) == ["10-log.conf", "60-site.conf"]
    assert (container / "conf.d" / "60-site.conf").read_text() == "# v1\n"
    assert sorted(path.name for path in (tmp_path / "srv/base/infra").iterdir()) == ["nginx"]
    assert held.stat().st_ino == place, "containers hold the file itself"


def test_which_color_serves_is_read_from_the_upstream_file(site: Site, tmp_path: Path) -> None:
    assert site.serving() is None
    site.point("green")
    assert (tmp_path / "srv/upstream/api.conf").read_text() == "set $api api-green:8000;\n"
    assert site.serving() == "green"
    shutil.copy(ROOT / "infra/nginx/upstream/api.conf", tmp_path / "srv/upstream/api.conf")
    assert site.serving() is None, "the file of the local stack names no color"


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


def test_settings_of_a_stage_reach_compose(site: Site) -> None:
    told = dict(line.split("=", 1) for line in site.settings().splitlines())
    assert told["SERVER_NAME"] == "lab.example"
    assert told["HTTPS_REDIRECT"] == "on"
    assert told["TLS_METHOD"] == "given"
    assert told["SITE_URL"] == "https://lab.example/health"
    assert told["MAIL_TO"] == ""
    mailed = replace(STAGE, tls="letsencrypt", tls_email="ops@lab.example")
    assert "MAIL_TO=ops@lab.example\n" in Site(mailed).settings(), "somebody is told, if anybody is known"
    assert told["SITE_PROBE"] == "site-self-signed", "an authority of one's own is unknown to the probe"
    compose = "".join(path.read_text() for path in (ROOT / "infra").glob("compose*.yaml"))
    script = "".join((ROOT / "infra" / "host" / name).read_text() for name in ("certificate.sh", "status.py"))
    assert [name for name in told if name not in compose and name not in script] == []


def test_every_setting_of_a_stage_is_on_the_page() -> None:
    page = (ROOT / "docs" / "how-to" / "deploy.md").read_text().partition("## Settings of a stage")[2]
    told = set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in page.splitlines() if "| `" in line))
    )
    assert {field.name for field in fields(Stage)} - {"name"} <= told


def test_what_watches_starts_beside_the_service_and_stops_no_release(
    capsys: pytest.CaptureFixture[str],
) -> None:
    site = Site(replace(STAGE, watching=("monitoring", "logs")), dry_run=True)
    site.apply_base("v1")
    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if " up --detach --no-deps " in line]
    assert "--profile monitoring --profile logs" in line
    assert "compose.monitoring.yaml" in line
    assert "|| echo" in line
    (pull,) = [line for line in lines if " pull " in line and "grep" in line]
    assert "|| true" in pull
    Site(STAGE, dry_run=True).apply_base("v1")
    assert "monitoring" not in capsys.readouterr().out


def test_a_changed_configuration_of_redis_is_tried_before_anything_is_touched(
    site: Site, tmp_path: Path, container: Path
) -> None:
    docker, calls, base = tmp_path / "bin" / "docker", tmp_path / "calls", tmp_path / "srv" / "base"
    program = docker.read_text().partition("\n")[2]

    def answers(code: int) -> None:
        docker.write_text(f"#!/bin/sh\n[ $1 != run ] || {{ echo tried >>{calls}; exit {code}; }}\n{program}")

    for release, line in {
        "v1": "save 900 1",
        "v2": "save 900 1",
        "v3": "save many",
        "v4": "save 60 1",
    }.items():
        infra = tmp_path / "srv" / "releases" / release / "infra"
        (infra / "nginx" / "templates").mkdir(parents=True)
        (infra / "nginx" / "templates" / "60-site.conf.template").write_text("")
        (infra / "redis").mkdir()
        (infra / "redis" / "redis.conf").write_text(line)
    answers(1)
    site.apply_base("v1")
    site.apply_base("v2")
    assert not calls.exists(), "the first has nothing to lose, and the second the same"
    with pytest.raises(CommandFailed):
        site.apply_base("v3")
    assert (base / "infra/redis/redis.conf").read_text() == "save 900 1"
    answers(143)  # ended while it was well
    site.apply_base("v4")
    assert (base / "infra/redis/redis.conf").read_text() == "save 60 1"
    assert calls.read_text() == "tried\n" * 2
    assert (container / "conf.d" / "60-site.conf").is_file()


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
