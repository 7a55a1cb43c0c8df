"""Limits on concurrent work in a process: beyond them, requests are refused at once instead of queued."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookingopt_api.problems import ApiProblem, problem_response

WATCHES = frozenset({"/health", "/livez", "/readyz", "/metrics"})
"""Health checks and metrics, which are answered also when the service is busy."""
_STREAM = b"text/event-stream"


class Gate:
    """Admits a limited number of requests at once.

    A stream of events stops counting when it begins, because it only waits.

    Parameters
    ----------
    app
        The application.
    most
        Most requests in hand at once.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it as busy."""
        if scope["type"] != "http" or scope["path"] in WATCHES:
            await self._app(scope, receive, send)
            return
        if self._inside >= self._most:
            scope["state"]["problem"] = "busy"
            problem = ApiProblem("busy", headers={"Retry-After": "1"})
            await problem_response(problem, scope["path"], scope["state"]["request_id"])(scope, receive, send)
            return
        is_inside = True
        self._inside += 1

        async def send_watched(message: Message) -> None:
            nonlocal is_inside
            if is_inside and message["type"] == "http.response.start" and _is_stream(message):
                is_inside = False
                self._inside -= 1
            await send(message)

        try:
            await self._app(scope, receive, send_watched)
        finally:
            self._inside -= is_inside


class BodyRoom:
    """Memory for the bodies of requests in hand.

    Parameters
    ----------
    most_bytes
        Limit for all of them together.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._used = 0

    @contextmanager
    def share(self) -> Iterator[BodyShare]:
        """Yield the share of one request, and free it at the end; in the event loop only."""
        share = BodyShare(self)
        try:
            yield share
        finally:
            self._used -= share.used

    def take(self, count: int) -> None:
        """Take a number of bytes.

        Raises
        ------
        ApiProblem
            ``busy`` if there is no room for them.
        """
        if self._used + count > self._most:
            raise ApiProblem("busy", "Large documents are being read; there is no room for another one now.")
        self._used += count


class BodyShare:
    """The share of one request in the memory for bodies.

    Parameters
    ----------
    room
        The memory.
    """

    def __init__(self, room: BodyRoom) -> None:
        self._room = room
        self.used = 0

    def take(self, count: int) -> None:
        """Take a further number of bytes; raises as `BodyRoom.take`."""
        self._room.take(count)
        self.used += count


def _is_stream(message: Message) -> bool:
    return any(name == b"content-type" and value.startswith(_STREAM) for name, value in message["headers"])
