"""The service under test, with a new connection for each request."""

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer.

    Parameters
    ----------
    status
        HTTP status.
    headers
        Headers by name in lower case; repeated ones are joined by a comma.
    body
        Bytes of the body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON.

        Raises
        ------
        ValueError
            If the body is not JSON.
        """
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Target:
    """The address of the service, and how to reach it.

    Parameters
    ----------
    url
        Its address, ``https://`` or ``http://`` and a name.
    connect
        ``HOST:PORT`` to connect to by scheme, instead of the address: for a host without a name yet, or
        behind a tunnel. The name in the address is still sent and checked.
    key
        API key; None to send none.
    ca_file
        Additional certificate that is trusted.
    """

    url: str
    connect: Mapping[str, str] = field(default_factory=dict)
    key: str | None = field(default=None, repr=False)
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        """Check the address."""
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise SystemExit(f"{self.url!r} is no address of a service; such as https://bookingopt.example")

    @property
    def is_encrypted(self) -> bool:
        """Whether the address begins with https."""
        return urlsplit(self.url).scheme == "https"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        scheme: str = "",
        with_key: bool = True,
    ) -> Answer:
        """Send one request.

        Parameters
        ----------
        method, path, body, headers
            The request.
        scheme
            Scheme to use instead of that of the address.
        with_key
            Whether the key is sent, if there is one.

        Raises
        ------
        OSError
            If there is no answer.
        """
        parts = urlsplit(self.url)
        scheme = scheme or parts.scheme
        own_port = parts.port if scheme == parts.scheme else None
        usual = {"https": 443, "http": 80}[scheme]
        place = self.connect.get(scheme) or f"{parts.hostname}:{own_port or usual}"
        address, _, port = place.rpartition(":")
        connection = self._connection(scheme, str(parts.hostname), address, int(port))
        sent = {"Host": parts.netloc if own_port else str(parts.hostname), **(headers or {})}
        if self.key and with_key:
            sent["X-API-Key"] = self.key
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            content = response.read()
        except http.client.HTTPException as error:
            raise OSError(f"{method} {path}: {type(error).__name__}: {error}") from error
        finally:
            connection.close()
        found: dict[str, str] = {}
        for name, value in response.getheaders():
            known = found.get(name.lower())
            found[name.lower()] = value if known is None else f"{known}, {value}"
        return Answer(response.status, found, content)

    def _connection(self, scheme: str, name: str, address: str, port: int) -> http.client.HTTPConnection:
        if scheme == "http":
            return http.client.HTTPConnection(address, port, timeout=TIMEOUT_SECONDS)
        context = ssl.create_default_context()
        if self.ca_file is not None:
            context.load_verify_locations(self.ca_file)
        return _NamedConnection(name, address, port, context)


class _NamedConnection(http.client.HTTPSConnection):
    """A connection to an address whose certificate must have a given name."""

    def __init__(self, name: str, address: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(address, port, timeout=TIMEOUT_SECONDS, context=context)
        self._name, self._tls = name, context

    def connect(self) -> None:
        http.client.HTTPConnection.connect(self)
        self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._name)
