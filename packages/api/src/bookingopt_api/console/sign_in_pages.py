"""``/sign-in`` and ``/sign-out``: an API key starts a session, which is kept in a cookie."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from bookingopt_api.console.page_route import SIGN_IN, PageRoute
from bookingopt_api.console.rendering import page
from bookingopt_api.entry import authenticate_key, refuse_foreign_page
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.sessions import LIFE_SECONDS

router = APIRouter(route_class=PageRoute, include_in_schema=False)

START = "/"
_LONGEST_KEY = 200
_Resources = Annotated[Resources, Depends(get_resources)]
_LONGEST_PATH = 400


@router.get(SIGN_IN)
def show_sign_in(
    resources: _Resources, following: Annotated[str, Query(alias="next", max_length=_LONGEST_PATH)] = START
) -> Response:
    """Ask for a key, if authentication is on."""
    if not resources.settings.is_authentication_on:
        return RedirectResponse(START, status_code=303)
    return _sign_in_page(local_path(following))


@router.post(SIGN_IN)
def sign_in(
    request: Request,
    resources: _Resources,
    key: Annotated[str, Form(max_length=_LONGEST_KEY)] = "",
    following: Annotated[str, Form(alias="next", max_length=_LONGEST_PATH)] = START,
) -> Response:
    """Start a session with a key, and redirect to the page that was requested before."""
    if not resources.settings.is_authentication_on:
        return RedirectResponse(START, status_code=303)
    refuse_foreign_page(request)  # else another site could sign in the operator with its own key
    following = local_path(following)
    try:
        record = authenticate_key(request, key.strip())
    except ApiProblem as problem:
        if problem.kind != "unauthorized":
            raise
        request.state.problem = problem.kind
        return _sign_in_page(following, is_refused=True)
    request.state.user, request.state.key_id = record.user, record.key_id
    answer = RedirectResponse(following, status_code=303)
    resources.sessions.begin(answer, record.key_id)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, resources: _Resources) -> Response:
    """End the session of this browser."""
    refuse_foreign_page(request)
    if (session := resources.sessions.find(request.cookies)) is not None:
        request.state.key_id = session.key_id
        resources.keys.end_session(session.session_id, LIFE_SECONDS)
    answer = RedirectResponse(SIGN_IN, status_code=303)
    resources.sessions.end(answer)
    answer.headers["Clear-Site-Data"] = '"cache"'  # the back button must not show pages of the session
    return answer


def local_path(path: str) -> str:
    """Return a path of this service unchanged, and the start page in place of any other address."""
    # "//host" and, to a browser, "/\\host" are other hosts; unprintable characters could hide one.
    is_local = path.startswith("/") and path[1:2] not in {"/", "\\"} and path.isprintable()
    return path if is_local and not path.startswith(SIGN_IN) else START


def _sign_in_page(following: str, *, is_refused: bool = False) -> Response:
    context = {
        "where": "sign-in",
        "signed_in": False,
        "following": following,
        "is_refused": is_refused,
        "hours": LIFE_SECONDS // 3600,
    }
    return page("sign_in.html", context, status_code=401 if is_refused else 200)
