"""The route class of the pages: shows problems as pages, and sends callers without a key to the sign-in."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.responses import RedirectResponse

from bookingopt_api.console.rendering import page
from bookingopt_api.problem_handlers import TOLD, to_problem
from bookingopt_api.problems import ApiProblem
from bookingopt_api.sessions import is_from_own_page

SIGN_IN = "/sign-in"


class PageRoute(APIRoute):
    """A route that reports problems as HTML pages instead of JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, which answers every problem with a page."""
        answer = super().get_route_handler()

        async def answer_or_tell(request: Request) -> Response:
            try:
                if not is_from_own_page(request.method, request.headers):
                    raise ApiProblem("forbidden", "The form was not sent by a page of this service.")
                return await answer(request)
            except TOLD as error:
                return problem_page(request, to_problem(error))

        return answer_or_tell


def problem_page(request: Request, problem: ApiProblem) -> Response:
    """Return the page of a problem, or a redirect to the sign-in if there is no valid key."""
    request.state.problem = problem.kind
    if problem.kind == "unauthorized":
        query = urlencode({"next": request.url.path}) if request.method == "GET" else ""
        return RedirectResponse(f"{SIGN_IN}?{query}".rstrip("?"), status_code=303)
    faults = [str(fault) for fault in problem.faults]
    answer = page(
        "problem.html",
        {
            "where": "",
            "signed_in": False,
            "problem": problem,
            "faults": faults,
            "request_id": request.state.request_id,
        },
        status_code=problem.type.status,
    )
    answer.headers.update(problem.headers)
    return answer
