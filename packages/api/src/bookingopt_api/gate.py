"""How much a process takes on at once: beyond that, callers are told to come again, never left to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookingopt_api.problems import ApiProblem, problem_response

WATCHES = frozenset({"/health", "/livez", "/readyz", "/metrics"})
"""Whoever looks after the service gets an answer also when it is busy."""
_STREAM = b"text/event-stream"


class Gate:
    """Lets a limited number of requests in.

    A stream of events leaves the count when it begins: it waits, and does nothing.

    Parameters
    ----------
    app
        What answers.
    most
        Requests in hand at once.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or tell its caller to come again."""
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
    """Memory for the bodies of requests that are in hand.

    Parameters
    ----------
    most_bytes
        What all of them together may take.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._used = 0

    @contextmanager
    def share(self) -> Iterator[BodyShare]:
        """Lend room to one request, and take it back when it is over; in the event loop only."""
        share = BodyShare(self)
        try:
            yield share
        finally:
            self._used -= share.used

    def take(self, count: int) -> None:
        """Use so many bytes.

        Raises
        ------
        ApiProblem
            ``busy`` if there is no room for them.
        """
        if self._used + count > self._most:
            raise ApiProblem("busy", "Large documents are being read; there is no room for another one now.")
        self._used += count


class BodyShare:
    """What one request has of the room.

    Parameters
    ----------
    room
        The room.
    """

    def __init__(self, room: BodyRoom) -> None:
        self._room = room
        self.used = 0

    def take(self, count: int) -> None:
        """Use so many bytes more; raises as `BodyRoom.take`."""
        self._room.take(count)
        self.used += count


def _is_stream(message: Message) -> bool:
    return any(name == b"content-type" and value.startswith(_STREAM) for name, value in message["headers"])
