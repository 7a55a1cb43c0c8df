"""Does one job: has it solved in a process that can be killed, and sees to it that it ends."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import StrEnum

from bookingopt_worker.examination import RefusedResult, examine
from bookingopt_worker.jobs import (
    BeatAnswer,
    Claim,
    Ending,
    JobError,
    JobProgress,
    JobState,
    JobStore,
    StoreError,
)
from bookingopt_worker.logs import log_failure, log_job
from bookingopt_worker.messages import Kind, Message
from bookingopt_worker.places import places_of
from bookingopt_worker.pulse import Pulse
from bookingopt_worker.queue import JobQueue
from bookingopt_worker.solving_process import ProcessDied, SolvingProcess, WarmProcesses

_LISTEN_SECONDS = 0.1
_START_SECONDS = 60.0
_REPORT_SHARE = 0.1
_REPORT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a supervisor waits for what.

    Parameters
    ----------
    job_seconds
        Time limit of a job. The solver is given a little less, and stops by itself with the best plan so
        far.
    overtime_seconds
        How long after that the solving process is killed; 8 by default, so that a job ends within 10.
    cancel_seconds
        How long after a cancel the solving process is killed; 5 by default.
    beat_seconds
        Time between two beats; 1 by default, because a beat also brings the wish to cancel.
    store_seconds
        How long an ending is kept for a store that gives no answer; 60 by default.
    """

    job_seconds: float = 120.0
    overtime_seconds: float = 8.0
    cancel_seconds: float = 5.0
    beat_seconds: float = 1.0
    store_seconds: float = 60.0


class Abandoned(StrEnum):
    """Why a worker leaves a job without an ending."""

    LOST = "lost"
    """The solving process died."""
    REPLACED = "replaced"
    """Another worker has the job."""
    INTERRUPTED = "interrupted"
    """This worker is stopping."""


class Supervisor:
    """Does jobs, one in each thread that asks.

    Parameters
    ----------
    store
        The ledger.
    queue
        Where a job goes that is given back.
    processes
        Where documents are solved.
    patience
        How long to wait for what.
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
        """Do the job of a claim to its end, or give it back."""
        started = time.monotonic()
        with self._changed:
            self._at_work += 1
        try:
            with Pulse(self._store, claim, self._patience.beat_seconds) as pulse:
                ending = self._solve(claim, pulse)
                state = self._settle(claim, ending)
            log_job(claim, ending, state, time.monotonic() - started)
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def stop(self, seconds: float) -> bool:
        """Give back every job in hand; return whether that was done within so many seconds."""
        self._stopping.set()
        with self._changed:
            return self._changed.wait_for(lambda: self._at_work == 0, seconds)

    def _solve(self, claim: Claim, pulse: Pulse) -> Ending | Abandoned:
        try:
            with self._processes.borrow() as process:
                answer = self._listen(process, claim, pulse)
        except (ProcessDied, OSError):  # it died, or could not even be started
            return Abandoned.INTERRUPTED if self._stopping.is_set() else Abandoned.LOST
        if isinstance(answer, Message):
            return _ending(claim, answer)
        return answer

    def _listen(self, process: SolvingProcess, claim: Claim, pulse: Pulse) -> Message | Ending | Abandoned:
        """Return the last word of the solving process, or of whoever had it killed."""
        patience, is_asked, is_cancelled = self._patience, False, False
        deadline = time.monotonic() + _START_SECONDS
        while True:
            if pulse.answer is BeatAnswer.CANCEL and not is_asked:
                return Ending(JobState.CANCELLED)
            if process.is_ready and not is_asked:
                options = claim.job.options
                seconds = min(options.time_limit_seconds or patience.job_seconds, patience.job_seconds)
                process.solve(claim.document, options, _solver_seconds(seconds))
                is_asked, deadline = True, time.monotonic() + seconds + patience.overtime_seconds
            message = process.receive(_LISTEN_SECONDS)
            if message is not None and message.kind in {Kind.SOLVED, Kind.FAILED}:
                return message
            if message is not None and message.kind is Kind.PROGRESS:
                pulse.tell(JobProgress(**message.fields))
            if pulse.answer is BeatAnswer.CANCEL and not is_cancelled:
                process.cancel()
                is_cancelled, deadline = True, min(deadline, time.monotonic() + patience.cancel_seconds)
            if self._stopping.is_set() or pulse.answer is BeatAnswer.REPLACED:
                process.kill()
                is_replaced = pulse.answer is BeatAnswer.REPLACED
                return Abandoned.REPLACED if is_replaced else Abandoned.INTERRUPTED
            if time.monotonic() > deadline:
                process.kill()
                return _too_late(is_asked=is_asked, is_cancelled=is_cancelled)

    def _settle(self, claim: Claim, ending: Ending | Abandoned) -> JobState | None:
        """Write the ending down; while the store gives no answer, again and again for a while."""
        deadline = time.monotonic() + self._patience.store_seconds
        while True:
            try:
                if isinstance(ending, Ending):
                    return self._store.finish(claim, ending)
                return self._give_back(claim, ending)
            except StoreError:
                # Later the lease runs out, and the sweep hands the job to somebody else.
                if time.monotonic() > deadline or self._stopping.wait(self._patience.beat_seconds):
                    return None

    def _give_back(self, claim: Claim, why: Abandoned) -> JobState | None:
        if why is Abandoned.REPLACED:
            return None
        state = self._store.release(claim, is_lost=why is Abandoned.LOST)
        if state is JobState.QUEUED:
            self._queue.deliver(claim.job_id)
        return state


def _ending(claim: Claim, answer: Message) -> Ending:
    """Return the ending that an answer of the solving process stands for."""
    if answer.kind is Kind.FAILED:
        if answer.fields["places"]:
            log_failure(claim.job_id, answer.fields["class"], answer.fields["places"])
        error = JobError(answer.fields["error"], answer.fields["detail"])
        return Ending(JobState.FAILED, error=error)
    try:
        outcome = examine(claim.document, answer.payload, claim.job.options)
    except RefusedResult as refusal:
        detail = f"The result was refused by an independent check, for {refusal.reasons} reasons."
        return Ending(JobState.FAILED, error=JobError("invalid-answer", detail))
    except Exception as error:  # noqa: BLE001 - a fault in the check must not repeat the job for ever
        log_failure(claim.job_id, type(error).__name__, places_of(error))
        detail = "The result could not be checked; it was not stored."
        return Ending(JobState.FAILED, error=JobError("internal-error", detail))
    return Ending(JobState.COMPLETED, answer.payload, outcome)


def _solver_seconds(seconds: float) -> float:
    """Return the time limit for the solver: a tenth less, at most 10 seconds, to report what it found."""
    return seconds - min(seconds * _REPORT_SHARE, _REPORT_SECONDS)


def _too_late(*, is_asked: bool, is_cancelled: bool) -> Ending | Abandoned:
    """Return what becomes of a job whose process had to be killed."""
    if is_cancelled:
        return Ending(JobState.CANCELLED)
    if not is_asked:
        return Abandoned.LOST
    detail = "The time was over, and the solver did not stop with what it had found."
    return Ending(JobState.FAILED, error=JobError("time-limit", detail))
