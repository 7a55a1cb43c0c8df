"""Problem types: one table, from which answers, pages and documentation are made.

Answers are problem details (RFC 9457). They also have `error` and `message`, which older clients read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from optimizer_core.errors import Fault

PROBLEM_MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem.

    Parameters
    ----------
    status
        HTTP status of its answers.
    title
        A few words, the same every time.
    meaning, remedy
        One sentence each for the page of the type.
    """

    status: int
    title: str
    meaning: str
    remedy: str


PROBLEM_TYPES: dict[str, ProblemType] = {
    "invalid-document": ProblemType(
        422,
        "The document is wrong",
        "The document cannot be read, or contradicts itself; `errors` lists each fault with its place.",
        "Correct the places that are named and submit the document again.",
    ),
    "document-limit": ProblemType(
        422,
        "The document is beyond a limit",
        "The document has more rooms, reservations, nights or levels than this service accepts.",
        "Submit a smaller hotel or a shorter time, or have the limit raised.",
    ),
    "invalid-request": ProblemType(
        422,
        "The request is wrong",
        "A query parameter, a header or a form has a value that is not accepted, or cannot be read.",
        "Correct the places that are named in `errors`, or the form.",
    ),
    "idempotency-key-reused": ProblemType(
        422,
        "The idempotency key belongs to another request",
        "A request with the same `Idempotency-Key` came before, with another document or other options.",
        "Repeat the request exactly as it was, or take a new key.",
    ),
    "document-too-large": ProblemType(
        413,
        "The document is too large",
        "The body of the request has more bytes than this service accepts.",
        "Submit a smaller hotel or a shorter time, or have the limit raised.",
    ),
    "unsupported-media-type": ProblemType(
        415,
        "The body is of a kind that is not accepted",
        "The body is not JSON, or it is compressed.",
        "Send plain JSON in UTF-8 with `Content-Type: application/json`.",
    ),
    "body-timeout": ProblemType(
        408,
        "The body took too long",
        "The body of the request did not arrive in time.",
        "Send the request again, over a faster connection.",
    ),
    "unauthorized": ProblemType(
        401,
        "No valid API key",
        "The request has no API key, or one that is unknown, expired or revoked.",
        "Send a valid key in `X-API-Key`.",
    ),
    "forbidden": ProblemType(
        403,
        "The API key does not allow this",
        "The key is valid, but its scopes do not cover the request.",
        "Use a key with the scope that `detail` names.",
    ),
    "not-found": ProblemType(
        404,
        "There is nothing at this address",
        "The path is not one of this API.",
        "Compare the path with the description of the API in `/openapi.json`.",
    ),
    "job-not-found": ProblemType(
        404,
        "There is no such job",
        "The job is unknown, has expired, or belongs to somebody else.",
        "Submit the document again if its job has expired.",
    ),
    "job-unreadable": ProblemType(
        410,
        "The job is of another version",
        "The record of the job was written by another version of the service, and this one cannot read it.",
        "Ask again when the service has been updated, or submit the document again.",
    ),
    "method-not-allowed": ProblemType(
        405,
        "The method is not allowed here",
        "The path exists, but not for this method.",
        "Use one of the methods in the header `Allow`.",
    ),
    "nothing-to-cancel": ProblemType(
        400,
        "There is nothing to cancel",
        "The job is unknown, belongs to somebody else, or was cancelled already.",
        "Nothing needs to be done.",
    ),
    "not-finished": ProblemType(
        409,
        "The job has not finished",
        "What was asked for is made from the result of the job, which is not there yet.",
        "Wait until the job is completed.",
    ),
    "no-result": ProblemType(
        409,
        "The job has no result",
        "The job failed or was cancelled, so there is nothing to show.",
        "Read the state of the job for the reason, and submit the document again.",
    ),
    "no-plan": ProblemType(
        409,
        "The result has no plan",
        "The job has ended without a plan, so there is nothing to show of it.",
        "Read `Message` in the result of the job for the reason.",
    ),
    "not-available": ProblemType(
        422,
        "The result does not have this",
        "The picture would be too large, or a query parameter names something that the result does not have.",
        "Correct what `detail` names.",
    ),
    "too-many-jobs": ProblemType(
        429,
        "Too many open jobs",
        "As many jobs of this caller are queued or running as one caller may have.",
        "Wait for one to end, or cancel one, and submit again after the seconds in `Retry-After`.",
    ),
    "too-many-requests": ProblemType(
        429,
        "Too many requests",
        "More requests came from this API key or this address than are allowed.",
        "Wait for the seconds in `Retry-After`.",
    ),
    "store-unavailable": ProblemType(
        503,
        "The job store gives no answer",
        "The job store is down, starting or overloaded; nothing was accepted that could be lost.",
        "Repeat the request after the seconds in `Retry-After`, with the same `Idempotency-Key`.",
    ),
    "store-full": ProblemType(
        503,
        "The job store is full",
        "The job store has no room for another job; nothing was accepted.",
        "Repeat the request after the seconds in `Retry-After`.",
    ),
    "busy": ProblemType(
        503,
        "The service is busy",
        "The service has as many requests in hand as it takes at once.",
        "Repeat the request after the seconds in `Retry-After`.",
    ),
    "internal-error": ProblemType(
        500,
        "Internal error",
        "The service has a fault; its log says where, under the request id.",
        "Send the operator the request id.",
    ),
}
"""Every problem this API answers with, by the last part of its type."""


class ApiProblem(Exception):
    """A request that cannot be answered as its caller wants.

    Parameters
    ----------
    kind
        A name in `PROBLEM_TYPES`.
    detail
        One or more sentences about this request, without personal data.
    faults
        Individual faults, with their places.
    headers
        Further headers of the answer.

    Raises
    ------
    KeyError
        If there is no such type.
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        faults: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = kind
        self.type = PROBLEM_TYPES[kind]
        self.detail = detail or self.type.meaning
        self.faults = tuple(faults)
        self.headers = dict(headers or {})
        super().__init__(f"{kind}: {self.detail}")


def problem_path(kind: str) -> str:
    """Return the path of the page of a problem type, which is also its type URI."""
    return f"/problems/{kind}"


def problem_body(problem: ApiProblem, instance: str, request_id: str) -> dict[str, Any]:
    """Return the members of the answer.

    Parameters
    ----------
    problem
        The problem.
    instance
        Path of the request.
    request_id
        Id of the request.
    """
    body: dict[str, Any] = {
        "type": problem_path(problem.kind),
        "title": problem.type.title,
        "status": problem.type.status,
        "detail": problem.detail,
        "instance": instance,
        "request_id": request_id,
        "error": problem.kind,
        "message": problem.detail,
    }
    if problem.faults:
        body["errors"] = [
            {"place": str(Fault(fault.place, "")).removesuffix(": "), "message": fault.message}
            for fault in problem.faults
        ]
    return body


def problem_response(problem: ApiProblem, instance: str, request_id: str) -> Response:
    """Return the answer to a request that is refused or has failed."""
    headers = {"Cache-Control": "no-store"} | problem.headers
    if problem.type.status == 503:
        headers.setdefault("Retry-After", "2")
    return Response(
        json.dumps(problem_body(problem, instance, request_id)),
        status_code=problem.type.status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers=headers,
    )
