"""Which job a worker takes next, so that neither one user nor one large document takes the whole worker."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from job_ledger import Claim, JobStore
from job_ledger.queue import JobQueue

LARGE_BYTES = 4_000_000
"""Only one document above this size is solved at a time: solving takes a hundred times its size in memory."""
LOOK_SECONDS = 0.5
"""Time between two checks for a job, while the only waiting jobs are ones that may not be taken now."""
_TRIES = 3


class Turns:
    """Assigns jobs to the threads of one worker. Every method may be called from any thread.

    A message of the queue names a job, but only means that there is work: the ledger decides whose turn it
    is.

    Parameters
    ----------
    store
        The ledger.
    queue
        Where a message goes back that this worker cannot serve now, because another worker may.
    slots_per_user
        Most jobs of one user that this worker has in hand.
    is_stopping
        Whether this worker is stopping.
    """

    def __init__(
        self, store: JobStore, queue: JobQueue, slots_per_user: int, is_stopping: Callable[[], bool]
    ) -> None:
        self._store = store
        self._queue = queue
        self._slots_per_user = slots_per_user
        self._is_stopping = is_stopping
        self._changed = threading.Condition()
        self._in_hand: Counter[str] = Counter()
        self._large_in_hand = 0

    def take(self, job_id: str) -> Claim | None:
        """Return the claim on the next job; wait if there are jobs, but none for this worker.

        Parameters
        ----------
        job_id
            The job that a message named.

        Returns
        -------
        Claim or None
            None if there is nothing to do, or this worker is stopping.

        Raises
        ------
        StoreError
            If the ledger does not answer.
        """
        is_first_look = True
        while True:
            with self._changed:
                claim, is_waiting = self._choose(job_id)
                if claim is not None:
                    self._in_hand[claim.job.user] += 1
                    self._large_in_hand += _is_large(claim)
                    return claim
                if not is_waiting or self._is_stopping():
                    return None
            if is_first_look:
                self._queue.deliver(job_id)
                is_first_look = False
            with self._changed:
                self._changed.wait(LOOK_SECONDS)

    def give_back(self, claim: Claim) -> None:
        """Free the slot of a job that is no longer in hand."""
        with self._changed:
            self._in_hand[claim.job.user] -= 1
            if not self._in_hand[claim.job.user]:
                del self._in_hand[claim.job.user]
            self._large_in_hand -= _is_large(claim)
            self._changed.notify_all()

    def _choose(self, job_id: str) -> tuple[Claim | None, bool]:
        """Return a claim, or None if no job is available, and whether jobs wait."""
        users = [user for user, count in self._in_hand.items() if count >= self._slots_per_user]
        most_bytes = LARGE_BYTES if self._large_in_hand else None
        for _ in range(_TRIES):
            turn = self._store.next_turn(job_id, users, most_bytes)
            if turn.job_id is None:
                return None, turn.is_waiting
            if (claim := self._store.claim(turn.job_id)) is not None:
                return claim, True
        return None, True  # other workers were faster


def _is_large(claim: Claim) -> bool:
    return len(claim.document) > LARGE_BYTES
