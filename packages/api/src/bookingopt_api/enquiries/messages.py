"""The kinds of messages between the API and the enquiry process."""

from __future__ import annotations

from enum import StrEnum


class Request(StrEnum):
    """The kinds of messages that go to the enquiry process."""

    BACKENDS = "backends"
    """Return the installed backends."""
    OPEN = "open"
    """Open the hotel of the job ``job_id``; the documents are its problem and its result."""
    FIT = "fit"
    """Answer the enquiry in the document about the hotel of ``job_id``, within ``limit_seconds``."""
    FORGET = "forget"
    """Close the hotels of the jobs ``job_ids``."""


class Reply(StrEnum):
    """The kinds of messages that come from it."""

    READY = "ready"
    """Everything is imported; the process answers."""
    DONE = "done"
    """The document is the answer as JSON: after `OPEN` and `FORGET`, the jobs whose hotels are open."""
    CLOSED = "closed"
    """The hotel is not open."""
    WRONG = "wrong"
    """The enquiry is not valid: ``faults`` has place and message of each."""
    FAILED = "failed"
    """There is no answer: ``error`` is the class of the error."""
