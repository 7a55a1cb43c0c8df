"""The states of a job, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands; says nothing about the mathematics (that is the outcome)."""

    QUEUED = "queued"
    """Accepted; nobody works on it."""
    RUNNING = "running"
    """A worker holds a lease on it, or held one that has run out."""
    COMPLETED = "completed"
    """It has a result document; that the hotel cannot be housed is a result too."""
    FAILED = "failed"
    """It has an error instead."""
    CANCELLED = "cancelled"
    """Its user stopped it."""

    @property
    def is_final(self) -> bool:
        """Whether nothing can change any more."""
        return not _NEXT[self]

    def may_become(self, state: JobState) -> bool:
        """Return whether a job may go from this state to another one."""
        return state in _NEXT[self]


FINAL_STATES = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})
OPEN_STATES = frozenset({JobState.QUEUED, JobState.RUNNING})

_NEXT = {
    JobState.QUEUED: OPEN_STATES - {JobState.QUEUED} | {JobState.FAILED, JobState.CANCELLED},
    # Running again: its lease ran out and another worker took it over.
    JobState.RUNNING: OPEN_STATES | FINAL_STATES,
    JobState.COMPLETED: frozenset[JobState](),
    JobState.FAILED: frozenset[JobState](),
    JobState.CANCELLED: frozenset[JobState](),
}
