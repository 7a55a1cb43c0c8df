"""What the exit code of the command line means."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of `bookingopt`."""

    DONE = 0
    """A plan was found, or the command did what it was asked."""
    REFUSED = 1
    """The judge refuses the result."""
    BAD_INPUT = 2
    """A document or an option is wrong; nothing was written."""
    INFEASIBLE = 3
    """Proved that no plan can house the stays."""
    NO_PLAN = 4
    """No plan was found within the limit."""
    BACKEND_FAILED = 5
    """The backend failed, or claimed a plan that the verifier refuses."""
    INTERRUPTED = 130
    """Ctrl-C; the best plan so far was written if there was one."""
