"""Graceful shutdown: fail readiness, drain, stop."""

from __future__ import annotations

import asyncio
import signal
from threading import Event
from types import FrameType

from starlette.types import ASGIApp, Receive, Scope, Send


class StopsInSteps:
    """Delays the server's reaction to SIGTERM, while the application reports that it is not ready.

    After SIGTERM the application is not ready but still answers, so that a load balancer can switch to
    another one. After the grace period the server stops accepting requests and ends those in hand. SIGINT,
    which a person sends, has no grace period.

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
        """Answer a request; at the start of the server, replace its signal handlers."""
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
