"""Sessions of the operator's page: a signed cookie that names a key, and nothing else.

The cookie lets nobody in by itself. Whoever reads it asks the keyring for the key each time, so that a key
that is taken back ends its sessions too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import Response

LIFE_SECONDS = 12 * 3600
"""A working day; then the key is asked for again."""
SHORTEST_SECRET = 32
"""Characters of a secret that may sign sessions."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_SALT = "bookingopt session"
_NAME = "bookingopt_session"


class Sessions:
    """Makes and reads the cookie.

    Parameters
    ----------
    secret
        Signs the cookies; at least 32 characters, the same in every process of the service.
    is_secure
        Whether browsers may send the cookie over HTTPS alone: true everywhere but on one's own machine.
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
        """Let a response begin a session of a key."""
        response.set_cookie(
            self.cookie_name,
            str(self._signer.dumps(key_id)),
            max_age=self._life_seconds,
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="strict",
        )

    def end(self, response: Response) -> None:
        """Let a response end the session."""
        response.delete_cookie(
            self.cookie_name, path="/", secure=self._is_secure, httponly=True, samesite="strict"
        )

    def key_id_in(self, cookies: Mapping[str, str]) -> str | None:
        """Return the key that a request's cookies name; None without a cookie of ours that still holds."""
        try:
            value = self._signer.loads(cookies.get(self.cookie_name, ""), max_age=self._life_seconds)
        except BadData:
            return None
        return value if isinstance(value, str) else None


def is_from_own_page(method: str, headers: Mapping[str, str]) -> bool:
    """Return whether a request with a cookie may do what it asks.

    Reading may come from anywhere: no other site gets to see the answer. Whatever changes something must
    come from a page of this very service, as browsers tell and pages cannot forge.

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
    """Return whether the page of another site asks for something to be changed.

    Where no key is asked for, any page that a browser shows could do that. Programs that are no browsers
    tell nothing of a page, and may.

    Parameters
    ----------
    method
        Method of the request.
    headers
        Its headers, found by names in lower case.
    """
    return method not in SAFE_METHODS and _tells_own_page(headers) is False


def is_public_name(host: str) -> bool:
    """Return whether a host is called by a name that anybody may have registered.

    Such a name may be made to lead to this machine, so that the page of a stranger counts as ours. A name
    without a dot, and an address, cannot.
    """
    name = urlsplit(f"//{host}").hostname or ""
    try:
        ip_address(name)
    except ValueError:
        return "." in name.removesuffix(".localhost")
    return False


def _tells_own_page(headers: Mapping[str, str]) -> bool | None:
    """Return whether the browser says that a page of ours asks; None if it says nothing."""
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    origin, host = headers.get("origin"), headers.get("host")
    return None if origin is None else origin in {f"http://{host}", f"https://{host}"}
