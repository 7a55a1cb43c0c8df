"""One command makes a worker host; a dry run prints all of it and reaches no host."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from invoke.context import Context

from tooling.deploy import tasks_host, tasks_workers
from tooling.deploy.shared import Base
from tooling.deploy.site import Site
from tooling.deploy.stage import InvalidStage, load_stage
from tooling.deploy.worker_site import WorkerSite

LISTED = (
    'redis_address = "192.0.2.2"\n'
    '[workers.worker2]\nhost = "deploy@worker2.example"\naddress = "192.0.2.3"\n'
    '[workers.worker3]\nhost = "deploy@worker3.example"\naddress = "192.0.2.4"\n'
)


@pytest.fixture(autouse=True)
def stage(put_stage: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the stage have two worker hosts, which cannot be reached."""
    put_stage("staging", tls="given")
    with (tmp_path / "stages" / "staging.toml").open("a") as file:
        file.write(LISTED)
    monkeypatch.setattr("tooling.deploy.source.choose_release", lambda *_, **__: "v1")


def test_a_dry_run_tells_the_steps_in_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    tasks_workers.deploy(Context(), "staging", "worker3", admin="admin", dry_run=True)
    printed = capsys.readouterr().out
    steps = [
        "would open the port of Redis for 192.0.2.3, 192.0.2.4",
        "--workers ",
        "would prepare worker3",
        "admin@worker3.example",
        "would take the lock",
        "create the missing secrets",
        "would apply nginx and Redis",
        "redis_tls_client_worker3.key",
        "would receive the image",
        "--scale worker=1 worker",
        "bookingopt:workers",
        "bookingopt-green",
        "would run the workers of v1 on worker3",
    ]
    places = [printed.index(step) for step in steps]
    assert places == sorted(places)
    assert "deploy@worker2" not in printed


def test_a_host_that_the_stage_does_not_list_is_refused() -> None:
    with pytest.raises(
        InvalidStage, match=r"no worker host 'worker9': write \[workers.worker9\] \(has: worker2, "
    ):
        tasks_workers.deploy(Context(), "staging", "worker9", dry_run=True)


def test_hosts_that_are_prepared_are_not_prepared_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the firewall is opened only where it is not."""
    prepared: list[tuple[str, str]] = []
    listed = "192.0.2.4\n192.0.2.3"
    ready = False

    def bootstrap(_: Context, host: str, *, workers: str = "", **__: object) -> None:
        prepared.append((host, workers))

    monkeypatch.setattr(tasks_host, "bootstrap", bootstrap)
    monkeypatch.setattr("tooling.deploy.host.Host.ask", lambda *_, **__: listed)
    monkeypatch.setattr(WorkerSite, "is_prepared", lambda _: ready)
    with pytest.raises(SystemExit):  # at the lock: no host is reached
        tasks_workers.deploy(Context(), "staging", "worker2")
    assert prepared == [("root@worker2.example", "")]
    prepared.clear()
    listed, ready = "192.0.2.4", True
    with pytest.raises(SystemExit):
        tasks_workers.deploy(Context(), "staging", "worker2")
    assert prepared == [("root@lab.example", "192.0.2.3 192.0.2.4")]


def test_a_renewal_makes_new_secrets_before_redis_and_workers_get_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    renewed: list[bool] = []
    monkeypatch.setattr(Site, "prepare", lambda _, *, renews_workers=False: renewed.append(renews_workers))
    tasks_workers.renew(Context(), "staging", dry_run=True)
    printed = capsys.readouterr().out
    assert renewed == [True]
    for name in ("worker2", "worker3"):
        assert f"deploy@{name}.example" in printed


def test_redis_is_left_alone_that_listens_already(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced: list[str] = []
    monkeypatch.setattr(Base, "replace", lambda _, name: replaced.append(name))
    site = Site(load_stage("staging"))
    for listens in (True, False):
        monkeypatch.setattr(Base, "lets_workers_in", lambda _, listens=listens: listens)
        tasks_workers._need_redis(site, "v1")
    assert replaced == ["v1"]
