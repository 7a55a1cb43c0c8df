from __future__ import annotations

from collections.abc import Callable

from bookingopt_worker.endings import ending_of
from bookingopt_worker.messages import Reply
from job_ledger import Claim, JobError, JobState
from job_ledger.messages import Message


def test_a_failure_is_told_in_the_words_of_the_solving_process(claim_of: Callable[..., Claim]) -> None:
    fields = {"error": "out-of-memory", "detail": "Too much.", "class": "MemoryError", "places": []}
    ending = ending_of(claim_of({}), Message(Reply.FAILED, fields))
    assert (ending.state, ending.error) == (JobState.FAILED, JobError("out-of-memory", "Too much."))


def test_what_is_no_result_is_refused(claim_of: Callable[..., Claim]) -> None:
    ending = ending_of(claim_of({}), Message(Reply.SOLVED, documents=(b"{}",)))
    assert ending.error is not None
    assert (ending.state, ending.error.kind) == (JobState.FAILED, "invalid-answer")
