"""Authentication of a request by key or session, and the rate limits of its address and its caller."""

from __future__ import annotations

from anyio import to_thread
from fastapi import Request

from bookingopt_api.gate import WATCHES
from bookingopt_api.keys import KeyRecord
from bookingopt_api.problems import ApiProblem
from bookingopt_api.rates import Budget, RateAnswer, address_key
from bookingopt_api.resources import resources_of
from bookingopt_api.sessions import SAFE_METHODS, is_from_foreign_page, is_from_own_page, is_public_name
from job_ledger import StoreError

_CHALLENGE = {"WWW-Authenticate": 'ApiKey realm="BookingOpt"'}
_BEARER = "bearer "


async def count_address(request: Request) -> None:
    """Count a request against its address, whatever it asks for.

    Raises
    ------
    ApiProblem
        ``too-many-requests``.
    StoreUnavailable
        If the counters do not answer and the request changes anything.
    """
    if request.url.path in WATCHES:
        return  # a flood must not make health checks fail
    if resources_of(request).rates.may_block:
        await to_thread.run_sync(_count, request, Budget.ADDRESS, address_of(request))
    else:
        _count(request, Budget.ADDRESS, address_of(request))


def count_caller(request: Request, user: str) -> None:
    """Count a request against its caller: a POST as new work, others as reads.

    Raises
    ------
    ApiProblem
        ``too-many-requests``.
    StoreUnavailable
        If the counters do not answer and the request changes anything.
    """
    _count(request, Budget.SUBMIT if request.method == "POST" else Budget.READ, user)


def count_work(request: Request, user: str) -> None:
    """Count new work that a request other than a POST starts; raises as `count_caller`."""
    _count(request, Budget.SUBMIT, user)


def refuse_foreign_page(request: Request) -> None:
    """Refuse a change that the page of another site requests.

    Raises
    ------
    ApiProblem
        ``forbidden``.
    """
    if is_from_foreign_page(request.method, request.headers):
        raise ApiProblem("forbidden", "Pages of other sites may not change anything here.")


def refuse_strange_pages(request: Request) -> None:
    """Refuse any request from the page of another site, if authentication is off.

    Raises
    ------
    ApiProblem
        ``forbidden``.
    """
    refuse_foreign_page(request)
    if is_public_name(request.headers.get("host", "")):
        raise ApiProblem("forbidden", "Without authentication, call the service localhost or by its address.")


def authenticate(request: Request) -> KeyRecord:
    """Return the valid key in a request's headers, or the one its session was started with.

    Raises
    ------
    ApiProblem
        ``unauthorized`` without one; ``forbidden`` if the page of another site uses a session.
    StoreUnavailable
        If the store of the keys does not answer.
    """
    resources = resources_of(request)
    text = shown_key(request)
    if text is not None:
        return authenticate_key(request, text)
    session = resources.sessions.find(request.cookies)
    is_open = session is not None and not resources.keys.is_ended(session.session_id)
    record = resources.keys.find(session.key_id) if session is not None and is_open else None
    if record is None:
        raise ApiProblem("unauthorized", headers=_CHALLENGE)
    if not is_from_own_page(request.method, request.headers):
        raise ApiProblem("forbidden", "A session works from the pages of this service alone.")
    return record


def authenticate_key(request: Request, text: str) -> KeyRecord:
    """Return the valid key with this text; a wrong one costs ten requests of the address's rate limit.

    Raises
    ------
    ApiProblem
        ``unauthorized`` if it is unknown, expired or revoked: the answer is the same for all.
    StoreUnavailable
        If the store of the keys does not answer.
    """
    resources = resources_of(request)
    record = resources.keys.authenticate(text)
    if record is None:
        resources.rates.charge_failure(address_of(request))
        raise ApiProblem("unauthorized", headers=_CHALLENGE)
    return record


def is_let_in(request: Request) -> bool:
    """Return whether the key or the session of a request is still valid."""
    if not resources_of(request).settings.is_authentication_on:
        return True
    try:
        authenticate(request)
    except ApiProblem:
        return False
    except StoreError:
        pass  # it was valid before
    return True


def shown_key(request: Request) -> str | None:
    """Return the key in the headers of a request; None if it has none."""
    if (text := request.headers.get("x-api-key")) is not None:
        return text
    given = request.headers.get("authorization", "")
    return given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else None


def _count(request: Request, budget: Budget, whose: str) -> None:
    is_write = request.method not in SAFE_METHODS
    answer = resources_of(request).rates.spend(budget, whose, is_write=is_write)
    earlier: RateAnswer | None = getattr(request.state, "rate", None)
    answer = answer if earlier is None else answer.after(earlier)
    request.state.rate = answer  # its headers are added to the answer, whatever that is
    if not answer.is_allowed:
        raise ApiProblem("too-many-requests")


def address_of(request: Request) -> str:
    """Return the name under which a client's requests are counted, by its address."""
    return address_key(None if request.client is None else request.client.host)
