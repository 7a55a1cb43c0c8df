"""Reads request bodies from identified callers, with limits on size and time.

A body is read completely before the request takes a slot among those in hand, so a slow sender delays no
other request.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import anyio
from fastapi import Request
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import BaseRoute, compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bookingopt_api.callers import find_caller
from bookingopt_api.entry import address_of, count_address
from bookingopt_api.gate import BodyShare
from bookingopt_api.problem_handlers import TOLD, answer_problem, to_problem
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, resources_of
from bookingopt_api.sessions import SAFE_METHODS, is_from_own_page

SMALL_BYTES = 65_536
"""Size limit of a body that is not a document."""
FRAME_BYTES = 65_536
"""Size allowed for a form in addition to the document in it."""
MOST_OF_ADDRESS = 32
"""Most bodies that are received from one client address at the same time."""

_JSON_TYPES = frozenset({"", "application/json", "text/json", "text/plain"})


@dataclass(frozen=True, slots=True)
class BodyRule:
    """Rule for the bodies of a path.

    Parameters
    ----------
    frame_bytes
        The size limit is that of a problem document plus this number of bytes; None for `SMALL_BYTES` in all.
    is_public
        Whether it is read from unidentified callers; False by default.
    is_json
        Whether it must be plain JSON; False by default.
    """

    frame_bytes: int | None = None
    is_public: bool = False
    is_json: bool = False

    def most_bytes(self, document_bytes: int) -> int:
        """Return the size limit of a body, given the limit of a document."""
        if self.frame_bytes is None:
            return min(SMALL_BYTES, document_bytes) if self.is_json else SMALL_BYTES
        return document_bytes + self.frame_bytes


RULES = {
    "/api/v1/optimize": BodyRule(frame_bytes=0, is_json=True),
    "/api/v1/jobs/{job_id}/fit": BodyRule(is_json=True),
    "/new": BodyRule(frame_bytes=FRAME_BYTES),
    "/new/check": BodyRule(frame_bytes=FRAME_BYTES),
    "/sign-in": BodyRule(is_public=True),
    "/sign-out": BodyRule(is_public=True),
}
"""Paths with a rule of their own; the others accept 64 kB from an identified caller."""
USUAL_RULE = BodyRule()

TellPage = Callable[[Request, ApiProblem], Response]


@dataclass(frozen=True, slots=True)
class _Place:
    """The route of a request: its rule, and whether its problems are shown as HTML pages."""

    path: str
    pattern: re.Pattern[str]
    methods: frozenset[str]
    rule: BodyRule
    is_page: bool


class BodyGuard:
    """Counts every request against its address, and reads the body of each that has one.

    Parameters
    ----------
    app
        The application that answers once the body is received.
    routes
        Routes of the application.
    page_route
        Class of the routes whose problems are shown as pages.
    tell_page
        Makes such a page.
    """

    def __init__(
        self, app: ASGIApp, routes: Sequence[BaseRoute], page_route: type[APIRoute], tell_page: TellPage
    ) -> None:
        self._app = app
        self._routes = routes
        self._page_route = page_route
        self._tell_page = tell_page
        self._places: list[_Place] | None = None
        self._on_the_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            await count_address(request)
            place = self._place_of(scope) if has_body(request.headers) else None
            if place is None:  # no body, or no route that would read it
                await self._app(scope, receive, send)
                return
            if scope["method"] in SAFE_METHODS:
                await self._app(scope, _without_body(receive), send)
                return
            await self._read_and_answer(request, place, send)
        except TOLD as error:
            await self._refusal(request, error)(scope, receive, send)

    async def _read_and_answer(self, request: Request, place: _Place, send: Send) -> None:
        if place.is_page and not is_from_own_page(request.method, request.headers):
            raise ApiProblem("forbidden", "The form was not sent by a page of this service.")
        if not place.rule.is_public:
            await find_caller(request)
        if place.rule.is_json:
            _check_json(request.headers)
        resources = resources_of(request)
        room = resources.small_bodies if place.rule.frame_bytes is None else resources.bodies
        with room.share() as share:
            with self._way_of(address_of(request)):
                chunks = await _read(request, share, place.rule, resources)
            if chunks is not None:
                await self._app(request.scope, _replayed(chunks, request.receive), send)

    @contextmanager
    def _way_of(self, address: str) -> Iterator[None]:
        """Count a body against an address while it is received."""
        if self._on_the_way[address] >= MOST_OF_ADDRESS:
            detail = f"{MOST_OF_ADDRESS} bodies of this address are on their way already."
            raise ApiProblem("too-many-requests", detail, headers={"Retry-After": "5"})
        self._on_the_way[address] += 1
        try:
            yield
        finally:
            self._on_the_way[address] -= 1
            if not self._on_the_way[address]:
                del self._on_the_way[address]

    def _place_of(self, scope: Scope) -> _Place | None:
        """Return the route of a request; None if the path is unknown, or does not take its method."""
        if self._places is None:
            self._places = [_place(context, self._page_route) for context in _contexts(self._routes)]
        for place in self._places:
            if scope["method"] in place.methods and (found := place.pattern.match(scope["path"])):
                # For log and metrics of requests that are refused here; the router sets its own.
                scope["route"], scope["path_params"] = place, found.groupdict()
                return place
        return None

    def _refusal(self, request: Request, error: Exception) -> Response:
        """Return the answer to a request that is refused before it reaches the application."""
        place = self._place_of(request.scope)
        if place is not None and place.is_page:
            return self._tell_page(request, to_problem(error))
        return answer_problem(request, error)


def has_body(headers: Headers) -> bool:
    """Return whether the headers announce a body."""
    return headers.get("content-length", "0").strip() != "0" or "transfer-encoding" in headers


async def _read(
    request: Request, share: BodyShare, rule: BodyRule, resources: Resources
) -> deque[bytes] | None:
    """Return the body in pieces; None if the client has disconnected.

    Raises
    ------
    ApiProblem
        ``document-too-large`` or ``body-timeout``; ``busy`` if there is no memory for it.
    """
    settings = resources.settings
    most_bytes = rule.most_bytes(settings.max_document_bytes)
    too_large = ApiProblem("document-too-large", f"At most {most_bytes:,} bytes are accepted.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > most_bytes:
        raise too_large
    chunks: deque[bytes] = deque()
    try:
        with anyio.fail_after(settings.body_timeout):
            while True:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    return None
                if chunk := message.get("body", b""):
                    if share.used + len(chunk) > most_bytes:
                        raise too_large
                    share.take(len(chunk))
                    chunks.append(chunk)
                if not message.get("more_body", False):
                    return chunks
    except TimeoutError:
        detail = f"The body did not arrive within {settings.body_timeout:g} seconds."
        raise ApiProblem("body-timeout", detail, headers={"Connection": "close"}) from None


def _check_json(headers: Headers) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _JSON_TYPES and not (kind.startswith("application/") and kind.endswith("+json")):
        raise ApiProblem("unsupported-media-type", "Send the document as application/json.")
    if headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise ApiProblem("unsupported-media-type", "Send the document without Content-Encoding.")


def _replayed(chunks: deque[bytes], receive: Receive) -> Receive:
    """Return a receive function that replays a body; each piece is freed when it is taken."""
    is_over = False

    async def take() -> Message:
        nonlocal is_over
        if is_over:
            return await receive()
        chunk = chunks.popleft() if chunks else b""
        is_over = not chunks
        return {"type": "http.request", "body": chunk, "more_body": not is_over}

    return take


def _without_body(receive: Receive) -> Receive:
    """Return a receive function that skips the body, for methods that have none."""
    is_first = True

    async def take() -> Message:
        nonlocal is_first
        if is_first:
            is_first = False
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await receive())["type"] != "http.disconnect":
            pass
        return message

    return take


def _contexts(routes: Sequence[BaseRoute]) -> Iterator[tuple[str, frozenset[str], BaseRoute]]:
    for context in iter_route_contexts(routes):
        if context.path is not None:
            yield context.path, frozenset(context.methods or ()), context.original_route


def _place(context: tuple[str, frozenset[str], BaseRoute], page_route: type[APIRoute]) -> _Place:
    path, methods, route = context
    pattern, _, _ = compile_path(path)
    return _Place(path, pattern, methods, RULES.get(path, USUAL_RULE), isinstance(route, page_route))
