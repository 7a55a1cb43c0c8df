"""Decides when a plan on the way is told to the worker: writing its document takes time from the solver."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LARGEST_BYTES = 64 * 1024 * 1024
"""A larger result document is not told before it is the last one."""

_SHARE = 5.0
_LEAST_SECONDS = 1.0
# Measured: the result of 1,000 rooms and 365 nights, a problem of 8 MB, takes 8 seconds; small ones nothing.
_SECONDS_PER_BYTE = 1e-6
_NEXT_TO_NOTHING_SECONDS = 0.25

Draft = Callable[[], bytes | None]
"""Returns the result document were the time over now; None if it is no better than the one before."""


class Teller:
    """Tells of the latest plan of one solve, the first one of a small hotel at once, others less often.

    It takes a sixth of the time at most, or a quarter of a second.

    A plan that comes too early is kept, and told when the solver next asks whether it must stop. That is
    in the thread of the solver: whoever reads at the other end then never waits for half a document of a
    process that is stuck.

    Parameters
    ----------
    send
        Sends a document.
    document_bytes
        Size of the problem document, which tells what a result costs before there was one; 0 to tell
        the first plan at once.
    now
        Seconds on a clock that never goes back.
    """

    def __init__(
        self, send: Callable[[bytes], None], document_bytes: int, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._send = send
        self._now = now
        cost = _SECONDS_PER_BYTE * document_bytes
        self._due = now() + (0.0 if cost < _NEXT_TO_NOTHING_SECONDS else _SHARE * cost)
        self._draft: Draft | None = None
        self._telling = threading.Lock()  # a solver may report from threads of its own
        self._is_closed = False

    def offer(self, draft: Draft) -> None:
        """Take a draft, and tell it if it is time; it takes the place of one that is not told yet."""
        self._draft = draft
        self.tell_if_due()

    def tell_if_due(self) -> None:
        """Tell the draft that waits, if it is time."""
        if self._now() < self._due or not self._telling.acquire(blocking=False):
            return
        try:
            draft, self._draft = self._draft, None
            if draft is not None and not self._is_closed:
                self._tell(draft)
        finally:
            self._telling.release()

    def close(self) -> None:
        """Tell nothing any more: the next message is the answer."""
        with self._telling:
            self._is_closed = True

    def _tell(self, draft: Draft) -> None:
        begun = self._now()
        document = draft()
        if document is not None and len(document) <= LARGEST_BYTES:
            self._send(document)
        ended = self._now()
        self._due = ended + max(_LEAST_SECONDS, _SHARE * (ended - begun))
