"""One attempt at a job, solved in a process that can be killed, so that the attempt always ends."""

from __future__ import annotations

import time
from collections.abc import Callable

from bookingopt_worker.endings import CANCELLED, TOO_LATE, Abandoned, ending_of
from bookingopt_worker.examination_apart import LARGE_BYTES
from bookingopt_worker.logs import log_trouble
from bookingopt_worker.messages import Reply
from bookingopt_worker.patience import Patience, Timetable
from bookingopt_worker.pulse import Pulse
from bookingopt_worker.second_best import SecondBest
from bookingopt_worker.solving_process import SolvingProcess, WarmProcesses
from job_ledger import BeatAnswer, Claim, Ending, JobProgress
from job_ledger.messages import Message
from job_ledger.process_pool import ProcessDied

_LISTEN_SECONDS = 0.1


class Attempt:
    """Runs one attempt until the solver answers, the job is cancelled or a deadline passes.

    Parameters
    ----------
    claim
        The job.
    timetable
        Deadlines, on the clock of `time.monotonic`. The time limit that the user chose is not in them yet: it
        counts from when the document is sent to the solver.
    patience
        How long to wait for a solver that was asked to stop.
    processes
        Supplies the process that solves the document.
    pulse
        Reports requests from the ledger, such as a cancel.
    is_stopping
        Whether this worker is stopping.
    """

    def __init__(
        self,
        claim: Claim,
        timetable: Timetable,
        patience: Patience,
        processes: WarmProcesses,
        pulse: Pulse,
        is_stopping: Callable[[], bool],
    ) -> None:
        self._claim = claim
        self._timetable = timetable
        self._patience = patience
        self._processes = processes
        self._pulse = pulse
        self._is_stopping = is_stopping
        self._second_best = SecondBest(claim, processes)

    def run(self) -> Ending | Abandoned:
        """Return how the job ends, or why this worker leaves it without an ending."""
        try:
            with self._processes.borrow() as process:
                answer = self._listen(process)
                if isinstance(answer, Message) and len(answer.document) > LARGE_BYTES:
                    process.kill()  # frees its memory
        except (ProcessDied, OSError):  # the process died, or could not be started
            answer = None
        try:
            if isinstance(answer, Message):
                return ending_of(self._claim, answer)
            return self._without_process() if answer is None else answer
        finally:
            self._second_best.abandon()

    def _listen(self, process: SolvingProcess) -> Message[Reply] | Ending | Abandoned | None:
        """Return the solver's final message, or why the wait ended; None after the deadline."""
        is_asked, is_cancelled, deadline = False, False, self._timetable.kill
        while True:
            if self._is_unwanted and not is_asked:
                return CANCELLED
            if process.is_ready and not is_asked:
                self._ask(process)
                is_asked, deadline = True, self._timetable.kill
            message = process.receive(_LISTEN_SECONDS)
            if message is not None and message.kind in {Reply.SOLVED, Reply.FAILED}:
                return message
            if message is not None:
                self._take(message)
            if self._is_unwanted and not is_cancelled:
                process.cancel()
                is_cancelled = True
                deadline = min(deadline, time.monotonic() + self._patience.cancel_seconds)
            now = time.monotonic()
            if (reason := self._reason_to_leave()) is not None:
                process.kill()
                return reason
            due = self._timetable.last_look if self._second_best.is_known else self._timetable.last_resort
            if now > due and not is_cancelled:
                self._second_best.begin()
            if now > deadline:
                process.kill()
                return CANCELLED if is_cancelled else None
            if now > self._timetable.ready and not is_asked:
                process.kill()
                return Abandoned.LOST

    def _ask(self, process: SolvingProcess) -> None:
        """Send the document to the solver; the time limit that the user chose starts now."""
        options, limit = self._claim.job.options, self._timetable.limit
        asked = min(time.monotonic(), limit)
        used = self._patience.job_seconds - (limit - asked)
        self._timetable = self._patience.timetable(asked, used, options.time_limit_seconds)
        process.solve(self._claim.document, options, max(0.0, self._timetable.solver - time.monotonic()))

    def _take(self, message: Message[Reply]) -> None:
        if message.kind is Reply.PROGRESS:
            self._pulse.tell(JobProgress(**message.fields))
        if message.kind is Reply.INCUMBENT:
            self._second_best.keep(message.document)

    def _without_process(self) -> Ending | Abandoned:
        """Return how a job goes on without its process: after its time limit, with the fallback result."""
        if time.monotonic() < self._timetable.limit:
            return self._reason_to_leave() or Abandoned.LOST
        while True:
            if (reason := self._reason_to_leave()) is not None:
                return reason
            if self._is_unwanted:
                return CANCELLED
            self._second_best.begin()
            if self._second_best.wait(_LISTEN_SECONDS) or time.monotonic() > self._timetable.end:
                ending = self._second_best.ending or TOO_LATE
                log_trouble("solver did not stop in time", job_id=self._claim.job_id, reason=ending.reason)
                return ending

    @property
    def _is_unwanted(self) -> bool:
        return self._pulse.answer is BeatAnswer.CANCEL

    def _reason_to_leave(self) -> Abandoned | None:
        if self._pulse.answer is BeatAnswer.REPLACED:
            return Abandoned.REPLACED
        return Abandoned.INTERRUPTED if self._is_stopping() else None
