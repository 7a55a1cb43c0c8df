"""Finds lost jobs and delivers them again; every consumer sweeps, there is no leader."""

from __future__ import annotations

import threading

from bookingopt_worker.logs import log_event, log_trouble
from job_ledger import JobStore, StoreError
from job_ledger.queue import JobQueue
from job_ledger.stack_locations import places_of

_ALIVE_ROUNDS = 4


class Sweep(threading.Thread):
    """A thread that maintains the ledger.

    Parameters
    ----------
    store
        The ledger.
    queue
        Where overdue jobs are delivered.
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
        """Deliver overdue jobs that are not in the queue, delete expired ones, and announce this consumer.

        Raises
        ------
        StoreError
            If the ledger or the queue does not answer.
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
        """Sweep; log once when the ledger stops answering, and once when it is back."""
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
        """End the thread after the current round."""
        self._stopped.set()
