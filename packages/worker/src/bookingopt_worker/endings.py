"""How a job ends, given the last word about it."""

from __future__ import annotations

from enum import StrEnum

from bookingopt_worker.examination import RefusedResult, examine
from bookingopt_worker.jobs import Claim, Ending, JobError, JobState
from bookingopt_worker.logs import log_failure
from bookingopt_worker.messages import Kind, Message
from bookingopt_worker.places import places_of


class Abandoned(StrEnum):
    """Why a worker leaves a job without an ending."""

    LOST = "lost"
    """The solving process died."""
    REPLACED = "replaced"
    """Another worker has the job."""
    INTERRUPTED = "interrupted"
    """This worker is stopping."""


CANCELLED = Ending(JobState.CANCELLED)
"""The end of a job whose solver had to be killed for a cancel."""

TOO_LATE = Ending(
    JobState.FAILED,
    error=JobError(
        "time-limit", "The time was over, the solver did not stop, and no plan was known by then."
    ),
)
"""The end of a job whose solver had to be killed when it was over, and that left nothing."""


def ending_of(claim: Claim, answer: Message) -> Ending:
    """Return the ending that an answer of the solving process stands for."""
    if answer.kind is Kind.FAILED:
        if answer.fields["places"]:
            log_failure(claim.job_id, answer.fields["class"], answer.fields["places"])
        error = JobError(answer.fields["error"], answer.fields["detail"])
        return Ending(JobState.FAILED, error=error)
    return ending_with(claim, answer.payload)


def ending_with(claim: Claim, result: bytes) -> Ending:
    """Return the ending with a result document, after the last look at it."""
    try:
        outcome = examine(claim.document, result, claim.job.options)
    except RefusedResult as refusal:
        detail = f"The result was refused by an independent check, for {refusal.reasons} reasons."
        return Ending(JobState.FAILED, error=JobError("invalid-answer", detail))
    except Exception as error:  # noqa: BLE001 - a fault in the check must not repeat the job for ever
        log_failure(claim.job_id, type(error).__name__, places_of(error))
        detail = "The result could not be checked; it was not stored."
        return Ending(JobState.FAILED, error=JobError("internal-error", detail))
    return Ending(JobState.COMPLETED, result, outcome)
