"""Pictures of a finished job: its tape chart, and the cost of one more stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from bookingopt_api.callers import OwnedJob
from bookingopt_api.documentation import refusals
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.views import PointNumber, answer_view, made_as, require_result
from optimizer_core.errors import Fault, InvalidInput
from optimizer_core.picture import Show, acceptance_svg, chart_of, lay_out, tape_chart_png, write_svg
from optimizer_core.wire import ResultDocument

router = APIRouter(prefix="/api/v1/jobs/{job_id}", tags=["pictures"])

MOST_STAYS_SVG = 30_000
"""Most stays of a chart as SVG, which has about 400 bytes for each, on each side."""
MOST_STAYS_PNG = 20_000
"""Most stays of a chart as PNG, which takes some seconds to draw."""
MOST_MEGAPIXELS = 40
"""Size limit of a PNG, which takes 3 bytes of memory per pixel while it is drawn."""
SVG = "image/svg+xml"
PNG = "image/png"

_NARROWER = "ask for fewer nights with start and end, or for one side with view"
_REFUSALS = refusals("job-not-found", "not-finished", "no-result", "not-available")

_Resources = Annotated[Resources, Depends(get_resources)]


@dataclass(frozen=True, slots=True)
class ChartQuery:
    """Which part of which plan a chart shows."""

    view: Annotated[Show, Query(description="The current rooms, the plan, or both.")] = "both"
    start: Annotated[date | None, Query(description="First night drawn; all if it is left out.")] = None
    end: Annotated[date | None, Query(description="The day after the last night drawn.")] = None
    point: PointNumber = None


_Asked = Annotated[ChartQuery, Depends()]


@router.get("/chart.svg", response_class=Response, responses=_REFUSALS | made_as(SVG))
async def draw_chart_svg(request: Request, job: OwnedJob, resources: _Resources, asked: _Asked) -> Response:
    """Draw the tape chart, rooms down and nights across, as SVG."""
    require_result(job, with_plan=asked.point is not None)

    def draw(result: ResultDocument) -> bytes:
        chart = chart_of(result).between(asked.start, asked.end)
        _check_size(len(chart.stays), MOST_STAYS_SVG, _NARROWER)
        return write_svg(lay_out(chart, show=asked.view)).encode()

    return await answer_view(request, job, resources, draw, media_type=SVG, point=asked.point)


@router.get("/chart.png", response_class=Response, responses=_REFUSALS | made_as(PNG))
async def draw_chart_png(request: Request, job: OwnedJob, resources: _Resources, asked: _Asked) -> Response:
    """Draw the tape chart, rooms down and nights across, as PNG."""
    require_result(job, with_plan=asked.point is not None)

    def draw(result: ResultDocument) -> bytes:
        remedy = f"{_NARROWER}, or for chart.svg"
        chart = chart_of(result).between(asked.start, asked.end)
        _check_size(len(chart.stays), MOST_STAYS_PNG, remedy)
        picture = lay_out(chart, show=asked.view)
        megapixels = picture.width * picture.height // 1_000_000
        if megapixels > MOST_MEGAPIXELS:
            message = f"{megapixels} megapixels, at most {MOST_MEGAPIXELS} are drawn; {remedy}"
            raise InvalidInput([Fault((), message)])
        return tape_chart_png(result, show=asked.view, start=asked.start, end=asked.end)

    return await answer_view(request, job, resources, draw, media_type=PNG, point=asked.point)


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
            message = f"the result has no data on {room_type or 'the house'!r}; its types: {known}"
            raise InvalidInput([Fault(("room_type",), message)])
        return acceptance_svg(entries[room_type]).encode()

    return await answer_view(request, job, resources, draw, media_type=SVG)


def _check_size(stays: int, most: int, remedy: str) -> None:
    if stays > most:
        message = f"the picture would show {stays:,} stays, at most {most:,} are drawn; {remedy}"
        raise InvalidInput([Fault((), message)])
