"""Redis over TLS: its files, and the setting to correct if client and server do not trust each other."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from redis.exceptions import AuthenticationError, RedisError

from job_ledger.redis_connection import connect_redis

TLS_SCHEME = "rediss://"
"""Prefix of the address of a Redis over TLS."""


@dataclass(frozen=True, slots=True)
class RedisTls:
    """PEM files by which this process and a Redis trust each other.

    Parameters
    ----------
    ca
        Certificate of the authority that signed the server's; None for the authorities this machine trusts.
    certificate, key
        Certificate of this process and its private key; None to send none.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def fault(self) -> str | None:
        """Return what is wrong with the files; None if nothing is. The message begins with a setting."""
        if (self.certificate is None) != (self.key is None):
            missing = "REDIS_TLS_KEY" if self.key is None else "REDIS_TLS_CERTIFICATE"
            return f"{missing}: a certificate needs its key and a key its certificate; set both, or neither"
        for name, path in self._named():
            if (fault := _fault_of_file(path)) is not None:
                return f"{name}: {path} {fault}; name a file in PEM that this user may read"
        try:
            if self.ca is not None:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(self.ca)
        except ssl.SSLError:
            return f"REDIS_TLS_CA: {self.ca} holds no certificate in PEM; name that of the authority"
        try:
            if self.certificate is not None:
                # Without this, OpenSSL would ask for the passphrase of the key at the terminal.
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.load_cert_chain(self.certificate, self.key, password=lambda: "")
        except (ssl.SSLError, ValueError):
            what = f"{self.certificate} and the key in {self.key} do not go together"
            return (
                f"REDIS_TLS_CERTIFICATE: {what}; name a certificate in PEM and its key without a passphrase"
            )
        return None

    def options(self) -> dict[str, str]:
        """Return the client options for the query part of an address."""
        names = {
            "REDIS_TLS_CA": "ssl_ca_certs",
            "REDIS_TLS_CERTIFICATE": "ssl_certfile",
            "REDIS_TLS_KEY": "ssl_keyfile",
        }
        return {names[name]: str(path) for name, path in self._named()}

    def _named(self) -> Iterator[tuple[str, Path]]:
        named = {
            "REDIS_TLS_CA": self.ca,
            "REDIS_TLS_CERTIFICATE": self.certificate,
            "REDIS_TLS_KEY": self.key,
        }
        yield from ((name, path) for name, path in named.items() if path is not None)


def complete_address(url: str, password: str | None, tls: RedisTls) -> str:
    """Return a Redis address with the password and the files added.

    Parameters
    ----------
    url
        The address; without a password if one is to be added.
    password
        Password of the user in the address; None to leave the address unchanged.
    tls
        Files for TLS.
    """
    if password is None and not tls.options():
        return url
    parts = urlsplit(url)
    place = parts.netloc
    if password is not None:
        user, _, host = place.rpartition("@")
        place = f"{user}:{quote(password, safe='')}@{host}"
    query = "&".join(filter(None, (parts.query, urlencode(tls.options()))))
    return urlunsplit(parts._replace(netloc=place, query=query))


def has_password(url: str) -> bool:
    """Return whether an address contains a password."""
    return urlsplit(url).password is not None


def fault_of_server(url: str) -> str | None:
    """Return which setting a reachable Redis contradicts; None if it accepts them or is not reachable.

    A server that is not reachable may come back, and its clients wait for it. A server that is not trusted,
    or that refuses this process, stays so until a setting is changed.

    Parameters
    ----------
    url
        A ``redis://``, ``rediss://`` or ``unix://`` address.
    """
    error = _error_of(url)
    if isinstance(error, ssl.SSLEOFError):
        # If it closes the connection while we write, its alert may be lost. A server that is stopping does so
        # only once.
        again = _error_of(url)
        error = _Refused() if isinstance(again, ssl.SSLEOFError) else again
    match error:
        case AuthenticationError():
            return "REDIS_URL, REDIS_PASSWORD: the server refuses the user or the password; correct them"
        case ssl.SSLCertVerificationError():
            what = f"the certificate of the server is not trusted: {error.verify_message.rstrip('.')}"
            remedy = (
                "name that of the authority which signed it, and in REDIS_URL the server as it is named there"
            )
            return f"REDIS_TLS_CA: {what}; {remedy}"
        case ssl.SSLError() if isinstance(error, _Refused) or "ALERT" in str(error.reason):
            what = "the server refuses the certificate of this process, or wants one"
            remedy = "name one that its authority has signed, and its key in REDIS_TLS_KEY"
            return f"REDIS_TLS_CERTIFICATE: {what}; {remedy}"
        case ssl.SSLError():
            return "REDIS_URL: no TLS is spoken at this port; name that for TLS, or begin with redis://"
    return None


class _Refused(ssl.SSLError):
    """The server ends each connection after the handshake."""


def _error_of(url: str) -> BaseException | None:
    """Return why a server does not answer, preferring the TLS error as the cause; None if it does answer."""
    client = connect_redis(url, max_connections=1)
    try:
        client.ping()
    except RedisError as error:
        return next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)), error)
    finally:
        client.close()
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _fault_of_file(path: Path) -> str | None:
    try:
        path.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None
