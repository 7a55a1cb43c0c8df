"""Whatever step fails, what served serves on; whatever was left half done is put in order first."""

# ruff: noqa: ARG001, ARG002 - stands in for a site, and has its signatures

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tooling.deploy import rollout
from tooling.deploy.releases import Entry, Event, ReleaseLog
from tooling.deploy.rollout import Release, Rollout
from tooling.deploy.stage import Stage
from tooling.deploy.trial import GateClosed
from tooling.shell import CommandFailed

STEPS = ["bring", "try_image", "apply_base", "start", "smoke_inside", "switch", "smoke_edge"]


class Stand:
    """A site in memory: what serves, what runs, what was written down; one step of it may fail."""

    def __init__(self, entries: tuple[Entry, ...] = (), serving: str | None = None, fails: str = "") -> None:
        self.entries = list(entries)
        self.color = serving
        self.runs = {serving} if serving else set()
        self.fails = fails
        self.done: list[str] = []
        self.stage = Stage(name="lab", host="lab", domain="lab.example", images="stream", tls="given")
        self.host = self
        self.dry_run = False

    def step(self, name: str) -> None:
        self.done.append(name)
        if name == self.fails:
            self.fails = ""
            raise CommandFailed(["ssh"], 1, f"{name} went wrong")

    def log(self) -> ReleaseLog:
        return ReleaseLog(self.entries)

    def record(self, entry: Entry) -> None:
        self.entries.append(entry)

    def serving(self) -> str | None:
        return self.color

    def count_workers(self, color: str) -> int:
        return 2 if color in self.runs else 0

    def ask(self, script: str, *, assumed: str = "") -> str:
        return assumed

    def apply_base(self, release: str) -> None:
        self.step("apply_base")

    def certify(self) -> None:
        pass

    def start(self, release: str, color: str, workers: int) -> None:
        self.step("start")
        self.workers = workers
        self.runs.add(color)

    def point(self, color: str) -> None:
        self.color = color

    def switch(self, release: str, color: str) -> None:
        self.color = color
        self.step("switch")

    def drain(self, release: str) -> None:
        pass

    def remove(self, color: str, *, log_lines: int = 0) -> None:
        self.runs.discard(color)


def entry(release: str, color: str, event: Event = Event.LIVE) -> Entry:
    return Entry(datetime(2026, 11, 23, tzinfo=UTC), event, release, "0" * 40, color, {}, "somebody")


@pytest.fixture
def roll(monkeypatch: pytest.MonkeyPatch) -> Callable[[Stand, str], None]:
    """Return a call that rolls a release out to a stand."""

    def call(stand: Stand, release: str) -> None:
        for gate in ("try_image", "smoke_inside", "smoke_edge"):
            monkeypatch.setattr(rollout, gate, lambda *_, name=gate: stand.step(name))
        Rollout(stand, Release(release, "1" * 40)).run(lambda: stand.step("bring"))  # type: ignore[arg-type]

    return call


def test_the_first_release_is_blue_and_the_next_one_green(roll: Callable[[Stand, str], None]) -> None:
    stand = Stand()
    roll(stand, "v1")
    assert (stand.color, stand.runs, stand.workers) == ("blue", {"blue"}, 1)
    assert stand.done == STEPS
    roll(stand, "v2")
    assert (stand.color, stand.runs) == ("green", {"green"})
    assert stand.workers == 2, "as many as the old color had"
    assert [(one.event, one.release) for one in stand.entries] == [
        (Event.STARTED, "v1"), (Event.LIVE, "v1"), (Event.STARTED, "v2"), (Event.LIVE, "v2"),
    ]  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_whatever_fails_the_old_release_serves_on(roll: Callable[[Stand, str], None], step: str) -> None:
    stand = Stand((entry("v1", "blue"),), "blue", fails=step)
    with pytest.raises(SystemExit, match="v2 was not deployed to lab: v1 serves on"):
        roll(stand, "v2")
    assert stand.color == "blue"
    assert stand.runs == {"blue"}
    assert stand.log().live == entry("v1", "blue")
    assert stand.entries[-1].event is Event.FAILED
    assert f"{step} went wrong" in stand.entries[-1].reason


def test_a_closed_gate_and_a_tired_deployer_are_failures_too(
    monkeypatch: pytest.MonkeyPatch, roll: Callable[[Stand, str], None]
) -> None:
    for failure in (GateClosed("smoke test: plans a hotel"), KeyboardInterrupt()):
        stand = Stand((entry("v1", "blue"),), "blue")

        def fail(*_: object, failure: BaseException = failure) -> None:
            raise failure

        monkeypatch.setattr(stand, "switch", fail)
        with pytest.raises(SystemExit, match="v1 serves on"):
            roll(stand, "v2")
        assert stand.color == "blue"


def test_what_was_killed_after_its_switch_is_put_in_order_first(
    roll: Callable[[Stand, str], None],
) -> None:
    """The next one must not take the color of the last good release away."""
    stand = Stand((entry("v1", "blue"), entry("v2", "green", Event.STARTED)), "green")
    roll(stand, "v2")
    assert stand.done[:2] == ["start", "switch"], "v1 is made live again"
    assert stand.color == "green"
    assert stand.log().live is not None
    assert stand.entries[-1].release == "v2"


def test_a_rollback_says_that_what_served_was_not_good(
    monkeypatch: pytest.MonkeyPatch, roll: Callable[[Stand, str], None]
) -> None:
    stand = Stand((entry("v1", "blue"), entry("v2", "green")), "green")
    for gate in ("try_image", "smoke_inside", "smoke_edge"):
        monkeypatch.setattr(rollout, gate, lambda *_: None)
    Rollout(stand, Release("v1", "0" * 40, reason="rolled back")).go_back()  # type: ignore[arg-type]
    assert stand.color == "blue"
    assert [(one.event, one.release) for one in stand.entries[-2:]] == [
        (Event.FAILED, "v2"),
        (Event.LIVE, "v1"),
    ]
    with pytest.raises(LookupError):
        stand.log().back()
