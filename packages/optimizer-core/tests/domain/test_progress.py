"""Limits know how long is left, and when to stop."""

from types import SimpleNamespace

import pytest

from optimizer_core.domain import Limits, Progress


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return a clock that stands still until its only entry is changed."""
    now = [100.0]
    still = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr("optimizer_core.domain.progress.time", still)
    return now


def test_without_a_limit_there_is_always_time(clock: list[float]) -> None:
    limits = Limits()
    clock[0] += 1e9
    assert limits.seconds_left() == float("inf")
    assert not limits.is_over()


def test_the_clock_starts_with_the_object_and_never_shows_less_than_nothing(clock: list[float]) -> None:
    clock[0] = 200.0
    limits = Limits(10, started=200.0)
    clock[0] = 204.0
    assert limits.seconds_left() == 6.0
    assert not limits.is_over()
    clock[0] = 250.0
    assert limits.seconds_left() == 0.0
    assert limits.is_over()


def test_a_cancel_ends_it_whatever_time_is_left() -> None:
    assert Limits(1e9, is_cancelled=lambda: True).is_over()


def test_progress_goes_to_whoever_listens() -> None:
    seen: list[Progress] = []
    Limits(report=seen.append).report(Progress("pool", 50))
    Limits().report(Progress("pool", 50))
    assert seen == [Progress("pool", 50)]
