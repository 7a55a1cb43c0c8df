"""``POST /api/v1/optimize``: a problem document becomes a job."""

from __future__ import annotations

from typing import Annotated, Self

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bookingopt_api.accepting import IdempotencyKey, accept_job
from bookingopt_api.bodies import read_body
from bookingopt_api.callers import Writer
from bookingopt_api.documentation import document_body, refusals
from bookingopt_api.documents import DocumentLimits, load_document
from bookingopt_api.job_answers import Submission, to_submission
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.settings import ApiSettings
from bookingopt_worker.jobs import JobOptions, NewJob
from bookingopt_worker.jobs.options import HIGHEST_PRICE, LONGEST_BACKEND_NAME, MOST_MOVES

router = APIRouter(prefix="/api/v1", tags=["jobs"])

LARGE_BYTES = 1_000_000
"""Documents above this are validated one by one, the others at once."""
_REFUSALS = (
    "invalid-document",
    "document-limit",
    "invalid-request",
    "idempotency-key-reused",
    "document-too-large",
    "unsupported-media-type",
    "body-timeout",
    "too-many-jobs",
    "store-full",
)


class SubmitOptions(BaseModel):
    """How a document is to be optimized."""

    model_config = ConfigDict(extra="forbid")

    backend: str = Field(
        "auto", description="Solver; `auto` for the best one.", max_length=LONGEST_BACKEND_NAME
    )
    time_limit_seconds: float | None = Field(
        None, gt=0, le=86_400, allow_inf_nan=False, description="Time limit; that of the service holds too."
    )
    max_moves: int | None = Field(
        None, ge=0, le=MOST_MOVES, description="At most so many stays may leave their room."
    )
    move_price: float | None = Field(
        None, ge=0, le=HIGHEST_PRICE, description="Points of gap cost that a move must save."
    )

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        self.to_job_options()
        return self

    def to_job_options(self) -> JobOptions:
        """Return the options as the ledger keeps them."""
        return JobOptions(**self.model_dump())


@router.post(
    "/optimize",
    response_model=Submission,
    openapi_extra=document_body(),
    responses=refusals(*_REFUSALS),
)
async def submit(
    request: Request,
    response: Response,
    caller: Writer,
    options: Annotated[SubmitOptions, Query()],
    resources: Annotated[Resources, Depends(get_resources)],
    idempotency_key: IdempotencyKey = None,
) -> Submission:
    """Accept a problem document as a job."""
    with resources.bodies.share() as share:
        settings = resources.settings
        content = await read_body(
            request, share, most_bytes=settings.max_document_bytes, seconds=settings.body_timeout
        )
        is_large = len(content) > LARGE_BYTES
        limiter = resources.large_readings if is_large else None
        problem_id = await to_thread.run_sync(_check, content, settings, limiter=limiter)
        job = NewJob(
            caller.user,
            problem_id,
            content,
            options=options.to_job_options(),
            idempotency_key=idempotency_key,
            request_id=request.state.request_id,
        )
        accepted = await to_thread.run_sync(accept_job, job, resources)
    request.state.job_id = accepted.job.job_id
    response.headers.update(accepted.headers)
    return to_submission(accepted.job)


def _check(content: bytes, settings: ApiSettings) -> str:
    """Return the label of a document that is within the limits and right in every respect."""
    return load_document(content, DocumentLimits.of(settings)).document.problem_id
