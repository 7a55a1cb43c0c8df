"""A program of the service that is restarted when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_LEASH = Path(__file__).with_name("leash.py")
_STEADY_SECONDS = 30.0
_LONGEST_PAUSE_SECONDS = 8.0
_MOST_DEATHS = 5
_ANSWER_SECONDS = 2.0


class GivenUp(Exception):
    """A program of the service died repeatedly, or never started."""


@dataclass
class Child:
    """A program of the service.

    Parameters
    ----------
    name
        Name for people.
    module
        Module that Python runs.
    environment
        Its settings.
    ready_url
        Address that answers 200 as soon as it is ready.
    stop_signal
        Signal that ends it gracefully.
    report
        Called with each line it prints, from another thread.
    """

    name: str
    module: str
    environment: Mapping[str, str]
    ready_url: str
    stop_signal: signal.Signals
    report: Callable[[str, str], None]
    _process: subprocess.Popen[str] | None = field(default=None, init=False)
    _reader: threading.Thread | None = field(default=None, init=False)
    _deaths: int = field(default=0, init=False)
    _started: float = field(default=0.0, init=False)
    _next_start: float | None = field(default=None, init=False)
    _was_ready: bool = field(default=False, init=False)

    def start(self) -> None:
        """Start it; must be called in the main thread, with which it ends."""
        leash = (sys.executable, str(_LEASH), str(os.getpid()), str(int(self.stop_signal)))
        self._process = subprocess.Popen(
            [*leash, sys.executable, "-m", self.module],
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches only the supervisor, which passes it on in order
        )
        self._started = time.monotonic()
        self._next_start = None
        self._reader = threading.Thread(target=self._read, args=(self._process,), daemon=True)
        self._reader.start()

    def is_ready(self) -> bool:
        """Return whether it reports that it is ready."""
        try:
            with urllib.request.urlopen(self.ready_url, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310
                is_ready = bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False
        self._was_ready |= is_ready
        return is_ready

    def look_after(self) -> None:
        """Restart it if it has died, after a pause that grows with each death.

        Raises
        ------
        GivenUp
            If it has died five times without a steady period in between, or before it was ever ready.
        """
        if self._next_start is not None:
            if time.monotonic() >= self._next_start:
                self.start()
            return
        if self._process is None or self._process.poll() is None:
            return
        how = _how_it_ended(self._process.returncode)
        self._join_reader()
        if not self._was_ready:
            raise GivenUp(f"{self.name} did not start: it {how}")
        is_steady = time.monotonic() - self._started > _STEADY_SECONDS
        self._deaths = 1 if is_steady else self._deaths + 1
        if self._deaths >= _MOST_DEATHS:
            raise GivenUp(f"{self.name} {how}, {self._deaths} times in a row; it is not started again")
        pause = min(0.25 * 2**self._deaths, _LONGEST_PAUSE_SECONDS)
        self.report(self.name, f"{how}; started again in {pause:g} s")
        self._next_start = time.monotonic() + pause

    def stop(self, seconds: float) -> bool:
        """Stop it gracefully, or kill it after the time limit; return whether no kill was needed."""
        if self._process is None:
            return True
        if self._process.poll() is None:
            self._process.send_signal(self.stop_signal)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return False
        self._join_reader()
        return True

    def kill(self) -> None:
        """Kill it now."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def hurry(self) -> None:
        """Kill it without waiting for its end; may be called from a signal handler."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)

    def _read(self, process: subprocess.Popen[str]) -> None:
        if process.stdout is not None:
            with process.stdout as lines:
                for line in lines:
                    self.report(self.name, line.rstrip("\n"))

    def _join_reader(self) -> None:
        """Wait until its last lines are printed."""
        if self._reader is not None:
            self._reader.join(1.0)


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with {code}"
