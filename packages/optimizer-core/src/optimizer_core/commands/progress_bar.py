"""A progress bar on the terminal, for solves longer than a second."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Self, TextIO

from optimizer_core.domain import Progress, relative_gap
from optimizer_core.report import percent, points

_WIDTH = 20
_SECONDS_OF_SILENCE = 1.0
_SECONDS_BETWEEN = 0.2
_CLEAR = "\r\x1b[K"


class ProgressBar:
    """Shows the latest progress with value, bound and gap; silent unless the stream is a terminal.

    Parameters
    ----------
    stream
        Where to draw.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._latest = Progress("starting", 0)
        self._started = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def __enter__(self) -> Self:
        """Start to draw."""
        if self._stream.isatty():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Erase the bar."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def report(self, progress: Progress) -> None:
        """Record the latest progress."""
        self._latest = progress

    def _draw(self) -> None:
        if self._ended.wait(_SECONDS_OF_SILENCE):
            return
        while not self._ended.wait(_SECONDS_BETWEEN):
            self._stream.write(_CLEAR + bar(self._latest, time.monotonic() - self._started))
            self._stream.flush()
        self._stream.write(_CLEAR)
        self._stream.flush()


def bar(progress: Progress, seconds: float) -> str:
    """Return the bar as one line.

    Parameters
    ----------
    progress
        The state of the solve.
    seconds
        Time since its start.
    """
    filled = _WIDTH * progress.percent // 100
    text = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {progress.percent:3d} %  {progress.stage}"
    value, bound = progress.value, progress.bound
    if value is not None:
        text += f"  value {points(value)}"
    if bound is not None:
        text += f"  bound {points(bound)}"
    gap = relative_gap(value, bound)
    if value and gap is not None:
        text += f"  gap {percent(float(gap))}"
    return f"{text}  {seconds:.0f} s"
