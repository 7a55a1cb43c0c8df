"""Switches the cyclic garbage collector off while a document is read.

Reading makes millions of objects and no cycle. The collector would look through all of them again and again,
which takes longer than the reading itself.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock

LONGEST_SECONDS = 30.0
"""Readers that begin later than this after the first of them do not keep the collector off any longer."""


MANY_OBJECTS = 100_000
"""Objects of a document of about 1 MB; for fewer, a quick collection takes a few milliseconds."""


class _Readers:
    """The readers of this process; the collector is one for all threads."""

    def __init__(self) -> None:
        self._lock = RLock()  # a finalizer may read a document while the lock is held
        self._num_readers = 0
        self._since = 0.0
        self._was_on = True

    def begin(self) -> bool:
        """Switch the collector off; return False if others have kept it off for too long."""
        with self._lock:
            now = time.monotonic()
            if self._num_readers and now - self._since > LONGEST_SECONDS:
                return False
            if not self._num_readers:
                self._since, self._was_on = now, gc.isenabled()
                gc.disable()
            self._num_readers += 1
            return True

    def end(self) -> None:
        """Switch the collector on again after the last reader, if it was on before the first."""
        with self._lock:
            self._num_readers -= 1
            if not self._num_readers and self._was_on:
                _let_new_objects_grow_old()
                gc.enable()


def _let_new_objects_grow_old() -> None:
    """Move what was read to the oldest generation, so that the next quick collection does not go through it.

    A process that has frozen what it loaded at its start keeps that frozen, and goes through it.
    """
    if gc.get_count()[0] > MANY_OBJECTS and not gc.get_freeze_count():
        gc.freeze()
        gc.unfreeze()


_READERS = _Readers()


@contextmanager
def collector_off() -> Iterator[None]:
    """Keep the cyclic garbage collector off, in every thread, until the last of all readers has ended.

    It nests, and is a decorator too.
    """
    joined = _READERS.begin()
    try:
        yield
    finally:
        if joined:
            _READERS.end()
