"""From bytes to a job: the same checks and the same ledger as the API, for the forms of the page."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request

from bookingopt_api.accepting import accept_job
from bookingopt_api.callers import Caller
from bookingopt_api.console.form_tokens import key_of
from bookingopt_api.documents import DocumentLimits, load_document
from bookingopt_api.resources import Resources
from bookingopt_worker.jobs import JobOptions, JobRecord, NewJob
from bookingopt_worker.jobs.options import DEFAULT_OPTIONS


def submit_document(
    request: Request,
    content: bytes,
    caller: Caller,
    resources: Resources,
    options: JobOptions = DEFAULT_OPTIONS,
    token: str = "",
) -> JobRecord:
    """Return the job that a document has become.

    Parameters
    ----------
    request
        The request that brought it.
    content
        A problem document.
    caller
        Whose job it is.
    resources
        Where it is written down.
    options
        How it is to be done.
    token
        Token of the form; empty for none.

    Raises
    ------
    InvalidInput
        If the document is wrong; lists every fault.
    ApiProblem
        ``document-limit`` or ``too-many-jobs``.
    """
    limits = DocumentLimits.of(resources.settings)
    problem_id = load_document(content, limits).document.problem_id
    return accept_document(request, content, problem_id, caller, resources, options, token)


def accept_document(
    request: Request,
    content: bytes,
    problem_id: str,
    caller: Caller,
    resources: Resources,
    options: JobOptions = DEFAULT_OPTIONS,
    token: str = "",
) -> JobRecord:
    """Return the job that a document which was checked has become; the same one if the form came before.

    Raises
    ------
    ApiProblem
        ``too-many-jobs``.
    """
    job = NewJob(caller.user, problem_id, content, options, request_id=request.state.request_id)
    accepted = accept_job(replace(job, idempotency_key=key_of(token, job.digest.encode())), resources).job
    request.state.job_id = accepted.job_id
    return accepted
