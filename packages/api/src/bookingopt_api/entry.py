"""Who comes in: the key or the session of a request, and whether its address and its caller may ask more."""

from __future__ import annotations

from anyio import to_thread
from fastapi import Request

from bookingopt_api.gate import WATCHES
from bookingopt_api.keys import KeyRecord
from bookingopt_api.problems import ApiProblem
from bookingopt_api.rates import Budget, RateAnswer, address_key
from bookingopt_api.resources import resources_of
from bookingopt_api.sessions import SAFE_METHODS, is_from_foreign_page, is_from_own_page, is_public_name

_CHALLENGE = {"WWW-Authenticate": 'ApiKey realm="BookingOpt"'}
_BEARER = "bearer "


async def count_address(request: Request) -> None:
    """Count a request against its address; a dependency of every path.

    Raises
    ------
    ApiProblem
        ``too-many-requests``.
    StoreUnavailable
        If nobody can count and the request changes anything.
    """
    if request.url.path in WATCHES:
        return  # a flood must not make the service look dead
    if resources_of(request).rates.may_block:
        await to_thread.run_sync(_count, request, Budget.ADDRESS, _address(request))
    else:
        _count(request, Budget.ADDRESS, _address(request))


def count_caller(request: Request, user: str) -> None:
    """Count a request against its caller: as new work if it is a POST, else as a question.

    Raises
    ------
    ApiProblem
        ``too-many-requests``.
    StoreUnavailable
        If nobody can count and the request changes anything.
    """
    _count(request, Budget.SUBMIT if request.method == "POST" else Budget.READ, user)


def count_work(request: Request, user: str) -> None:
    """Count new work that a request asks for which is no POST; raises as `count_caller`."""
    _count(request, Budget.SUBMIT, user)


def refuse_foreign_page(request: Request) -> None:
    """Refuse what the page of another site asks to be changed.

    Raises
    ------
    ApiProblem
        ``forbidden``.
    """
    if is_from_foreign_page(request.method, request.headers):
        raise ApiProblem("forbidden", "A page of another site may not change anything here.")


def refuse_strange_pages(request: Request) -> None:
    """Refuse what a page of another site asks, where nobody is asked for a key.

    Raises
    ------
    ApiProblem
        ``forbidden``.
    """
    refuse_foreign_page(request)
    if is_public_name(request.headers.get("host", "")):
        raise ApiProblem("forbidden", "Without authentication, call the service localhost or by its address.")


def authenticate(request: Request) -> KeyRecord:
    """Return the valid key that a request shows, or that its session was begun with.

    Raises
    ------
    ApiProblem
        ``unauthorized`` without one; ``forbidden`` if a session is used from a foreign page.
    StoreUnavailable
        If the store of the keys gives no answer.
    """
    resources = resources_of(request)
    text = shown_key(request)
    if text is not None:
        return authenticate_key(request, text)
    key_id = resources.sessions.key_id_in(request.cookies)
    record = None if key_id is None else resources.keys.find(key_id)
    if record is None:
        raise ApiProblem("unauthorized", headers=_CHALLENGE)
    if not is_from_own_page(request.method, request.headers):
        raise ApiProblem("forbidden", "A session works from the pages of this service alone.")
    return record


def authenticate_key(request: Request, text: str) -> KeyRecord:
    """Return the valid key with this text; whoever shows a wrong one has used up much of its rate.

    Raises
    ------
    ApiProblem
        ``unauthorized`` if it is unknown, expired or revoked: the answer does not tell which.
    StoreUnavailable
        If the store of the keys gives no answer.
    """
    resources = resources_of(request)
    record = resources.keys.authenticate(text)
    if record is None:
        resources.rates.charge_failure(_address(request))
        raise ApiProblem("unauthorized", headers=_CHALLENGE)
    return record


def shown_key(request: Request) -> str | None:
    """Return the text that a request gives as its key; None if it gives none."""
    if (text := request.headers.get("x-api-key")) is not None:
        return text
    given = request.headers.get("authorization", "")
    return given[len(_BEARER) :].strip() if given.lower().startswith(_BEARER) else None


def _count(request: Request, budget: Budget, whose: str) -> None:
    is_write = request.method not in SAFE_METHODS
    answer = resources_of(request).rates.spend(budget, whose, is_write=is_write)
    earlier: RateAnswer | None = getattr(request.state, "rate", None)
    answer = answer if earlier is None else answer.after(earlier)
    request.state.rate = answer  # its headers are added to whatever the answer will be
    if not answer.is_allowed:
        raise ApiProblem("too-many-requests")


def _address(request: Request) -> str:
    return address_key(None if request.client is None else request.client.host)
