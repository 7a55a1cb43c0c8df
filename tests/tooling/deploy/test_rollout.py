"""Whatever step fails, the release that served continues to; what was left half done is cleaned up first."""

# ruff: noqa: ARG002 - stands in for a site, and has its signatures

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tooling.deploy import rollout
from tooling.deploy.releases import Entry, Event, ReleaseLog
from tooling.deploy.rollout import Release, Rollout
from tooling.deploy.stage import Stage, WorkerHost
from tooling.deploy.trial import GateClosed
from tooling.shell import CommandFailed

STEPS = [
    "bring",
    "record",
    "try_image",
    "mark_unproven",
    "start",
    "smoke_inside",
    "point",
    "switch",
    "smoke_edge",
]


class Stand:
    """A site in memory: what serves, what runs, what was written down; some steps of it fail.

    ``record:2`` is the second time that something is written down.
    """

    def __init__(
        self, entries: tuple[Entry, ...] = (), serving: str | None = None, fails: tuple[str, ...] = ()
    ) -> None:
        self.entries = list(entries)
        self.color = serving
        self.runs = {serving} if serving else set()
        self.fails = fails
        self.done: list[str] = []
        self.workers = {serving: 2} if serving else {}
        self.stage = Stage(name="lab", host="lab", domain="lab.example", images="stream", tls="given")
        self.host = self
        self.dry_run = False
        self.unproven: tuple[str, str | None] | None = None

    def step(self, name: str) -> None:
        self.done.append(name)
        if f"{name}:{self.done.count(name)}" in self.fails:
            raise CommandFailed(["ssh"], 1, f"{name} went wrong")

    def log(self) -> ReleaseLog:
        return ReleaseLog(self.entries)

    def record(self, *entries: Entry) -> None:
        self.step("record")
        self.entries += entries

    def serving(self) -> str | None:
        return self.color

    def count_workers(self, color: str) -> int:
        return self.workers.get(color, 0)

    def ask(self, script: str, *, assumed: str = "") -> str:
        return assumed

    def mark_unproven(self, color: str, live: str | None) -> None:
        self.step("mark_unproven")
        self.unproven = (color, live)

    def log_command(self, release: str) -> str:
        return f"the log of {release}"

    def clear_unproven(self) -> None:
        self.unproven = None

    def certify(self) -> None:
        pass

    def start(self, release: str, color: str, workers: int) -> None:
        self.step("start")
        self.workers[color] = workers
        self.runs.add(color)

    def point(self, color: str) -> None:
        self.step("point")
        self.color = color

    def switch(self, color: str) -> None:
        self.point(color)
        self.step("switch")

    def drain(self) -> None:
        pass

    def remove(self, color: str, *, log_lines: int = 0) -> None:
        self.step("remove")
        self.runs.discard(color)


def entry(release: str, color: str, event: Event = Event.LIVE) -> Entry:
    return Entry(datetime(2026, 11, 23, tzinfo=UTC), event, release, "0" * 40, color, {}, "somebody")


@pytest.fixture
def roll(monkeypatch: pytest.MonkeyPatch) -> Callable[[Stand, str], None]:
    """Return a call that rolls a release out to a stand."""

    def call(stand: Stand, release: str) -> None:
        monkeypatch.setattr(Rollout, "_need_base", lambda _: None)
        for gate in ("try_image", "smoke_inside", "smoke_edge"):
            monkeypatch.setattr(rollout, gate, lambda *_, name=gate: stand.step(name))
        Rollout(stand, Release(release, "1" * 40)).run(lambda: stand.step("bring"))  # type: ignore[arg-type]

    return call


def test_the_first_release_is_blue_and_the_next_one_green(roll: Callable[[Stand, str], None]) -> None:
    stand = Stand()
    roll(stand, "v1")
    assert (stand.color, stand.runs, stand.workers["blue"]) == ("blue", {"blue"}, 1)
    assert stand.done == [*STEPS, "record", "remove"]
    assert stand.unproven is None
    stand.workers["blue"] = 2
    roll(stand, "v2")
    assert (stand.color, stand.runs) == ("green", {"green"})
    assert stand.workers["green"] == 2, "as many as the old color had"
    assert [(one.event, one.release) for one in stand.entries] == [
        (Event.STARTED, "v1"), (Event.LIVE, "v1"), (Event.STARTED, "v2"), (Event.LIVE, "v2"),
    ]  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_whatever_fails_the_old_release_serves_on(roll: Callable[[Stand, str], None], step: str) -> None:
    stand = Stand((entry("v1", "blue"),), "blue", fails=(f"{step}:1",))
    with pytest.raises(SystemExit, match="v2 was not deployed to lab: v1 continues to serve"):
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
        with pytest.raises(SystemExit, match="v1 continues to serve"):
            roll(stand, "v2")
        assert stand.color == "blue"


def test_an_error_that_nobody_foresaw_leads_to_the_same_and_is_told(
    monkeypatch: pytest.MonkeyPatch, roll: Callable[[Stand, str], None]
) -> None:
    for failure in (OSError("no more files"), KeyError("a fault of ours"), SystemExit("no image")):
        stand = Stand((entry("v1", "blue"),), "blue")

        def fail(*_: object, failure: BaseException = failure) -> None:
            raise failure

        monkeypatch.setattr(stand, "start", fail)
        with pytest.raises(type(failure)) as raised:
            roll(stand, "v2")
        assert raised.value is failure
        assert stand.done[-3:] == ["point", "remove", "record"]
        assert (stand.color, stand.entries[-1].event) == ("blue", Event.FAILED)


