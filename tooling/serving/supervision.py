"""Starts the programs of the service, restarts them when they die, and stops them in order."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Sequence
from types import FrameType

from tooling.serving.child import Child

_LOOK_SECONDS = 0.1
_STOP_SECONDS = 10.0
_REPORT_WAITING_SECONDS = 15.0


class Supervision:
    """Programs that run together until a signal ends them.

    Parameters
    ----------
    children
        The programs, in the order in which they are stopped: those that accept work before those that do it.
    say
        Called with each sentence for people.
    """

    def __init__(self, children: Sequence[Child], say: Callable[[str], None]) -> None:
        self._children = children
        self._say = say
        self._stopping = threading.Event()
        self._is_hurried = False

    def run(self, welcome: str) -> None:
        """Keep the programs running; must run in the main thread.

        Parameters
        ----------
        welcome
            Printed once all are ready.

        Raises
        ------
        GivenUp
            If one of them cannot be kept alive; the others are stopped first.
        """
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._stop) for number in signals}
        try:
            for child in self._children:
                child.start()
            self._watch(welcome)
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _watch(self, welcome: str) -> None:
        began, waiting = time.monotonic(), list(self._children)
        is_waiting_reported = False
        while not self._stopping.wait(_LOOK_SECONDS):
            for child in self._children:
                child.look_after()
            if not waiting:
                continue
            waiting = [child for child in waiting if not child.is_ready()]
            if not waiting:
                self._say(welcome)
            elif not is_waiting_reported and time.monotonic() - began > _REPORT_WAITING_SECONDS:
                self._say(f"still waiting until {', '.join(child.name for child in waiting)} is ready")
                is_waiting_reported = True

    def _end(self) -> None:
        if self._stopping.is_set():
            self._say("stopping; unfinished jobs are kept and run after the next start")
        for child in self._children:
            if self._is_hurried:
                child.kill()
            elif not child.stop(_STOP_SECONDS):
                self._say(f"{child.name} did not end and was killed")

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self._stopping.is_set():  # a second Ctrl-C
            self._is_hurried = True
            for child in self._children:
                child.hurry()
        self._stopping.set()
