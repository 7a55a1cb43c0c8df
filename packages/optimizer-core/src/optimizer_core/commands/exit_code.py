"""Exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of `bookingopt`."""

    DONE = 0
    """A plan was found, or the command succeeded."""
    REFUSED = 1
    """The judge refuses the result."""
    BAD_INPUT = 2
    """A document or an option is wrong; nothing was written."""
    INFEASIBLE = 3
    """Proved that no plan exists."""
    NO_PLAN = 4
    """No plan was found within the limit."""
    BACKEND_FAILED = 5
    """The backend failed, or claimed a plan that the verifier rejects."""
    INTERRUPTED = 130
    """Ctrl-C; the best plan so far was written, if any."""
