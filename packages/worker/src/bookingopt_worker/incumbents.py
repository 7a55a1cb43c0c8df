"""Throttles how often intermediate plans are sent: serializing one costs solver time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LARGEST_BYTES = 64 * 1024 * 1024
"""A larger result document is sent only as the final result."""

_SHARE = 5.0
_LEAST_SECONDS = 1.0
# Measured: the result of 1,000 rooms and 365 nights (a problem of 8 MB) takes 8 seconds; small ones next to
# nothing.
_SECONDS_PER_BYTE = 1e-6
_NEXT_TO_NOTHING_SECONDS = 0.25

Draft = Callable[[], bytes | None]
"""Returns the result document as of now; None if it is no better than the one before."""


class Teller:
    """Sends the latest plan of one solve: for a small hotel the first one at once, others less often.

    Sending takes at most a sixth of the time, or a quarter of a second.

    A plan that comes too early is kept, and sent when the solver next checks whether it must stop. That
    happens in the solver's thread, so the reader never waits for the rest of a document from a process
    that is stuck.

    Parameters
    ----------
    send
        Sends a document.
    document_bytes
        Size of the problem document, from which the cost of the first result is estimated; 0 to send the
        first plan at once.
    now
        Seconds on a monotonic clock.
    """

    def __init__(
        self, send: Callable[[bytes], None], document_bytes: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._send = send
        self._now = now
        cost = _SECONDS_PER_BYTE * document_bytes
        self._due = now() + (0.0 if cost < _NEXT_TO_NOTHING_SECONDS else _SHARE * cost)
        self._draft: Draft | None = None
        self._telling = threading.Lock()  # a solver may report from its own threads
        self._is_closed = False

    def offer(self, draft: Draft) -> None:
        """Keep a draft in place of an earlier unsent one, and send it if it is due."""
        self._draft = draft
        self.tell_if_due()

    def tell_if_due(self) -> None:
        """Send the waiting draft, if it is due."""
        if self._now() < self._due or not self._telling.acquire(blocking=False):
            return
        try:
            draft, self._draft = self._draft, None
            if draft is not None and not self._is_closed:
                self._tell(draft)
        finally:
            self._telling.release()

    def close(self) -> None:
        """Send nothing more: the next message is the final one."""
        with self._telling:
            self._is_closed = True

    def _tell(self, draft: Draft) -> None:
        begun = self._now()
        document = draft()
        if document is not None and len(document) <= LARGEST_BYTES:
            self._send(document)
        ended = self._now()
        self._due = ended + max(_LEAST_SECONDS, _SHARE * (ended - begun))
