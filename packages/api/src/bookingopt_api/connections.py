"""Limits on connections to the server: size and duration of request heads, connections per address.

Uvicorn limits none of this. A proxy in front usually does; these limits hold without one.
"""

from __future__ import annotations

import asyncio
from asyncio import Handle
from collections import Counter
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from bookingopt_api.rates import address_key

MOST_HEAD_BYTES = 32_768
"""Size limit of a request head."""
MOST_HEADERS = 100
HEAD_SECONDS = 10.0
"""Time for a complete head, from its first byte or from the start of the connection."""
LINGER_SECONDS = 10.0
"""How long the rest of a body is received after the answer; then the connection is closed."""
STALLED_SECONDS = 60.0
"""How long a client may read nothing of a waiting answer."""
MOST_OF_ADDRESS = 256
"""Most connections of one client address to one process; a trusted proxy has no limit."""

_SLICE = 32_768
_REFUSED = "431 Request Header Fields Too Large"
_TOO_MANY = "429 Too Many Requests"


class LimitedConnection(HttpToolsProtocol):
    """One connection; its parameters are those of Uvicorn's own class."""

    open_connections: ClassVar[Counter[str]] = Counter()
    """Connections of this process by client address."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._address = ""
        self._is_over = False
        self._is_in_head = True
        self._head_bytes = 0
        self._deadline: Handle | None = None
        self._stalled: Handle | None = None

    # Uvicorn declares the narrower type as well, because it only serves sockets.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Accept a connection, or close it at once if its address has too many."""
        super().connection_made(transport)
        if self.client is not None and not self._is_trusted(self.client[0]):
            self._address = address_key(self.client[0])
            self.open_connections[self._address] += 1
            if self.open_connections[self._address] > MOST_OF_ADDRESS:
                self._end(_TOO_MANY)
                return
        self._end_after(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting the connection."""
        self._is_over = True
        self._hold()
        self.resume_writing()
        if self._address:
            self.open_connections[self._address] -= 1
            if not self.open_connections[self._address]:
                del self.open_connections[self._address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse received data, in pieces small enough that a head barely exceeds its limit."""
        if self._is_in_head and self._deadline is None:
            self._end_after(HEAD_SECONDS)
        for start in range(0, len(data), _SLICE):
            if self._is_over or self.transport.is_closing():
                return
            part = data[start : start + _SLICE]
            if self._is_in_head:
                part = part[: MOST_HEAD_BYTES - self._head_bytes]
            self._parse(part)
            if rest := data[start + len(part) : start + _SLICE]:
                if self._is_in_head:
                    self._end(_REFUSED)
                    return
                self._parse(rest)
            if self._is_in_head and self._head_bytes >= MOST_HEAD_BYTES:
                self._end(_REFUSED)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, up to the allowed number."""
        if len(self.headers) < MOST_HEADERS:
            super().on_header(name, value)
        elif not self._is_over:
            self._end(_REFUSED)

    def on_headers_complete(self) -> None:
        """Answer the request whose head is complete."""
        if not self._is_over:
            self._is_in_head = False
            self._hold()
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        if not self._is_over:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Wait for the next request."""
        if not self._is_over:
            self._is_in_head = True
            self._head_bytes = 0
            self._hold()
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Receive the rest of an unread body for a while; else closing could discard the answer."""
        super().on_response_complete()
        if not self._is_in_head and not self.transport.is_closing():
            self._end_after(LINGER_SECONDS)

    def pause_writing(self) -> None:
        """Start the timeout of a client that reads nothing of its answer."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALLED_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Continue with an answer."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _parse(self, part: bytes) -> None:
        if self._is_in_head:
            self._head_bytes += len(part)
        super().data_received(part)

    def _hold(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _end_after(self, seconds: float) -> None:
        self._hold()
        self._deadline = self.loop.call_later(seconds, self._end, "")

    def _end(self, status: str) -> None:
        """Close the connection; send the status line first, if one is given and no answer has begun."""
        self._is_over = True
        self._hold()
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        is_answering = cycle is not None and not cycle.response_complete
        if status and not is_answering:
            head = f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            self.transport.write(head.encode())
        self.transport.close()

    def _is_trusted(self, address: str) -> bool:
        """Return whether an address is that of a trusted proxy in the settings."""
        proxies = self.config.forwarded_allow_ips
        if not self.config.proxy_headers or isinstance(proxies, str):
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in ip_network(proxy) for proxy in proxies)
