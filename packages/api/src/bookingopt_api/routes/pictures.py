"""Pictures of a finished job: its tape chart, and what one more stay costs."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from bookingopt_api.callers import OwnedJob
from bookingopt_api.documentation import refusals
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.views import answer_view, made_as, require_result
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.picture import Show, acceptance_svg, chart_of, lay_out, tape_chart_png, write_svg
from optimizer_core.wire import ResultDocument

router = APIRouter(prefix="/api/v1/jobs/{job_id}", tags=["pictures"])

MOST_STAYS_SVG = 30_000
"""Stays of a chart as SVG; it has about 400 bytes for each, on each side."""
MOST_STAYS_PNG = 20_000
"""Stays of a chart as PNG; it is drawn in some seconds."""
MOST_MEGAPIXELS = 40
"""Of a PNG; it takes 3 bytes of memory for each pixel while it is drawn."""
SVG = "image/svg+xml"
PNG = "image/png"

_NARROWER = "ask for fewer nights with start and end, or for one side with view"
_REFUSALS = refusals("job-not-found", "not-finished", "no-result", "not-available")

_Resources = Annotated[Resources, Depends(get_resources)]
_View = Annotated[Show, Query(description="The rooms as given, the plan, or both.")]
_Start = Annotated[date | None, Query(description="First night drawn; all if it is left out.")]
_End = Annotated[date | None, Query(description="The day after the last night drawn.")]


@router.get("/chart.svg", response_class=Response, responses=_REFUSALS | made_as(SVG))
async def draw_chart_svg(
    request: Request,
    job: OwnedJob,
    resources: _Resources,
    view: _View = "both",
    start: _Start = None,
    end: _End = None,
) -> Response:
    """Draw the tape chart, rooms down and nights across, as SVG."""
    require_result(job, with_plan=False)

    def draw(result: ResultDocument) -> bytes:
        chart = chart_of(result).between(start, end)
        _check_size(len(chart.stays), MOST_STAYS_SVG, _NARROWER)
        return write_svg(lay_out(chart, show=view)).encode()

    return await answer_view(request, job, resources, draw, media_type=SVG)


@router.get("/chart.png", response_class=Response, responses=_REFUSALS | made_as(PNG))
async def draw_chart_png(
    request: Request,
    job: OwnedJob,
    resources: _Resources,
    view: _View = "both",
    start: _Start = None,
    end: _End = None,
) -> Response:
    """Draw the tape chart, rooms down and nights across, as PNG."""
    require_result(job, with_plan=False)

    def draw(result: ResultDocument) -> bytes:
        remedy = f"{_NARROWER}, or for chart.svg"
        chart = chart_of(result).between(start, end)
        _check_size(len(chart.stays), MOST_STAYS_PNG, remedy)
        picture = lay_out(chart, show=view)
        megapixels = picture.width * picture.height // 1_000_000
        if megapixels > MOST_MEGAPIXELS:
            message = f"{megapixels} megapixels, at most {MOST_MEGAPIXELS} are drawn; {remedy}"
            raise InvalidInput([Fault((), message)])
        return tape_chart_png(result, show=view, start=start, end=end)

    return await answer_view(request, job, resources, draw, media_type=PNG)


@router.get("/acceptance.svg", response_class=Response, responses=_REFUSALS | made_as(SVG))
async def draw_acceptance(
    request: Request,
    job: OwnedJob,
    resources: _Resources,
    room_type: Annotated[
        str | None, Query(description="Room type; left out for a stay that any type will do for.")
    ] = None,
) -> Response:
    """Draw what one more stay of each arrival and length costs, as SVG."""
    require_result(job)

    def draw(result: ResultDocument) -> bytes:
        entries = {entry.room_type: entry for entry in result.acceptance_matrices}
        if room_type not in entries:
            known = ", ".join(repr(name) for name in entries if name is not None) or "none"
            message = f"the result does not tell of {room_type or 'the house'!r}; its types: {known}"
            raise InvalidInput([Fault(("room_type",), message)])
        return acceptance_svg(entries[room_type]).encode()

    return await answer_view(request, job, resources, draw, media_type=SVG)


def _check_size(stays: int, most: int, remedy: str) -> None:
    if stays > most:
        message = f"the picture would show {stays:,} stays, at most {most:,} are drawn; {remedy}"
        raise InvalidInput([Fault((), message)])
