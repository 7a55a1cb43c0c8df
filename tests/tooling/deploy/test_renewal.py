"""Secrets are renewed while the service goes on, and put back where it does not come up with them."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tooling.deploy import renewal
from tooling.deploy.renewal import renew_secrets
from tooling.deploy.site import Site
from tooling.shell import CommandFailed
from tooling.stack import make_secrets

LIVE: dict[str, object] = {
    "time": "2026-11-30T00:00:00+00:00",
    "event": "live",
    "release": "v1",
    "revision": "c",
}
LIVE |= {"color": "blue", "images": {}, "by": "x"}


class Rollout:
    """Stands in for one: notes what Redis lets in meanwhile, and ends as it is told."""

    during: dict[str, str]
    fails = False
    switches = True

    def __init__(self, site: Site, release: object) -> None:
        del release
        self.site = site

    def run(self, bring: Callable[[], None]) -> None:
        bring()
        type(self).during = values(Path(self.site.path("secrets")))
        if self.switches:
            Path(self.site.path("upstream", "api.conf")).write_text("set $api api-green:8000;\n")
        if self.fails:
            raise SystemExit("not fit")


def values(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text().strip() for path in folder.iterdir()}


def lets_in(users: str, password: str) -> bool:
    return f"#{hashlib.sha256(password.encode()).hexdigest()}" in users


@pytest.fixture
def rollout(monkeypatch: pytest.MonkeyPatch) -> type[Rollout]:
    """Return what stands in for a rollout of this test alone."""
    made = type("Told", (Rollout,), {})
    monkeypatch.setattr(renewal, "Rollout", made)
    return made


@pytest.fixture
def secrets(site: Site, tmp_path: Path) -> Path:
    """Return the folder of the secrets of a stage that serves; Docker notes what it is asked."""
    folder = Path(site.path("secrets"))
    make_secrets(folder)
    (folder / "smtp_password").write_text("of the mail server\n")
    Path(site.path("releases.jsonl")).write_text(json.dumps(LIVE) + "\n")
    Path(site.path("upstream", "api.conf")).write_text("set $api api-blue:8000;\n")
    docker = tmp_path / "bin" / "docker"
    docker.write_text(
        f'#!/bin/sh\necho "$*" >>{tmp_path}/asked\n'
        "case $1 in ps) echo 7 ;; inspect) cat healthy 2>/dev/null || echo healthy ;; esac\n"
    )
    docker.chmod(0o755)
    return folder


def test_every_secret_is_new_and_redis_knew_both_passwords_meanwhile(
    site: Site, secrets: Path, tmp_path: Path, rollout: type[Rollout]
) -> None:
    before = values(secrets)
    renew_secrets(site)
    after, during = values(secrets), rollout.during
    same = {name for name in before if before[name] == after[name]}
    known = {"backup_password", "grafana_password", "smtp_password", "redis_password_remote", "queue_secret"}
    assert same == known, "people, other hosts and the other color know these"
    for user in ("api", "worker", "health", "backup", "exporter"):
        name = f"redis_password_{user}"
        assert during[name] == after[name], "the new color starts with the new one"
        assert lets_in(during["redis_users"], before[name])
        assert lets_in(during["redis_users"], after[name])
        assert not lets_in(after["redis_users"], before[name])
        assert lets_in(after["redis_users"], after[name])
    restarts = [line for line in (tmp_path / "asked").read_text().splitlines() if "restart" in line]
    assert restarts == ["restart --time 60 7", "restart --time 60 7", "restart 7"]


@pytest.mark.parametrize("switches", [False, True])
def test_where_the_service_does_not_come_up_the_one_that_serves_keeps_its_secrets(
    site: Site, secrets: Path, rollout: type[Rollout], switches: bool
) -> None:
    """Unless the switch was made before something failed: then it is the new ones that are in use."""
    rollout.fails, rollout.switches = True, switches
    before = values(secrets)
    with pytest.raises(SystemExit, match="not fit"):
        renew_secrets(site)
    after = values(secrets)
    assert lets_in(after["redis_users"], before["redis_password_api"])
    assert lets_in(after["redis_users"], after["redis_password_api"])
    assert (after["redis_password_api"] == before["redis_password_api"]) is not switches
    assert (after["session_secret"] == before["session_secret"]) is not switches


def test_a_redis_that_does_not_come_back_ends_it(
    site: Site, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "HEALTHY_SECONDS", 1)
    docker = tmp_path / "bin" / "docker"
    docker.write_text("#!/bin/sh\ncase $1 in ps) echo 7 ;; inspect) echo starting ;; esac\n")
    with pytest.raises(CommandFailed):
        renew_secrets(site)
    assert secrets.is_dir()


def test_nothing_is_renewed_where_nothing_serves(site: Site, secrets: Path) -> None:
    Path(site.path("releases.jsonl")).unlink()
    before = values(secrets)
    with pytest.raises(SystemExit, match="nothing was deployed to lab"):
        renew_secrets(site)
    assert values(secrets) == before
