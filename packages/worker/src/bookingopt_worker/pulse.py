"""Tells the ledger that a worker is alive, and the worker what the ledger wants."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from bookingopt_worker.jobs import BeatAnswer, Claim, JobProgress, JobStore, StoreError


class Pulse:
    """Renews the lease of a claim from a thread of its own, as long as it is open.

    Where the store gives no answer, the solve goes on: should the lease run out meanwhile and another
    worker take the job over, the fencing token keeps the two apart.

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
        """What the ledger said last."""
        return self._answer

    def tell(self, progress: JobProgress) -> None:
        """Let the next beat carry where the job stands."""
        self._progress = progress

    def __enter__(self) -> Self:
        """Begin to beat."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
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
