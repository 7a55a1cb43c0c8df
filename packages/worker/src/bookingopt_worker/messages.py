"""The kinds of messages between a worker and its solving process."""

from __future__ import annotations

from enum import StrEnum


class Request(StrEnum):
    """The kinds of messages that go to the solving process."""

    SOLVE = "solve"
    """Solve the document."""
    CANCEL = "cancel"
    """Stop what is being solved."""


class Reply(StrEnum):
    """The kinds of messages that come from it."""

    READY = "ready"
    """Everything is imported; the process accepts documents."""
    PROGRESS = "progress"
    """Progress of the solve."""
    INCUMBENT = "incumbent"
    """The document is an intermediate result."""
    SOLVED = "solved"
    """The document is the result."""
    FAILED = "failed"
    """There is no result; the fields say why."""
