"""Timeouts of a worker, and the deadlines they give one attempt at a job."""

from __future__ import annotations

from dataclasses import dataclass

_START_SECONDS = 60.0
_REPORT_SHARE = 0.1
_REPORT_SECONDS = 10.0
_LOOK_SECONDS = 1.0
_RESORT_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Timetable:
    """Deadlines of one attempt, all on one clock.

    Parameters
    ----------
    ready
        By when the solving process must be ready; otherwise it is killed.
    solver
        When the solver is to stop with the best plan so far.
    last_look
        From when on the worker checks the latest intermediate plan, in case the solver does not stop.
    limit
        When the time limit of the job is over.
    last_resort
        From when on the worker has a plan made without a solver, if the solver sent none. It is later than
        `last_look`, because it costs another process and most solvers stop before.
    kill
        When the solving process is killed.
    end
        When the job must have ended.
    """

    ready: float
    solver: float
    last_look: float
    limit: float
    last_resort: float
    kill: float
    end: float


@dataclass(frozen=True, slots=True)
class Patience:
    """Timeouts of a supervisor.

    Parameters
    ----------
    job_seconds
        Time limit of a job, from its first start. The solver gets a little less, and stops by itself with the
        best plan so far.
    overtime_seconds
        How long after that the solving process is killed; 8 by default, so that a job ends within 10.
    verdict_seconds
        How long after the kill to wait for the fallback result; 1 by default.
    cancel_seconds
        How long after a cancel the solving process is killed; 5 by default.
    beat_seconds
        Time between two heartbeats; 1 by default, because the answer to one also reports a cancel.
    store_seconds
        How long to retry storing an ending if the store does not answer; 60 by default.
    """

    job_seconds: float = 120.0
    overtime_seconds: float = 8.0
    verdict_seconds: float = 1.0
    cancel_seconds: float = 5.0
    beat_seconds: float = 1.0
    store_seconds: float = 60.0

    def timetable(self, claimed: float, used_seconds: float, wanted_seconds: float | None) -> Timetable:
        """Return the deadlines of an attempt.

        The time limit of a job counts from its first start and includes lost attempts. An attempt that begins
        after it has no time left, and takes the first plan found. The time limit that the user chose counts
        for each attempt separately, without the start of its process.

        Parameters
        ----------
        claimed
            When the attempt began, or the document was sent to the solver.
        used_seconds
            Seconds between the first start of the job and `claimed`; 0 for the first attempt.
        wanted_seconds
            Time limit that the user chose; None if not chosen.
        """
        seconds = max(0.0, self.job_seconds - used_seconds)
        if wanted_seconds is not None:
            seconds = min(seconds, wanted_seconds)
        limit = claimed + seconds
        # Time to report the result: a tenth of the limit, at most 10 seconds.
        solver = limit - min(seconds * _REPORT_SHARE, _REPORT_SECONDS)
        kill = limit + self.overtime_seconds
        return Timetable(
            ready=claimed + _START_SECONDS,
            solver=solver,
            last_look=min(limit, solver + _LOOK_SECONDS),
            limit=limit,
            last_resort=limit + self.overtime_seconds * _RESORT_SHARE,
            kill=kill,
            end=kill + self.verdict_seconds,
        )
