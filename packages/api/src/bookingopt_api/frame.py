"""The outermost layer of each request: its id, log line, metrics and security headers."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookingopt_api.audit import Act, AuditEntry, AuditLog, act_of
from bookingopt_api.logs import log_fault, log_request
from bookingopt_api.metrics import RequestMetrics
from bookingopt_api.problems import ApiProblem, problem_response
from bookingopt_api.rates import UNCOUNTED, RateAnswer
from job_ledger.record import new_job_id

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers added to every answer, unless it has its own of that name."""
CLIENT_LEFT = 499
"""Status in log and metrics of a request whose client disconnected before the answer."""


class RequestFrame:
    """Gives each request an id, and logs and counts it at its end.

    An uncaught error becomes a problem here; its message is neither sent nor logged.

    Parameters
    ----------
    app
        The application.
    metrics
        Counts the requests.
    audit
        Records the acts.
    """

    def __init__(self, app: ASGIApp, metrics: RequestMetrics, audit: AuditLog) -> None:
        self._app = app
        self._metrics = metrics
        self._audit = audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        began = time.perf_counter()
        status, seconds, sent = 0, 0.0, 0

        async def send_framed(message: Message) -> None:
            nonlocal status, seconds, sent
            if message["type"] == "http.response.start":
                status, seconds = message["status"], time.perf_counter() - began
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                rate: RateAnswer = scope["state"].get("rate", UNCOUNTED)
                for name, value in [*rate.headers.items(), *_SAFE.items()]:
                    headers.setdefault(name, value)
                if (location := headers.get("location")) is not None:
                    headers["Location"] = _without_host(location)
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, send_framed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer
            log_fault(error, request_id)
            scope["state"]["problem"] = "internal-error"
            if not status:
                problem = problem_response(ApiProblem("internal-error"), scope["path"], request_id)
                await problem(scope, receive, send_framed)
        finally:
            self._tell(scope, status or CLIENT_LEFT, seconds or time.perf_counter() - began, sent)

    def _tell(self, scope: Scope, status: int, seconds: float, sent: int) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = getattr(scope.get("route"), "path", "none")
        problem = scope["state"].get("problem")
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.durations.labels(method, route).observe(seconds)
        if problem is not None:
            self._metrics.refusals.labels(problem).inc()
        self._remember(scope, method, route, status)
        log_request(
            request_id=scope["state"]["request_id"],
            method=method,
            route=route,
            status=status,
            seconds=round(seconds, 4),
            bytes_sent=sent,
            key_id=scope["state"].get("key_id"),
            job_id=scope["state"].get("job_id"),
            problem=problem,
        )

    def _remember(self, scope: Scope, method: str, route: str, status: int) -> None:
        """Write the request to the audit log, if it is an act that belongs there."""
        state = scope["state"]
        act = state.get("act") or act_of(method, route, status)
        if act is not None and not (act is Act.READ and state.get("is_poll")):
            client = scope.get("client")
            entry = AuditEntry(
                act,
                status,
                user=state.get("user"),
                key_id=state.get("key_id"),
                job_id=state.get("job_id") or scope.get("path_params", {}).get("job_id"),
                request_id=state["request_id"],
                address=client[0] if client else None,
            )
            self._audit.write(entry)


def _without_host(location: str) -> str:
    """Return a redirect target without its host, which the framework takes from the client's headers."""
    parts = urlsplit(location)
    return urlunsplit(("", "", parts.path, parts.query, parts.fragment)) if parts.netloc else location


def _request_id(headers: Headers) -> str:
    """Return the request id that the caller sent, if it is valid, else a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else new_job_id()
