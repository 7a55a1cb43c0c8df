"""What every color shares changes by a task of its own, whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from invoke.context import Context

from tooling.deploy import shared, tasks_base
from tooling.deploy.shared import LABEL, TLS_LABEL, Base
from tooling.deploy.site import Site
from tooling.deploy.stage import Stage, WorkerHost
from tooling.shell import CommandFailed

STAGE = Stage(name="lab", host="lab", domain="lab.example", images="stream", tls="given", watching=())


@pytest.fixture
def base(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Base:
    """Return the shared part of a site whose files come from a folder of the test, and not from git."""
    for step in ("prepare", "certify"):
        monkeypatch.setattr(Site, step, lambda *_: None)
    monkeypatch.setattr(Site, "serving", lambda _: "blue")
    monkeypatch.setattr(shared, "bring_shared", lambda _: None)
    monkeypatch.setattr(shared, "smoke_edge", lambda *_: None)

    def send(made: Base, name: str) -> None:
        made.site.host.run(
            f"rm -rf {tmp_path}/srv/base-next && cp -r {tmp_path}/{name} {tmp_path}/srv/base-next"
        )

    monkeypatch.setattr(Base, "_send", send)
    return Base(site)


def put(folder: Path, *, redis: str = "save 900 1", **templates: str) -> None:
    """Make the files of a checkout."""
    place = folder / "infra" / "nginx" / "templates"
    place.mkdir(parents=True)
    (folder / "infra" / "redis").mkdir()
    (folder / "infra" / "redis" / "redis.conf").write_text(redis)
    for name, text in templates.items():
        (place / f"{name}.conf.template").write_text(text)


def test_files_that_the_new_one_does_not_have_are_gone(base: Base, tmp_path: Path, container: Path) -> None:
    """A template of a broken one would keep nginx from every later one."""
    put(tmp_path / "v1", log="# v1\n", site="# v1\n")
    put(tmp_path / "v2", log="# v2\n", site="# v2\n", broken="# v2\n")
    (tmp_path / "v2/infra/extra/deep").mkdir(parents=True)
    (tmp_path / "v2/infra/extra/deep/a file").touch()
    base.install("v1")
    held = tmp_path / "srv/base/infra/nginx/templates/site.conf.template"
    place = held.stat().st_ino
    base.replace("v2")
    assert (container / "conf.d" / "broken.conf").is_file()
    base.replace("v1")
    assert sorted(path.name for path in held.parent.iterdir()) == ["log.conf.template", "site.conf.template"]
    assert sorted(path.name for path in (container / "conf.d").iterdir()) == ["log.conf", "site.conf"]
    assert (container / "conf.d" / "site.conf").read_text() == "# v1\n"
    assert sorted(path.name for path in (tmp_path / "srv/base/infra").iterdir()) == ["nginx", "redis"]
    assert held.stat().st_ino == place, "containers hold the file itself"


def test_one_that_does_not_please_is_taken_back(
    base: Base, tmp_path: Path, container: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "v1", site="# v1\n")
    put(tmp_path / "v2", site="# v2\n")
    base.install("v1")

    def refuse(*_: object) -> None:
        raise CommandFailed(["smoke"], 1)

    monkeypatch.setattr(shared, "smoke_edge", refuse)
    with pytest.raises(CommandFailed):
        base.replace("v2")
    assert (container / "conf.d" / "site.conf").read_text() == "# v1\n"


def test_a_changed_configuration_of_redis_is_tried_before_anything_is_touched(
    base: Base, tmp_path: Path, container: Path
) -> None:
    docker, calls, place = tmp_path / "bin" / "docker", tmp_path / "calls", tmp_path / "srv" / "base"
    program = docker.read_text().partition("\n")[2]

    def answers(code: int) -> None:
        docker.write_text(f"#!/bin/sh\n[ $1 != run ] || {{ echo tried >>{calls}; exit {code}; }}\n{program}")

    for name, line in {"v1": "save 900 1", "v2": "save 900 1", "v3": "save many", "v4": "save 60 1"}.items():
        put(tmp_path / name, redis=line, site="")
    answers(1)
    base.install("v1")
    base.replace("v2")
    assert not calls.exists(), "the first has nothing to lose, and the second the same"
    with pytest.raises(CommandFailed):
        base.replace("v3")
    assert (place / "infra/redis/redis.conf").read_text() == "save 900 1"
    answers(143)  # ended while it was well
    base.replace("v4")
    assert (place / "infra/redis/redis.conf").read_text() == "save 60 1"
    assert calls.read_text() == "tried\n" * 2
    assert (container / "conf.d" / "site.conf").is_file()


def test_a_container_is_replaced_when_the_files_that_it_reads_have_changed() -> None:
    """Compose sees no change in a file that is mounted, but one of a label."""
    alone = Base(Site(STAGE))._labels()["services"]
    assert isinstance(alone, dict)
    assert set(alone) == {"redis"}
    assert len(alone["redis"]["labels"][LABEL]) == 40
    watched = Base(Site(replace(STAGE, watching=("monitoring",))))._labels()["services"]
    assert isinstance(watched, dict)
    assert {"redis", "prometheus", "alertmanager", "blackbox"} <= set(watched)


def test_redis_listens_to_worker_hosts_where_there_are_some(base: Base, tmp_path: Path) -> None:
    """It is replaced when what they come in with has changed: it reads that when it starts."""
    assert "compose.tls.yaml" not in base._compose("base")
    listed = Base(Site(replace(STAGE, redis_address="h", workers=(WorkerHost("w", "w", "192.0.2.3"),))))
    assert "/infra/compose.tls.yaml" in listed._compose("base")
    docker = tmp_path / "bin" / "docker"
    answers = f"inspect) cat {tmp_path}/label ;; ps) echo 7 ;; compose) echo '{{\"services\": {{}}}}' ;;"
    docker.write_text(f"#!/bin/sh\ncase $1 in {answers} esac\n")
    docker.chmod(0o755)
    for name in ("redis_users", "redis_tls_ca.pem", "redis_tls_server.pem"):
        (tmp_path / "srv/secrets" / name).write_text(name)
    services = listed._labels()["services"]
    assert isinstance(services, dict)
    label = services["redis"]["labels"][TLS_LABEL]
    assert not listed.lets_workers_in()
    (tmp_path / "label").write_text(f"{label}\n")
    assert listed.lets_workers_in()
    (tmp_path / "srv/secrets/redis_users").write_text("others")
    assert not listed.lets_workers_in()


def test_what_watches_starts_beside_the_service_and_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    watching = replace(STAGE, watching=("monitoring", "logs"), images="registry", registry="r.example/")
    Base(Site(watching, dry_run=True))._apply("base-next")
    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if " up --detach --no-deps " in line]
    assert "--profile monitoring --profile logs" in line
    assert "compose.monitoring.yaml" in line
    assert "|| echo" in line
    (pull,) = [line for line in lines if " pull " in line and "grep" in line]
    assert "--policy always" in pull
    assert "|| true" in pull
    Base(Site(STAGE, dry_run=True))._apply("base-next")
    assert "monitoring" not in capsys.readouterr().out


def test_the_task_asks_and_says_what_the_first_deployment_does(
    put_stage: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_stage("lab", tls="given", ssh='case "$*" in *flock*) echo held; cat >/dev/null ;; esac')
    monkeypatch.setattr("tooling.deploy.source.choose_release", lambda *_, **__: "v1")
    with pytest.raises(SystemExit, match="nothing was deployed to lab yet"):
        tasks_base.apply(Context(), "lab")
