from __future__ import annotations

import os
import signal
from dataclasses import dataclass, field

import pytest

from tooling.serving.child import Child, GivenUp
from tooling.serving.supervision import Supervision


@dataclass
class Actor(Child):
    """A program that does what a test wants and remembers what was asked of it."""

    acts: list[str] = field(default_factory=list)
    is_dying: bool = False

    def start(self) -> None:
        self.acts.append(f"start {self.name}")

    def is_ready(self) -> bool:
        return True

    def look_after(self) -> None:
        if self.is_dying:
            raise GivenUp(f"{self.name} is dead")

    def stop(self, seconds: float) -> bool:
        self.acts.append(f"stop {self.name}")
        return seconds > 0

    def hurry(self) -> None:
        self.acts.append(f"hurry {self.name}")

    def kill(self) -> None:
        self.acts.append(f"kill {self.name}")


def _actors(acts: list[str], *, is_dying: bool = False) -> list[Child]:
    def actor(name: str) -> Child:
        return Actor(
            name, "module", {}, "http://x/", signal.SIGTERM, lambda *_: None, acts, name == "b" and is_dying
        )

    return [actor("a"), actor("b")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_in_order_and_the_handlers_are_as_before(number: signal.Signals) -> None:
    acts: list[str] = []
    said: list[str] = []
    before = signal.getsignal(number)

    def say(line: str) -> None:
        said.append(line)
        if line == "welcome":
            os.kill(os.getpid(), number)

    Supervision(_actors(acts), say).run("welcome")
    assert acts == ["start a", "start b", "stop a", "stop b"]
    assert said[0] == "welcome"
    assert said[1].startswith("stopping")
    assert signal.getsignal(number) is before


def test_one_that_is_given_up_takes_the_others_along() -> None:
    acts: list[str] = []
    with pytest.raises(GivenUp, match="b is dead"):
        Supervision(_actors(acts, is_dying=True), lambda _: None).run("welcome")
    assert acts[2:] == ["stop a", "stop b"]


def test_a_second_signal_is_a_hurry() -> None:
    acts: list[str] = []

    def say(line: str) -> None:
        if line == "welcome" or line.startswith("stopping"):
            os.kill(os.getpid(), signal.SIGINT)

    Supervision(_actors(acts), say).run("welcome")
    assert acts == ["start a", "start b", "hurry a", "hurry b", "kill a", "kill b"]
