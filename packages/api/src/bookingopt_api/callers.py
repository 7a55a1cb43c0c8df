"""The caller of a request, what it may do, and which jobs it owns."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request

from bookingopt_api.entry import authenticate, count_caller, count_work, refuse_strange_pages
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, resources_of
from bookingopt_api.sessions import is_from_foreign_page
from job_ledger import JobRecord
from optimizer_core.errors import Fault

READ = "read"
WRITE = "write"
LOCAL_USER = "local"
"""Name of the user if authentication is off and the caller gives no name."""
LONGEST_USER = 256
_API_PATHS = "/api/"

_JOB_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request.

    Parameters
    ----------
    user
        Owner of its jobs.
    key_id
        Id of the API key; None if authentication is off.
    scopes
        What the caller may do.
    is_unnamed
        Whether authentication is off and the caller of the API gave no name: it may read any job whose id it
        knows.
    """

    user: str
    key_id: str | None = None
    scopes: frozenset[str] = frozenset({READ, WRITE})
    is_unnamed: bool = False


async def find_caller(request: Request) -> Caller:
    """Return the caller of a request.

    Raises
    ------
    ApiProblem
        ``unauthorized`` if authentication is on and there is no valid key; ``invalid-request`` if it is off
        and the name in ``X-User-ID`` is not valid; ``forbidden`` if the page of another site uses a session;
        ``too-many-requests``.
    """
    return await resources_of(request).ask(_find_caller, request)


def _find_caller(request: Request) -> Caller:
    known: Caller | None = getattr(request.state, "caller", None)
    if known is not None:  # found before the body of the request was read
        return known
    if resources_of(request).settings.is_authentication_on:
        key = authenticate(request)
        caller = Caller(key.user, key.key_id, frozenset(key.scopes))
    else:
        refuse_strange_pages(request)
        caller = _named_by_itself(request)
    request.state.caller = caller
    request.state.user, request.state.key_id = caller.user, caller.key_id
    count_caller(request, caller.user)
    return caller


def needing(scope: str) -> Callable[[Caller], Awaitable[Caller]]:
    """Return a dependency that admits only callers with a scope."""

    async def allowed(caller: Annotated[Caller, Depends(find_caller)]) -> Caller:
        return _with_scope(caller, scope)

    return allowed


def _with_scope(caller: Caller, scope: str) -> Caller:
    if scope not in caller.scopes:
        raise ApiProblem("forbidden", f"This needs an API key with the scope {scope}.")
    return caller


def let_work(request: Request) -> None:
    """Check that a page whose caller may read it may also start work, as for a POST; may access a store.

    Raises
    ------
    ApiProblem
        ``forbidden`` without the scope, or if the page of another site sent the request;
        ``too-many-requests``.
    """
    caller: Caller = request.state.caller
    _with_scope(caller, WRITE)
    is_typed = request.headers.get("sec-fetch-site") == "none"  # or a bookmark: not sent by a page
    if not is_typed and is_from_foreign_page("POST", request.headers):
        raise ApiProblem("forbidden", "Pages of other sites may not send requests here.")
    count_work(request, caller.user)


Reader = Annotated[Caller, Depends(needing(READ))]
Writer = Annotated[Caller, Depends(needing(WRITE))]
JobId = Annotated[str, Path(description="Id of the job, as the answer to its submission gave it.")]


def owned_job(job_id: str, caller: Caller, resources: Resources, *, is_read: bool = False) -> JobRecord:
    """Return a job of the caller.

    Existing clients send their name when they submit, but not when they poll. So if authentication is off, a
    caller without a name may read a job by its id, which cannot be guessed.

    Parameters
    ----------
    job_id
        Id of the job.
    caller
        The caller.
    resources
        Resources of the application.
    is_read
        Whether the job is only read; False by default.

    Raises
    ------
    ApiProblem
        ``job-not-found`` if it is unknown, or belongs to another user: the answer is the same for both.
    """
    job = resources.store.get(job_id) if _JOB_ID.fullmatch(job_id) else None
    if job is None or (job.user != caller.user and not (is_read and caller.is_unnamed)):
        raise ApiProblem("job-not-found")
    return job


async def _readable_job(request: Request, job_id: JobId) -> JobRecord:
    return await resources_of(request).ask(readable_job, request, job_id)


def readable_job(request: Request, job_id: str) -> JobRecord:
    """Return a job that the caller of a request may read; accesses stores.

    Raises
    ------
    ApiProblem
        As `find_caller` and `owned_job` do.
    """
    # The caller is found here, not by a dependency, which would cost another thread.
    caller = _with_scope(_find_caller(request), READ)
    return owned_job(job_id, caller, resources_of(request), is_read=True)


OwnedJob = Annotated[JobRecord, Depends(_readable_job)]
"""The job that the path names, which the caller may read."""


def _named_by_itself(request: Request) -> Caller:
    name = request.headers.get("x-user-id")
    if name is None:
        return Caller(LOCAL_USER, is_unnamed=request.url.path.startswith(_API_PATHS))
    if not (1 <= len(name) <= LONGEST_USER and name.isprintable()):
        fault = Fault(("X-User-ID",), f"must be 1 to {LONGEST_USER} printable characters")
        raise ApiProblem("invalid-request", "The header X-User-ID is wrong.", faults=[fault])
    return Caller(name)
