"""From the signal to stop to the end of the process: first not ready, then no new requests, then the rest."""

from __future__ import annotations

import asyncio
import signal
from threading import Event
from types import FrameType

from starlette.types import ASGIApp, Receive, Scope, Send


class StopsInSteps:
    """Lets an application know of the signal to stop, and the server only after a grace.

    On SIGTERM the application is no longer ready but still answers, so that whoever sends requests can
    turn to another one; after the grace the server closes its door and ends what is in hand. SIGINT, which
    a person sends, knows no grace.

    Parameters
    ----------
    app
        The application.
    draining
        Set at the signal.
    grace_seconds
        How long the server goes on after SIGTERM.
    """

    def __init__(self, app: ASGIApp, draining: Event, grace_seconds: float) -> None:
        self._app = app
        self._draining = draining
        self._grace_seconds = grace_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; at the start of the server, take over its signals."""
        if scope["type"] == "lifespan":
            self._take_over(signal.SIGTERM, self._grace_seconds)
            self._take_over(signal.SIGINT, 0.0)
        await self._app(scope, receive, send)

    def _take_over(self, number: signal.Signals, grace_seconds: float) -> None:
        loop = asyncio.get_running_loop()
        serve_on = signal.getsignal(number)

        def stop(received: int, frame: FrameType | None) -> None:
            is_first = not self._draining.is_set()
            self._draining.set()
            if not callable(serve_on):
                return
            if is_first and grace_seconds:
                loop.call_soon_threadsafe(loop.call_later, grace_seconds, serve_on, received, None)
            else:
                serve_on(received, frame)

        signal.signal(number, stop)
