"""Turns errors into answers, in one place."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bookingopt_api.logs import log_trouble
from bookingopt_api.problems import ApiProblem, problem_response
from job_ledger import RecordUnreadable, StoreFull, StoreUnavailable
from optimizer_core.errors import Fault, InvalidInput

_BY_STATUS = {
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "document-too-large",
    415: "unsupported-media-type",
}


TOLD = (
    ApiProblem,
    InvalidInput,
    RequestValidationError,
    RecordUnreadable,
    StoreFull,
    StoreUnavailable,
    HTTPException,
)
"""Errors for a request that cannot be answered as its caller wants; any other error is a bug."""


def add_handlers(app: FastAPI) -> None:
    """Make an application answer every error with problem details."""
    for kind in TOLD:
        app.add_exception_handler(kind, answer_problem)


def answer_problem(request: Request, error: Exception) -> Response:
    """Return the answer to a request that raised an error."""
    problem = to_problem(error)
    request.state.problem = problem.kind
    request_id = getattr(request.state, "request_id", "")
    return problem_response(problem, request.url.path, request_id)


def to_problem(error: Exception) -> ApiProblem:
    """Return the problem for an error; an unknown error is a bug, and its message is not shown."""
    match error:
        case ApiProblem():
            problem = error
        case InvalidInput():
            detail = f"The document has {error.tally}; see errors."
            problem = ApiProblem("invalid-document", detail, faults=error.faults)
        case RequestValidationError():
            faults = [_fault(fault["loc"], fault["msg"]) for fault in error.errors()]
            problem = ApiProblem("invalid-request", "The request is wrong; see errors.", faults=faults)
        case RecordUnreadable():
            log_trouble("record unreadable", job_id=error.job_id)
            problem = ApiProblem("job-unreadable")
        case StoreFull():
            problem = ApiProblem("store-full", headers={"Retry-After": "30"})
        case StoreUnavailable():
            problem = ApiProblem("store-unavailable", headers={"Retry-After": "2"})
        case HTTPException():
            # Whatever the framework rejects in a request is the client's to correct.
            usual = "invalid-request" if 400 <= error.status_code < 500 else "internal-error"
            problem = ApiProblem(_BY_STATUS.get(error.status_code, usual), headers=error.headers)
        case _:
            problem = ApiProblem("internal-error")
    return problem


def _fault(place: tuple[int | str, ...], message: str) -> Fault:
    """Return a fault of a parameter, without FastAPI's prefix: query, header, path or body."""
    return Fault(tuple(place[1:]) or place, message)
