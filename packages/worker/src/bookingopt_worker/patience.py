"""How long a worker waits for what, and what follows for one attempt at a job."""

from __future__ import annotations

from dataclasses import dataclass

_START_SECONDS = 60.0
_REPORT_SHARE = 0.1
_REPORT_SECONDS = 10.0
_LOOK_SECONDS = 1.0
_RESORT_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Timetable:
    """When what is due in one attempt, all on one clock.

    Parameters
    ----------
    ready
        A solving process that is not ready by then will not do.
    solver
        When the solver is to stop with the best plan so far.
    last_look
        From when on the worker looks at the last plan that it was told, for the case that the solver does not
        stop.
    limit
        When the time of the job is over.
    last_resort
        From when on it has a plan made without a solver, where it was told none. That costs another process,
        and most solvers stop before.
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
    """How long a supervisor waits for what.

    Parameters
    ----------
    job_seconds
        Time limit of a job, from the moment it is taken up for the first time. The solver is given a
        little less, and stops by itself with the best plan so far.
    overtime_seconds
        How long after that the solving process is killed; 8 by default, so that a job ends within 10.
    verdict_seconds
        How long after the kill the second best is waited for; 1 by default.
    cancel_seconds
        How long after a cancel the solving process is killed; 5 by default.
    beat_seconds
        Time between two beats; 1 by default, because a beat also brings the wish to cancel.
    store_seconds
        How long an ending is kept for a store that gives no answer; 60 by default.
    """

    job_seconds: float = 120.0
    overtime_seconds: float = 8.0
    verdict_seconds: float = 1.0
    cancel_seconds: float = 5.0
    beat_seconds: float = 1.0
    store_seconds: float = 60.0

    def timetable(self, claimed: float, used_seconds: float, wanted_seconds: float | None) -> Timetable:
        """Return when what is due in an attempt.

        The time limit of a job counts from its first start, so lost attempts are in it; an attempt that
        begins when it is over has none left, and takes the first plan that there is. What the user wants
        counts for each attempt, and not while its process gets ready.

        Parameters
        ----------
        claimed
            When the attempt began, or the solver was asked.
        used_seconds
            Seconds between the first start of the job and then; 0 for the first attempt.
        wanted_seconds
            Time limit that the user chose; None for none.
        """
        seconds = max(0.0, self.job_seconds - used_seconds)
        if wanted_seconds is not None:
            seconds = min(seconds, wanted_seconds)
        limit = claimed + seconds
        # To report what it found: a tenth of the time, at most 10 seconds.
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
