"""Does jobs: keeps their leases, runs the attempts, and stores how they ended."""

from __future__ import annotations

import threading
import time

from bookingopt_worker.attempt import Attempt
from bookingopt_worker.endings import Abandoned
from bookingopt_worker.logs import log_job
from bookingopt_worker.patience import Patience
from bookingopt_worker.pulse import Pulse
from bookingopt_worker.solving_process import WarmProcesses
from job_ledger import Claim, Ending, JobState, JobStore, StoreError
from job_ledger.queue import JobQueue


class Supervisor:
    """Does jobs, one in each calling thread.

    Parameters
    ----------
    store
        The ledger.
    queue
        Where jobs that are given back are delivered.
    processes
        Supplies the processes that solve documents.
    patience
        Timeouts.
    """

    def __init__(
        self, store: JobStore, queue: JobQueue, processes: WarmProcesses, patience: Patience
    ) -> None:
        self._store = store
        self._queue = queue
        self._processes = processes
        self._patience = patience
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._at_work = 0

    @property
    def at_work(self) -> int:
        """Jobs in hand."""
        return self._at_work

    def supervise(self, claim: Claim) -> None:
        """Do the job of a claim until it ends, or give it back."""
        started = time.monotonic()
        with self._changed:
            self._at_work += 1
        try:
            used = claim.seconds_since_start(self._store.rules.lease_seconds)
            table = self._patience.timetable(started, used, None)
            with Pulse(self._store, claim, self._patience.beat_seconds) as pulse:
                attempt = Attempt(claim, table, self._patience, self._processes, pulse, self._stopping.is_set)
                ending = attempt.run()
                state = self._settle(claim, ending)
            log_job(claim, ending, state, time.monotonic() - started)
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def stop(self, seconds: float) -> bool:
        """Give back every job in hand; return whether that was done in time."""
        self._stopping.set()
        with self._changed:
            return self._changed.wait_for(lambda: self._at_work == 0, seconds)

    def _settle(self, claim: Claim, ending: Ending | Abandoned) -> JobState | None:
        """Store the ending; retry for a while if the store does not answer."""
        deadline = time.monotonic() + self._patience.store_seconds
        while True:
            try:
                if isinstance(ending, Ending):
                    return self._store.finish(claim, ending)
                return self._give_back(claim, ending)
            except StoreError:
                # Later the lease runs out, and the sweep delivers the job to another worker.
                if time.monotonic() > deadline or self._stopping.wait(self._patience.beat_seconds):
                    return None

    def _give_back(self, claim: Claim, why: Abandoned) -> JobState | None:
        if why is Abandoned.REPLACED:
            return None
        state = self._store.release(claim, is_lost=why is Abandoned.LOST)
        if state is JobState.QUEUED:
            self._queue.deliver(claim.job_id)
        return state
