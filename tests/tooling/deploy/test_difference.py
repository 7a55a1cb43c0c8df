"""What a deployment would change is read from the host: release, images, files, settings."""

import json
import subprocess
from pathlib import Path

import pytest

from tooling.deploy.difference import differences
from tooling.deploy.site import Site
from tooling.shell import ROOT, ask


def commit(name: str) -> str:
    line = ["git", "rev-parse", name]
    return subprocess.run(line, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def live(site: Site, tmp_path: Path) -> dict[str, object]:
    """Let a release serve in green, whose API is as here and whose worker is not."""
    docker = tmp_path / "bin" / "docker"
    docker.write_text("#!/bin/sh\necho sha256:0123456789abcdef\n")
    docker.chmod(0o755)
    entry: dict[str, object] = {"time": "2026-11-30T00:00:00+00:00", "event": "live", "release": "v1"}
    entry |= {"revision": commit("HEAD"), "color": "green", "by": "x"}
    entry["images"] = {"api": "sha256:0123456789abcdef", "worker": "sha256:fedcba9876543210"}
    Path(site.path("releases.jsonl")).write_text(json.dumps(entry) + "\n")
    Path(site.path("stage.env")).write_text(site.settings())
    return entry


@pytest.mark.usefixtures("live")
def test_what_is_the_same_and_what_is_not(site: Site) -> None:
    told = differences(site, "v2", commit("HEAD"))
    assert told == [
        "release   v1 (green) -> v2 (blue)",
        "image     api: the same, sha256:0123456789ab",
        "image     worker: sha256:fedcba987654 -> sha256:0123456789ab",
        "files     0 differ",
        "settings  the same",
        "shared    nginx, Redis and monitoring differ",
    ]


@pytest.mark.usefixtures("live")
def test_settings_and_files_that_differ_are_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    text = site.settings().replace("SERVER_NAME=lab.example", "SERVER_NAME=old.example")
    Path(site.path("stage.env")).write_text(text)
    names = [f"infra/{number}" for number in range(12)]

    def told_by_git(line: list[str]) -> str:
        return "\n".join(names) if line[1] == "diff" else ask(line)

    monkeypatch.setattr("tooling.deploy.difference.ask", told_by_git)
    told = differences(site, "v2", "HEAD")
    assert "          - SERVER_NAME=old.example" in told
    assert "          + SERVER_NAME=lab.example" in told
    assert told.index("files     12 differ") + 11 == told.index("          and 2 more")


def test_files_of_a_commit_that_is_not_here(site: Site, live: dict[str, object]) -> None:
    live["revision"] = "0" * 40
    Path(site.path("releases.jsonl")).write_text(json.dumps(live) + "\n")
    assert f"files     there they are of {'0' * 12}, which this checkout does not have" in differences(
        site, "v2", commit("HEAD")
    )


def test_before_the_first_deployment_everything_is_new(site: Site) -> None:
    assert differences(site, "v1", commit("HEAD"))[0] == "release   none -> v1 (blue)"
