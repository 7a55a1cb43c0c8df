"""The states of a job, and the transitions between them."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """State of a job; says nothing about the plan in its result."""

    QUEUED = "queued"
    """Accepted; no worker has it."""
    RUNNING = "running"
    """A worker holds a lease on it, or held one that has run out."""
    COMPLETED = "completed"
    """It has a result document; "no feasible plan" is a result too."""
    FAILED = "failed"
    """It has an error instead of a result."""
    CANCELLED = "cancelled"
    """Its user stopped it."""

    @property
    def is_final(self) -> bool:
        """Whether the state can never change again."""
        return not _NEXT[self]

    def may_become(self, state: JobState) -> bool:
        """Return whether a job may go from this state to another one."""
        return state in _NEXT[self]


FINAL_STATES = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})
OPEN_STATES = frozenset({JobState.QUEUED, JobState.RUNNING})

_NEXT = {
    JobState.QUEUED: OPEN_STATES - {JobState.QUEUED} | {JobState.FAILED, JobState.CANCELLED},
    # From running to running: its lease ran out and another worker took over.
    JobState.RUNNING: OPEN_STATES | FINAL_STATES,
    JobState.COMPLETED: frozenset[JobState](),
    JobState.FAILED: frozenset[JobState](),
    JobState.CANCELLED: frozenset[JobState](),
}
