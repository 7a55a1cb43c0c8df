"""The first Ctrl-C asks, the second insists."""

import signal
import threading

import pytest

from optimizer_core.commands.interrupt import interruptible


def test_the_first_signal_sets_the_event_and_the_second_ends_the_program() -> None:
    before = signal.getsignal(signal.SIGINT)
    with interruptible() as interrupted:
        assert not interrupted.is_set()
        signal.raise_signal(signal.SIGINT)
        assert interrupted.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    states: list[bool] = []

    def work() -> None:
        with interruptible() as interrupted:
            states.append(interrupted.is_set())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert states == [False]
