"""How a job ends, given the final message about it."""

from __future__ import annotations

from enum import StrEnum

from bookingopt_worker.examination import RefusedResult, examine
from bookingopt_worker.examination_apart import LARGE_BYTES, examine_apart
from bookingopt_worker.logs import log_failure
from bookingopt_worker.messages import Reply
from job_ledger import Claim, Ending, JobError, JobState
from job_ledger.messages import Message
from job_ledger.stack_locations import places_of


class Abandoned(StrEnum):
    """Why a worker leaves a job without an ending."""

    LOST = "lost"
    """The solving process died."""
    REPLACED = "replaced"
    """Another worker has the job."""
    INTERRUPTED = "interrupted"
    """This worker is stopping."""


CANCELLED = Ending(JobState.CANCELLED)
"""The ending of a job whose user cancelled it."""

TOO_LATE = Ending(
    JobState.FAILED,
    error=JobError("time-limit", "The solver did not stop at the time limit, and no plan had been found."),
)
"""The ending of a job whose solver was killed after the time limit and left no plan."""


def ending_of(claim: Claim, answer: Message[Reply]) -> Ending:
    """Return the ending that corresponds to the final message of the solving process."""
    if answer.kind is Reply.FAILED:
        if answer.fields["places"]:
            log_failure(claim.job_id, answer.fields["class"], answer.fields["places"])
        error = JobError(answer.fields["error"], answer.fields["detail"])
        return Ending(JobState.FAILED, error=error)
    return ending_with(claim, answer.document)


def ending_with(claim: Claim, result: bytes) -> Ending:
    """Return the ending for a result document, after it has been verified."""
    look = examine if len(result) <= LARGE_BYTES else examine_apart
    try:
        outcome = look(claim.document, result, claim.job.options)
    except RefusedResult as refusal:
        detail = f"The result was refused by an independent check, for {refusal.reasons} reasons."
        return Ending(JobState.FAILED, error=JobError("invalid-answer", detail))
    except MemoryError:
        detail = "There was not enough memory to check the result of this document; it was not stored."
        return Ending(JobState.FAILED, error=JobError("out-of-memory", detail))
    except Exception as error:  # noqa: BLE001 - a fault in the check must not repeat the job for ever
        log_failure(claim.job_id, type(error).__name__, places_of(error))
        detail = "The result could not be checked; it was not stored."
        return Ending(JobState.FAILED, error=JobError("internal-error", detail))
    return Ending(JobState.COMPLETED, result, outcome)
