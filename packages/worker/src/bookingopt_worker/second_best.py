"""The fallback result of a job whose solver has to be killed."""

from __future__ import annotations

import threading
from dataclasses import replace

from bookingopt_worker.endings import ending_with
from bookingopt_worker.messages import Reply
from bookingopt_worker.solving_process import SolvingProcess, WarmProcesses
from job_ledger import Claim, Ending
from job_ledger.process_pool import ProcessDied

_WITHOUT_SOLVER = "greedy"
_SECONDS = 2.0
_LISTEN_SECONDS = 0.1


class SecondBest:
    """The latest plan that the solver sent, else one made without a solver; verified like any result.

    Both take time, so it is done in its own thread while the solver may still stop by itself.

    Parameters
    ----------
    claim
        The job.
    processes
        Supplies another process, which plans without a solver.
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
        """The ending with the fallback result; None if there is no such result, or not yet."""
        return self._ending

    @property
    def is_known(self) -> bool:
        """Whether the solver has sent a plan, so that none has to be made."""
        return self._incumbent is not None

    def keep(self, incumbent: bytes) -> None:
        """Keep a result document that the solver sent, in place of the one before."""
        self._incumbent = incumbent

    def begin(self) -> None:
        """Start to compute the fallback, unless that was started before."""
        if not self._is_begun:
            self._is_begun = True
            self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for at most this long; return whether the fallback is finished."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def abandon(self) -> None:
        """Stop computing the fallback."""
        self._is_abandoned.set()

    def _look(self) -> None:
        result = self._incumbent or self._plan_without_solver() or self._incumbent
        if result is not None and not self._is_abandoned.is_set():
            self._ending = ending_with(self._claim, result)

    def _plan_without_solver(self) -> bytes | None:
        try:
            with self._processes.borrow() as process:
                found = self._first_plan(process)
                process.kill()  # it would still send the rest of its messages
                return found
        except (ProcessDied, OSError):
            return None

    def _first_plan(self, process: SolvingProcess) -> bytes | None:
        options = replace(self._claim.job.options, backend=_WITHOUT_SOLVER, curve_points=None)
        is_asked = False
        while not self._is_abandoned.is_set():
            if process.is_ready and not is_asked:
                process.solve(self._claim.document, options, _SECONDS, is_last_resort=True)
                is_asked = True
            message = process.receive(_LISTEN_SECONDS)
            if message is not None and message.kind is Reply.INCUMBENT:
                return message.document
            if message is not None and message.kind in {Reply.SOLVED, Reply.FAILED}:
                return None
        return None
