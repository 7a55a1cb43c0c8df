"""Heartbeat of a worker: renews the lease in the ledger and receives cancels."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from job_ledger import BeatAnswer, Claim, JobProgress, JobStore, StoreError


class Pulse:
    """Renews the lease of a claim from its own thread, as long as it is open.

    The solve goes on if the store does not answer. If the lease runs out meanwhile and another worker takes
    the job over, the fencing token keeps the two apart.

    Parameters
    ----------
    store
        The ledger.
    claim
        The claim to keep.
    seconds
        Time between two beats.
    """

    def __init__(self, store: JobStore, claim: Claim, seconds: float) -> None:
        self._store = store
        self._claim = claim
        self._seconds = seconds
        self._progress: JobProgress | None = None
        self._answer = BeatAnswer.CONTINUE
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"pulse-{claim.job_id}", daemon=True)

    @property
    def answer(self) -> BeatAnswer:
        """Latest answer of the ledger."""
        return self._answer

    def tell(self, progress: JobProgress) -> None:
        """Send this progress with the next beat."""
        self._progress = progress

    def __enter__(self) -> Self:
        """Start the heartbeat."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the heartbeat."""
        self._stopped.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._stopped.wait(self._seconds):
            try:
                self._answer = self._store.beat(self._claim, self._progress)
            except StoreError:
                continue
            if self._answer is BeatAnswer.REPLACED:
                return
