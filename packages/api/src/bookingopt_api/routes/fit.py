"""``POST /api/v1/jobs/{job_id}/fit``: whether stays fit into the plan of a finished job."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response

from bookingopt_api.accepting import Accepted, IdempotencyKey, accept_job
from bookingopt_api.callers import JobId, Writer, owned_job
from bookingopt_api.documentation import refusals
from bookingopt_api.documents import DocumentLimits, load_document
from bookingopt_api.job_answers import Submission, to_submission
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.views import MOST_BYTES, require_result, result_of
from job_ledger import JobOptions, JobRecord, NewJob
from optimizer_core.wire import (
    EnquiryAnswer,
    EnquiryDocument,
    RequestedStay,
    load_enquiry,
)
from optimizer_core.wire.enquiry_problem import enquiry_problem
from optimizer_core.wire.requests import check_requests

router = APIRouter(prefix="/api/v1/jobs/{job_id}", tags=["fit"])

_EXAMPLE = {"Requests": [{"Arrival": "2027-05-08", "Length": 2, "RoomType": "Double"}]}
_SCHEMA = {
    "title": "EnquiryDocument",
    "type": "object",
    "properties": {"Requests": {"type": "array", "minItems": 1, "items": RequestedStay.model_json_schema()}},
    "required": ["Requests"],
    "additionalProperties": False,
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": _SCHEMA, "example": _EXAMPLE}},
    }
}


@router.post(
    "/fit",
    response_model=EnquiryAnswer,
    openapi_extra=_BODY,
    responses=refusals(
        "job-not-found",
        "not-finished",
        "no-result",
        "no-plan",
        "invalid-document",
        "document-limit",
        "document-too-large",
        "body-timeout",
        "idempotency-key-reused",
        "too-many-jobs",
        "store-full",
    )
    | {202: {"model": Submission, "description": "It takes longer: a job of its own was accepted."}},
)
async def fit(
    request: Request,
    job_id: JobId,
    caller: Writer,
    resources: Annotated[Resources, Depends(get_resources)],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Answer whether stays fit into the plan of a finished job, where, what must move and what it costs.

    An enquiry that cannot be answered at once becomes a job, whose result has the answers in `Requests`.
    """
    settings = resources.settings
    job = await to_thread.run_sync(owned_job, job_id, caller, resources)
    request.state.job_id = job.job_id
    require_result(job)
    content = await request.body()
    enquiry = load_enquiry(content)
    count = len(enquiry.requests)
    if count > settings.max_new_reservations:
        detail = (
            f"The enquiry has {count:,} requests; at most {settings.max_new_reservations:,} are accepted."
        )
        raise ApiProblem("document-limit", detail)
    if count <= settings.fit_max_requests:
        answer = await answer_at_once(job, content, resources)
        if answer is not None:
            return Response(answer, media_type="application/json")
    accepted = await to_thread.run_sync(
        accept_enquiry, request, job, enquiry, resources, idempotency_key, limiter=resources.large_readings
    )
    told = to_submission(accepted.job).model_dump_json()
    return Response(told, status_code=202, media_type="application/json", headers=accepted.headers)


async def answer_at_once(job: JobRecord, enquiry: bytes, resources: Resources) -> bytes | None:
    """Return the answers to an enquiry document as JSON; None if they take longer.

    Raises
    ------
    InvalidInput
        If a request is not valid.
    ApiProblem
        ``too-many-requests`` if the user has too many enquiries waiting; ``job-not-found`` if the job was
        erased in the meantime.
    """
    answer = await resources.enquiries.answer(
        job.user, job.job_id, enquiry, lambda: _documents_of(job, resources)
    )
    if answer is not None and await to_thread.run_sync(resources.store.get, job.job_id) is None:
        raise ApiProblem("job-not-found")  # it was erased, but its hotel was still open
    return answer


def _documents_of(job: JobRecord, resources: Resources) -> tuple[bytes, bytes]:
    """Return the problem and the result document of a job; accesses the store.

    Raises
    ------
    ApiProblem
        ``job-not-found`` if it has expired in the meantime.
    """
    document = resources.store.document(job.job_id)
    if document is None:
        raise ApiProblem("job-not-found")
    return document, result_of(job, resources)


def accept_enquiry(
    request: Request,
    job: JobRecord,
    enquiry: EnquiryDocument,
    resources: Resources,
    idempotency_key: str | None = None,
) -> Accepted:
    """Accept the same hotel, with its planned rooms and the requests added, as a job.

    Parameters
    ----------
    request
        The HTTP request that brought the enquiry.
    job
        The job whose plan the enquiry is about.
    enquiry
        The enquiry.
    resources
        Resources of the application.
    idempotency_key
        The caller's identifier of this enquiry; None if it sent none.

    Raises
    ------
    InvalidInput
        If a request is not valid.
    ApiProblem
        ``document-limit`` if the hotel is larger than one that may be submitted now;
        ``idempotency-key-reused`` or ``too-many-jobs``.
    """
    document, result = _documents_of(job, resources)
    limits = DocumentLimits.of(resources.settings)
    # In memory a result takes half as much as a document of its size. Together they may take as much as the
    # largest document.
    most = max(MOST_BYTES, 2 * (limits.document_bytes - len(document)))
    if len(result) > most:
        detail = f"The result has {len(result):,} bytes; at most {most:,} are read here. Use bookingopt fit."
        raise ApiProblem("document-limit", detail)
    loaded = load_document(document, limits)
    check_requests(enquiry.requests, loaded.problem)
    content = enquiry_problem(loaded, resources.results.read(job, lambda: result).document, enquiry.requests)
    if len(content) > limits.document_bytes:
        detail = f"With these requests the document has more than {limits.document_bytes:,} bytes."
        raise ApiProblem("document-limit", detail)
    new = NewJob(
        job.user,
        job.problem_id,
        content,
        JobOptions(job.options.backend, job.options.time_limit_seconds),
        idempotency_key=idempotency_key,
        request_id=request.state.request_id,
    )
    return accept_job(new, resources)
