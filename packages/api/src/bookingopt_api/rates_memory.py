"""Counters of requests inside one process."""

from __future__ import annotations

import time
from threading import Lock

from limits.storage import MemoryStorage

SWEEP_SECONDS = 1.0
"""How long expired counters may stay in memory."""


class CountersInProcess(MemoryStorage):
    """Counters in memory that need no thread.

    Those of the library start a thread to delete old counters, a hundred times a second under load. Each
    counted request waits for its start: 2 ms, ten times what the counting takes.
    """

    # The library creates its own counters for its own addresses.
    STORAGE_SCHEME: list[str] = []  # noqa: RUF012 - declared like this there

    def __init__(self, *, wrap_exceptions: bool = False) -> None:
        self._lock = Lock()
        self._swept = time.time()
        super().__init__(wrap_exceptions=wrap_exceptions)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add to a counter and return its new value.

        Parameters
        ----------
        key
            The counter; one that is missing or expired begins at 0.
        expiry
            Lifetime of a counter in seconds, from its first count.
        amount
            The number to add.
        """
        with self._lock:
            self._sweep()
            count = self.get(key) + amount
            self.storage[key] = count
            if count == amount:
                self.expirations[key] = time.time() + expiry
            return count

    def decr(self, key: str, amount: int = 1) -> int:
        """Subtract from a counter, which never falls below 0, and return its new value."""
        with self._lock:
            count = max(self.get(key) - amount, 0)
            if key in self.expirations:
                self.storage[key] = count
            return count

    def _sweep(self) -> None:
        now = time.time()
        if now < self._swept + SWEEP_SECONDS:
            return
        self._swept = now
        for key in [key for key, until in self.expirations.items() if until <= now]:
            del self.expirations[key]
            self.storage.pop(key, None)
