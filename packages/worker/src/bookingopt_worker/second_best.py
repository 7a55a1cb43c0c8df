"""What a job ends with if its solver has to be killed."""

from __future__ import annotations

import threading
from dataclasses import replace

from bookingopt_worker.endings import ending_with
from bookingopt_worker.jobs import Claim, Ending
from bookingopt_worker.messages import Kind
from bookingopt_worker.solving_process import ProcessDied, SolvingProcess, WarmProcesses

_WITHOUT_SOLVER = "greedy"
_SECONDS = 2.0
_LISTEN_SECONDS = 0.1


class SecondBest:
    """The last plan that the solver told of, else one that needs no solver, looked at like any other.

    Both take time, so it is done in a thread of its own while the solver may still stop by itself.

    Parameters
    ----------
    claim
        The job.
    processes
        Where another process comes from that plans without a solver.
    """

    def __init__(self, claim: Claim, processes: WarmProcesses) -> None:
        self._claim = claim
        self._processes = processes
        self._incumbent: bytes | None = None
        self._thread = threading.Thread(target=self._look, name=f"second-best-{claim.job_id}", daemon=True)
        self._is_begun = False
        self._is_abandoned = threading.Event()
        self._ending: Ending | None = None

    @property
    def ending(self) -> Ending | None:
        """How the job ends with it; None if there is nothing, or nothing yet."""
        return self._ending

    @property
    def is_known(self) -> bool:
        """Whether the solver told of a plan, so that none has to be made."""
        return self._incumbent is not None

    def keep(self, incumbent: bytes) -> None:
        """Keep a result document that the solver told of, in place of the one before."""
        self._incumbent = incumbent

    def begin(self) -> None:
        """Begin to look, unless that has been done."""
        if not self._is_begun:
            self._is_begun = True
            self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for so long; return whether the look is over."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def abandon(self) -> None:
        """Look no further: it is not needed."""
        self._is_abandoned.set()

    def _look(self) -> None:
        result = self._incumbent or self._plan_without_solver() or self._incumbent
        if result is not None and not self._is_abandoned.is_set():
            self._ending = ending_with(self._claim, result)

    def _plan_without_solver(self) -> bytes | None:
        try:
            with self._processes.borrow() as process:
                found = self._first_plan(process)
                process.kill()  # it may still have something to say about what it found
                return found
        except (ProcessDied, OSError):
            return None

    def _first_plan(self, process: SolvingProcess) -> bytes | None:
        options, is_asked = replace(self._claim.job.options, backend=_WITHOUT_SOLVER), False
        while not self._is_abandoned.is_set():
            if process.is_ready and not is_asked:
                process.solve(self._claim.document, options, _SECONDS, is_last_resort=True)
                is_asked = True
            message = process.receive(_LISTEN_SECONDS)
            if message is not None and message.kind is Kind.INCUMBENT:
                return message.payload
            if message is not None and message.kind in {Kind.SOLVED, Kind.FAILED}:
                return None
        return None
