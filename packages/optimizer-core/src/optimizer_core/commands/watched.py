"""The limits of a solve that a person watches: Ctrl-C ends it early, and a bar shows its progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

from optimizer_core.commands.interrupt import interruptible
from optimizer_core.commands.progress_bar import ProgressBar
from optimizer_core.domain import Limits


@contextmanager
def watched(time_limit_seconds: float) -> Iterator[tuple[Limits, Event]]:
    """Yield the limits of a solve, and the event that the first Ctrl-C sets.

    Parameters
    ----------
    time_limit_seconds
        Time of the solve.
    """
    with interruptible() as interrupted, ProgressBar(sys.stderr) as progress_bar:
        yield Limits(time_limit_seconds, interrupted.is_set, progress_bar.report), interrupted
