"""The restrictions of a finished job, for spreadsheets, programs and channel managers."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from bookingopt_api.callers import OwnedJob
from bookingopt_api.documentation import refusals
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.views import answer_view, made_as, require_result
from optimizer_core.wire import ResultDocument
from optimizer_core.wire.restriction_files import Format, calendars_in, write_restrictions

router = APIRouter(prefix="/api/v1/jobs/{job_id}", tags=["restrictions"])

_FORMATS: dict[str, tuple[Format, str]] = {
    "json": ("json", "application/json"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "xml": ("ota", "application/xml"),
}
_PLAIN = ("application/json", "text/csv", "application/xml")
_LONGEST_HOTEL_CODE = 64


@router.get(
    "/restrictions.{suffix}",
    response_class=Response,
    responses=refusals("job-not-found", "not-finished", "no-result", "no-plan", "not-available")
    | made_as(*_PLAIN),
)
async def read_restrictions(
    request: Request,
    job: OwnedJob,
    suffix: Literal["json", "csv", "xml"],
    resources: Annotated[Resources, Depends(get_resources)],
    profile: Annotated[
        str, Query(max_length=32, description="What the channel can take; a result has some of them.")
    ] = "full",
    room_type: Annotated[
        list[str] | None, Query(description="Only these types; `(house)` for stays of any type.")
    ] = None,
    hotel_code: Annotated[
        str | None,
        Query(max_length=_LONGEST_HOTEL_CODE, description="`HotelCode` of the message; else `ProblemId`."),
    ] = None,
) -> Response:
    """Return the restrictions for one kind of channel: as JSON, CSV, or OTA_HotelAvailNotifRQ."""
    require_result(job)
    kind, media_type = _FORMATS[suffix]

    def write(result: ResultDocument) -> bytes:
        return write_restrictions(
            calendars_in(result, profile, room_type or ()),
            kind,
            profile=profile,
            threshold=result.threshold or 0.0,
            hotel_code=hotel_code or result.problem_id,
        )

    name = None if suffix == "json" else f"restrictions.{suffix}"
    return await answer_view(request, job, resources, write, media_type=media_type, file_name=name)
