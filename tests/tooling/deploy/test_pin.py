"""What runs is said to the byte: images by digest, and a label that changes with the files they read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tooling.shell import ROOT

PROGRAM = ROOT / "infra" / "host" / "pin.py"
KNOWN = {
    "redis:8.0": {"Id": "sha256:1111", "RepoDigests": ["mirror.example/redis@sha256:aa", "redis@sha256:bb"]},
    "prom/prometheus:v2": {"Id": "sha256:2222", "RepoDigests": []},
    "lab.example:5000/nginx": {"Id": "sha256:3333", "RepoDigests": ["lab.example:5000/nginx@sha256:cc"]},
    "sha256:2222": {"Id": "sha256:2222"},
}
Pin = Callable[..., dict[str, Any]]


@pytest.fixture
def infra(tmp_path: Path) -> Path:
    """Return the folder of a release, whose files it has."""
    for name in ("redis/redis.conf", "redis/healthy.sh", "prometheus/rules/jobs.yml", "nginx/site.conf"):
        file = tmp_path / "v1" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n")
    (tmp_path / "v1/redis/healthy.sh").chmod(0o755)
    (tmp_path / "users").write_text("user default off\n")
    return tmp_path / "v1"


@pytest.fixture
def pin(infra: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pin:
    """Return what runs the program with an engine that knows some images, and gives the services."""
    (tmp_path / "images").mkdir()
    for number, told in enumerate(KNOWN.values()):
        (tmp_path / "images" / str(number)).write_text(json.dumps([told]))
    known = "".join(f'"{name}") cat {tmp_path}/images/{number} ;; ' for number, name in enumerate(KNOWN))
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f"#!/bin/sh\ncase $3 in {known} *) exit 1 ;; esac\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(docker.parent), prepend=":")

    def mount(source: Path) -> dict[str, str]:
        return {"type": "bind", "source": str(source), "target": "/there"}

    def call(folder: Path = infra) -> dict[str, Any]:
        data = {"type": "volume", "source": "redis", "target": "/data"}
        mounts = [mount(folder / "redis" / name) for name in ("redis.conf", "healthy.sh")]
        services = {
            "api": {"image": "bookingopt-api:v1"},
            "nginx": {"image": "lab.example:5000/nginx", "volumes": [mount(folder / "nginx")]},
            "redis": {
                "image": "redis:8.0", "volumes": [*mounts, data],
                "secrets": [{"source": "users", "target": "users"}],
            },
            "prometheus": {
                "image": "prom/prometheus:v2", "volumes": [mount(folder / "prometheus"), mount(Path("/"))],
            },
            "loki": {"image": "grafana/loki:3"},
        }  # fmt: skip
        config = {"services": services, "secrets": {"users": {"file": str(tmp_path / "users")}}}
        done = subprocess.run(
            [sys.executable, PROGRAM, folder, tmp_path / "images.json"],
            input=json.dumps(config), check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert yaml.safe_load(done.stdout) == json.loads(done.stdout), "Compose reads YAML"
        told: dict[str, Any] = json.loads(done.stdout)["services"]
        return told

    return call


def test_an_image_is_named_by_its_digest_or_by_what_it_is(pin: Pin) -> None:
    assert {name: service["image"] for name, service in pin().items()} == {
        "nginx": "lab.example:5000/nginx@sha256:cc",
        "redis": "redis@sha256:bb",
        "prometheus": "sha256:2222",
        "loki": "grafana/loki:3",  # it is not here: Compose pulls it
    }


def test_what_a_tag_meant_is_remembered_as_long_as_it_can_be_started(pin: Pin, tmp_path: Path) -> None:
    pin()
    memory = json.loads((tmp_path / "images.json").read_text())
    assert memory["prom/prometheus:v2"] == "sha256:2222"
    memory |= {"redis:8.0": "redis@sha256:old", "prom/prometheus:v2": "sha256:gone"}
    (tmp_path / "images.json").write_text(json.dumps(memory))
    told = pin()
    assert told["redis"]["image"] == "redis@sha256:old"
    assert told["prometheus"]["image"] == "sha256:2222", "that one was removed from the host"


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("v1/redis/redis.conf", {"redis"}),
        ("users", {"redis"}),
        ("v1/redis/healthy.sh", set()),  # read each time it runs
        ("v1/nginx/site.conf", set()),  # read at each reload
        ("v1/prometheus/rules/jobs.yml", {"prometheus"}),
    ],
)
def test_the_label_changes_with_the_files_that_are_read_at_the_start(
    pin: Pin, tmp_path: Path, file: str, changed: set[str]
) -> None:
    before = pin()
    assert pin() == before
    path = tmp_path / file
    path.write_text(f"{path.read_text()}# changed\n")
    after = pin()
    assert {name for name in after if after[name]["labels"] != before[name]["labels"]} == changed


def test_a_release_with_the_same_files_changes_nothing(pin: Pin, infra: Path) -> None:
    """They lie in a folder of their own: Redis must not be restarted for that."""
    before = pin()
    assert pin(shutil.copytree(infra, infra.with_name("v2"))) == before


def test_a_new_file_changes_the_label_and_one_that_may_not_be_read_stops_nothing(
    pin: Pin, infra: Path, tmp_path: Path
) -> None:
    before = pin()
    (infra / "prometheus" / "rules" / "new.yml").write_text("")
    assert pin()["prometheus"] != before["prometheus"]
    (tmp_path / "users").unlink()
    assert pin()["redis"]["labels"] != before["redis"]["labels"]
