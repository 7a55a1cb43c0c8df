"""Submits jobs for the forms of the pages, with the same checks and the same ledger as the API."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request

from bookingopt_api.accepting import accept_job
from bookingopt_api.callers import Caller
from bookingopt_api.console.form_tokens import key_of
from bookingopt_api.documents import DocumentLimits, check_document
from bookingopt_api.resources import Resources
from job_ledger import JobOptions, JobRecord, NewJob
from job_ledger.options import DEFAULT_OPTIONS


def submit_document(
    request: Request,
    content: bytes,
    caller: Caller,
    resources: Resources,
    options: JobOptions = DEFAULT_OPTIONS,
    token: str = "",
) -> JobRecord:
    """Return the job for a document.

    Parameters
    ----------
    request
        The request that brought it.
    content
        A problem document.
    caller
        Owner of the job.
    resources
        Resources of the application.
    options
        Options of the job.
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
    problem_id = check_document(content, limits)
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
    """Return the job for a checked document; if the form was sent before, the same job.

    Raises
    ------
    ApiProblem
        ``too-many-jobs``.
    """
    job = NewJob(caller.user, problem_id, content, options, request_id=request.state.request_id)
    accepted = accept_job(replace(job, idempotency_key=key_of(token, job.digest.encode())), resources).job
    request.state.job_id = accepted.job_id
    return accepted
