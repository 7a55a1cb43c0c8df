"""Finds what was lost and delivers it again; every consumer sweeps, and none is in charge."""

from __future__ import annotations

import threading

from bookingopt_worker.jobs import JobStore, StoreError
from bookingopt_worker.logs import log_event, log_trouble
from bookingopt_worker.places import places_of
from bookingopt_worker.queue import JobQueue

_ALIVE_ROUNDS = 4


class Sweep(threading.Thread):
    """A thread that looks after the ledger.

    Parameters
    ----------
    store
        The ledger.
    queue
        Where overdue jobs go.
    worker
        Name of this consumer.
    seconds
        Time between two rounds.
    """

    def __init__(self, store: JobStore, queue: JobQueue, worker: str, seconds: float) -> None:
        super().__init__(name="sweep", daemon=True)
        self._store = store
        self._queue = queue
        self._worker = worker
        self._seconds = seconds
        self._stopped = threading.Event()
        self.redelivered = 0
        """Jobs that this consumer has delivered again."""
        self._was_answered = True

    def run(self) -> None:
        """Sweep until `stop`."""
        while True:
            self._try()
            if self._stopped.wait(self._seconds):
                return

    def sweep(self) -> None:
        """Deliver what is overdue and not in the queue, forget what is over, and say that we are alive.

        Raises
        ------
        StoreError
            If the ledger or the queue gives no answer.
        """
        self._store.announce(self._worker, self._seconds * _ALIVE_ROUNDS)
        if overdue := self._store.take_overdue():
            waiting = set(self._queue.waiting())
            for job_id in overdue:
                if job_id not in waiting and self._queue.deliver(job_id):
                    self.redelivered += 1
                    log_event("delivered again", job_id=job_id)
        self._store.purge()

    def _try(self) -> None:
        """Sweep, and say once that the ledger is away and once that it is back."""
        try:
            self.sweep()
        except StoreError as error:
            if self._was_answered:
                log_trouble("ledger away", error=str(error))
            self._was_answered = False
        except Exception as error:  # noqa: BLE001 - without the sweep, jobs would be lost in silence
            log_trouble("sweep failed", error=type(error).__name__, place=places_of(error)[-1])
        else:
            if not self._was_answered:
                log_event("ledger back")
            self._was_answered = True

    def stop(self) -> None:
        """End the thread after the round it is in."""
        self._stopped.set()
