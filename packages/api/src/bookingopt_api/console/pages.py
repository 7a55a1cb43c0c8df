"""The router of all pages, and their static files."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from bookingopt_api.console import curve_pages, fit_pages, job_pages, sign_in_pages, submit_pages
from bookingopt_api.console.rendering import STATIC, STATIC_PATH
from bookingopt_api.problems import ApiProblem

router = APIRouter(include_in_schema=False)
for part in (sign_in_pages, submit_pages, job_pages, fit_pages, curve_pages):
    router.include_router(part.router)

_FILES = frozenset(path.name for path in STATIC.iterdir())
_FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
"""For addresses that contain the version."""
_ASK_AGAIN = {"Cache-Control": "public, no-cache"}
"""For addresses that do not, as in the imports of a script."""


@router.get(STATIC_PATH + "/{name}")
def read_static(name: str, v: str = "") -> Response:
    """Return a style sheet, a script or a picture of the page."""
    if name not in _FILES:
        raise ApiProblem("not-found")
    return FileResponse(STATIC / name, headers=_FOR_GOOD if v else _ASK_AGAIN)
