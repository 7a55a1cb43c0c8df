"""Who asks, what they may do, and which jobs are theirs."""

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
from bookingopt_worker.jobs import JobRecord
from optimizer_core.errors import Fault

READ = "read"
WRITE = "write"
LOCAL_USER = "local"
"""Who asks where authentication is off and the caller does not name itself."""
LONGEST_USER = 256

_JOB_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Parameters
    ----------
    user
        Whose jobs they are.
    key_id
        Id of the API key; None where authentication is off.
    scopes
        What the caller may do.
    """

    user: str
    key_id: str | None = None
    scopes: frozenset[str] = frozenset({READ, WRITE})


async def find_caller(request: Request) -> Caller:
    """Return who asks.

    Raises
    ------
    ApiProblem
        ``unauthorized`` where authentication is on and there is no valid key; ``invalid-request`` where it
        is off and the name that the caller gives itself cannot be one; ``forbidden`` for a session that
        a foreign page uses; ``too-many-requests``.
    """
    return await resources_of(request).ask(_find_caller, request)


def _find_caller(request: Request) -> Caller:
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
    """Return a dependency that lets only callers with a scope pass."""

    async def allowed(caller: Annotated[Caller, Depends(find_caller)]) -> Caller:
        return _with_scope(caller, scope)

    return allowed


def _with_scope(caller: Caller, scope: str) -> Caller:
    if scope not in caller.scopes:
        raise ApiProblem("forbidden", f"This needs an API key with the scope {scope}.")
    return caller


def let_work(request: Request) -> None:
    """Let the caller of a page, who may read it, ask for work as a POST does; may go to a store.

    Raises
    ------
    ApiProblem
        ``forbidden`` without the scope, or if the page of another site asks; ``too-many-requests``.
    """
    caller: Caller = request.state.caller
    _with_scope(caller, WRITE)
    is_typed = request.headers.get("sec-fetch-site") == "none"  # or bookmarked: no page asks at all
    if not is_typed and is_from_foreign_page("POST", request.headers):
        raise ApiProblem("forbidden", "A page of another site may not ask anything here.")
    count_work(request, caller.user)


Reader = Annotated[Caller, Depends(needing(READ))]
Writer = Annotated[Caller, Depends(needing(WRITE))]
JobId = Annotated[str, Path(description="Id of the job, as the answer to its submission gave it.")]


def owned_job(job_id: str, caller: Caller, resources: Resources) -> JobRecord:
    """Return a job of the caller.

    Raises
    ------
    ApiProblem
        ``job-not-found`` if it is unknown, or belongs to somebody else: the answer does not tell which.
    """
    job = resources.store.get(job_id) if _JOB_ID.fullmatch(job_id) else None
    if job is None or job.user != caller.user:
        raise ApiProblem("job-not-found")
    return job


async def _readable_job(request: Request, job_id: JobId) -> JobRecord:
    return await resources_of(request).ask(readable_job, request, job_id)


def readable_job(request: Request, job_id: str) -> JobRecord:
    """Return a job that the caller of a request may read; goes to stores.

    Raises
    ------
    ApiProblem
        As `find_caller` and `owned_job` do.
    """
    # The caller is found in here, not by a dependency: that would cost another thread.
    caller = _with_scope(_find_caller(request), READ)
    return owned_job(job_id, caller, resources_of(request))


OwnedJob = Annotated[JobRecord, Depends(_readable_job)]
"""The job that the path names, which the caller may read."""


def _named_by_itself(request: Request) -> Caller:
    name = request.headers.get("x-user-id", LOCAL_USER)
    if not (1 <= len(name) <= LONGEST_USER and name.isprintable()):
        fault = Fault(("X-User-ID",), f"must be 1 to {LONGEST_USER} printable characters")
        raise ApiProblem("invalid-request", "The header X-User-ID is wrong.", faults=[fault])
    return Caller(name)