@pytest.mark.parametrize("trouble", ["point:1", "remove:1", "record:2"])
def test_giving_up_goes_on_when_a_part_of_it_fails(roll: Callable[[Stand, str], None], trouble: str) -> None:
    """The configuration of a broken release may keep nginx from taking up that of the old one."""
    stand = Stand((entry("v1", "blue"),), "blue", fails=("start:1", trouble))
    with pytest.raises(SystemExit) as ended:
        roll(stand, "v2")
    assert stand.done[-3:] == ["point", "remove", "record"]
    assert f"not cleaned up: {trouble[:-2]} went wrong" in str(ended.value)
    assert stand.color == "blue"


def test_what_nginx_still_asks_is_not_removed(roll: Callable[[Stand, str], None]) -> None:
    """It may be wrong, but without it nobody is answered at all."""
    stand = Stand((entry("v1", "blue"),), "blue", fails=("smoke_edge:1", "point:2"))
    with pytest.raises(SystemExit, match="nginx still uses green"):
        roll(stand, "v2")
    assert stand.runs == {"blue", "green"}
    assert stand.entries[-1].event is Event.FAILED


def test_what_was_switched_to_is_left_before_anything_else(roll: Callable[[Stand, str], None]) -> None:
    stand = Stand((entry("v1", "blue"),), "blue", fails=("smoke_edge:1",))
    with pytest.raises(SystemExit, match="v1 continues to serve"):
        roll(stand, "v2")
    assert stand.done[-4:] == ["point", "switch", "remove", "record"]


def test_what_was_killed_after_its_switch_is_put_in_order_first(
    roll: Callable[[Stand, str], None],
) -> None:
    """The next one must not take the color of the last good release away."""
    stand = Stand((entry("v1", "blue"), entry("v2", "green", Event.STARTED)), "green")
    stand.workers = {"blue": 3, "green": 3}
    roll(stand, "v2")
    assert stand.done[:3] == ["start", "point", "switch"], "v1 is made live again"
    assert stand.workers["blue"] == 3, "with as many workers as it had"
    assert stand.color == "green"
    assert stand.log().live is not None
    assert stand.entries[-1].release == "v2"


def test_worker_hosts_follow_after_the_switch_and_before_the_old_color_stops(
    roll: Callable[[Stand, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that does not makes the end a failure, and changes nothing about what serves."""
    stand = Stand((entry("v1", "blue"),), "blue")
    stand.stage = replace(stand.stage, redis_address="h", workers=(WorkerHost("w", "w", "192.0.2.3"),))
    printed: list[str] = []

    def update(site: Stand, release: str, color: str) -> list[str]:
        site.step(f"workers of {release} ({color})")
        return printed

    monkeypatch.setattr(rollout, "update_workers", update)
    roll(stand, "v2")
    assert stand.done[-3:] == ["record", "workers of v2 (green)", "remove"]
    printed.append("w: not reached")
    with pytest.raises(SystemExit, match="v3 is live, but not everywhere:\nw: not reached"):
        roll(stand, "v3")
    assert (stand.color, stand.entries[-1].event, stand.runs) == ("blue", Event.LIVE, {"blue"})


@pytest.fixture
def go_back(monkeypatch: pytest.MonkeyPatch) -> Callable[[Stand], None]:
    """Return a call that goes back on a stand, as the task does."""

    def call(stand: Stand) -> None:
        monkeypatch.setattr(Rollout, "_need_base", lambda _: None)
        for gate in ("try_image", "smoke_inside", "smoke_edge"):
            monkeypatch.setattr(rollout, gate, lambda *_: None)
        back = stand.log().back()
        Rollout(stand, Release(back.release, back.revision, reason="rolled back")).go_back()  # type: ignore[arg-type]

    return call


def test_a_rollback_says_that_what_served_was_not_good(go_back: Callable[[Stand], None]) -> None:
    stand = Stand((entry("v1", "blue"), entry("v2", "green")), "green")
    go_back(stand)
    assert (stand.color, stand.workers["blue"]) == ("blue", 2)
    assert [(one.event, one.release) for one in stand.entries[-2:]] == [
        (Event.FAILED, "v2"),
        (Event.LIVE, "v1"),
    ]
    with pytest.raises(LookupError):
        stand.log().back()


def test_a_rollback_that_was_killed_is_run_again(
    monkeypatch: pytest.MonkeyPatch, go_back: Callable[[Stand], None]
) -> None:
    """Nothing is written of its end, or all of it: the same command goes to the same release."""
    stand = Stand((entry("v1", "blue"), entry("v2", "green"), entry("v3", "blue")), "blue")

    def killed(*entries: Entry) -> None:
        if entries[-1].event is Event.LIVE:
            assert [one.event for one in entries] == [Event.FAILED, Event.LIVE], "one write for both"
            raise SystemError
        stand.entries += entries

    with monkeypatch.context() as patched:
        patched.setattr(stand, "record", killed)
        patched.setattr(Rollout, "_give_up", lambda *_: "")  # a killed one does not
        with pytest.raises(SystemError):
            go_back(stand)
    assert stand.color == "green"
    go_back(stand)
    assert (stand.color, stand.runs) == ("green", {"green"})
    assert stand.log().live == stand.entries[-1]
    assert stand.entries[-1].release == "v2"
    assert stand.log().back().release == "v1"
