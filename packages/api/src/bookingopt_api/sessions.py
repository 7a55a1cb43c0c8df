"""Sessions of the operator's pages: a signed cookie with the id of a key.

The cookie alone admits no one. Each request looks the key up in the keyring, so that revoking a key ends its
sessions, and checks whether the session was ended by signing out.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import Response

LIFE_SECONDS = 12 * 3600
"""A working day; then the key must be entered again."""
SHORTEST_SECRET = 32
"""Minimum length of a secret that signs sessions."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SALT = "bookingopt session"
_ID_BYTES = 16
_NAME = "bookingopt_session"


class Session(NamedTuple):
    """The content of a cookie: the key that the session was started with, and an id of its own."""

    key_id: str
    session_id: str


class Sessions:
    """Makes and reads the cookie.

    Parameters
    ----------
    secret
        Signs the cookies; at least 32 characters, the same in every process of the service.
    is_secure
        Whether browsers may send the cookie only over HTTPS: true except in a local environment.
    life_seconds
        How long a session lasts.

    Raises
    ------
    ValueError
        If the secret is too short.
    """

    def __init__(self, secret: str, *, is_secure: bool, life_seconds: int = LIFE_SECONDS) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"a secret for sessions needs at least {SHORTEST_SECRET} characters")
        self._signer = URLSafeTimedSerializer(
            secret, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256}
        )
        self._is_secure = is_secure
        self._life_seconds = life_seconds

    @property
    def cookie_name(self) -> str:
        """Name of the cookie; its prefix makes browsers refuse one that another host or path has set."""
        return f"__Host-{_NAME}" if self._is_secure else _NAME

    def begin(self, response: Response, key_id: str) -> None:
        """Set the cookie of a new session in a response."""
        response.set_cookie(
            self.cookie_name,
            str(self._signer.dumps([key_id, secrets.token_urlsafe(_ID_BYTES)])),
            max_age=self._life_seconds,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )

    def end(self, response: Response) -> None:
        """Delete the cookie in a response; a copy works until the keyring has ended the session."""
        response.delete_cookie(
            self.cookie_name, path="/", secure=self._is_secure, httponly=True, samesite="strict"
        )

    def find(self, cookies: Mapping[str, str]) -> Session | None:
        """Return the session in the cookies of a request; None without a valid one."""
        try:
            value = self._signer.loads(cookies.get(self.cookie_name, ""), max_age=self._life_seconds)
        except BadData:
            return None
        match value:
            case [str(key_id), str(session_id)]:
                return Session(key_id, session_id)
            case _:
                return None


def is_from_own_page(method: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request with a cookie may do what it asks for.

    Reads may come from anywhere: no other site gets to see the answer. Changes must come from a page of this
    service, according to headers that browsers set and pages cannot forge.

    Parameters
    ----------
    method
        Method of the request.
    headers
        Its headers, found by names in lower case.
    """
    if method in SAFE_METHODS:
        return True
    return _tells_own_page(headers) is True


def is_from_foreign_page(method: str, headers: Mapping[str, str]) -> bool:
    """Return whether the page of another site requests a change.

    Without authentication, any page in a browser could do that. Programs that are not browsers send no such
    headers, and are admitted.

    Parameters
    ----------
    method
        Method of the request.
    headers
        Its headers, found by names in lower case.
    """
    return method not in SAFE_METHODS and _tells_own_page(headers) is False


def is_public_name(host: str) -> bool:
    """Return whether a host name may have been registered by anyone.

    The owner of such a name can make it resolve to this machine, so that the page of another site counts as
    ours. Names without a dot, and addresses, cannot be used for that.
    """
    name = urlsplit(f"//{host}").hostname or ""
    try:
        ip_address(name)
    except ValueError:
        return "." in name.removesuffix(".localhost")
    return False


def _tells_own_page(headers: Mapping[str, str]) -> bool | None:
    """Return whether the browser reports that a page of ours sent the request; None if it reports nothing."""
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    origin, host = headers.get("origin"), headers.get("host")
    return None if origin is None else origin in {f"http://{host}", f"https://{host}"}
