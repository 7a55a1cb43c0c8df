"""``POST /api/v1/optimize``: a problem document becomes a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Self

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, WrapValidator, model_validator
from pydantic_core import PydanticCustomError

from bookingopt_api.accepting import IdempotencyKey, accept_job
from bookingopt_api.callers import Writer
from bookingopt_api.documentation import document_body, refusals
from bookingopt_api.documents import DocumentLimits, check_document
from bookingopt_api.job_answers import Submission, to_submission
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.settings import ApiSettings
from job_ledger import JobOptions, NewJob
from job_ledger.options import (
    FEWEST_POINTS,
    HIGHEST_PRICE,
    LONGEST_BACKEND_NAME,
    MOST_MOVES,
    MOST_POINTS,
)

router = APIRouter(prefix="/api/v1", tags=["jobs"])

LARGE_BYTES = 1_000_000
"""Larger documents are validated one at a time, smaller ones in parallel."""
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


def _check_points(value: Any, check: Callable[[Any], int | None]) -> int | None:
    """Return a number of points; whatever is wrong with it, the error message says what would be right."""
    try:
        return check(value)
    except ValidationError:
        right = f"a whole number from {FEWEST_POINTS} to {MOST_POINTS}"
        message = f"must be {right}; 15 points show a curve well, and without the option none is drawn"
        raise PydanticCustomError("curve_points", message) from None


CurvePoints = Annotated[
    int | None,
    Field(
        ge=FEWEST_POINTS,
        le=MOST_POINTS,
        description="Most points of a trade-off curve, which is drawn beside the plan.",
    ),
    WrapValidator(_check_points),
]
"""Most points of a curve; None for no curve."""


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
        None, ge=0, le=MOST_MOVES, description="Most stays that may leave their room."
    )
    move_price: float | None = Field(
        None, ge=0, le=HIGHEST_PRICE, description="Points of gap cost that a move must save."
    )
    curve_points: CurvePoints = None

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        self.to_job_options()
        return self

    def to_job_options(self) -> JobOptions:
        """Return the options in the form of the ledger."""
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
    content = await request.body()
    limiter = resources.large_readings if len(content) > LARGE_BYTES else None
    problem_id = await to_thread.run_sync(_check, content, resources.settings, limiter=limiter)
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
    """Return the label of a document that is valid and within the limits."""
    return check_document(content, DocumentLimits.of(settings))
