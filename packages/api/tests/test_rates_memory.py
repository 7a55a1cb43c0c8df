import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from bookingopt_api.rates_memory import SWEEP_SECONDS, CountersInProcess


class Clock:
    """A clock that a test sets."""

    now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock that counters, ours and the library's, look at."""
    made = Clock()
    monkeypatch.setattr("time.time", made.time)
    return made


def test_a_counter_is_over_when_its_time_is(clock: Clock) -> None:
    counters = CountersInProcess()
    assert [counters.incr("ann", 10) for _ in range(3)] == [1, 2, 3]
    clock.now += 9.9
    assert counters.incr("ann", 10, 2) == 5
    clock.now += 0.1
    assert counters.get("ann") == 0
    assert counters.incr("ann", 10) == 1


def test_counting_down_stops_at_nothing() -> None:
    counters = CountersInProcess()
    counters.incr("ann", 10, 3)
    assert counters.decr("ann") == 2
    assert counters.decr("ann", 5) == 0
    assert counters.decr("nobody") == 0


def test_what_is_over_does_not_lie_about(clock: Clock) -> None:
    counters = CountersInProcess()
    for number in range(50):
        counters.incr(f"caller {number}", 1)
    clock.now += SWEEP_SECONDS + 1
    counters.incr("ann", 10)
    assert dict(counters.storage) == {"ann": 1}
    assert set(counters.expirations) == {"ann"}


def test_counting_starts_no_thread_and_loses_nothing() -> None:
    counters = CountersInProcess()
    counters.timer.join()  # of the library, and the last one
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _number: counters.incr("ann", 60), range(4_000)))
        names = {thread.name for thread in threading.enumerate()}
    assert counters.get("ann") == 4_000
    assert not [name for name in names if name.startswith("Timer")]
    assert not counters.timer.is_alive()
