"""``/jobs/...``: one finished job as pages to look at."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from bookingopt_api.callers import OwnedJob
from bookingopt_api.console.acceptance import acceptance_view
from bookingopt_api.console.cards import cards
from bookingopt_api.console.charts import chart_view, rooms_by_type
from bookingopt_api.console.figures import figures, shortage_lines
from bookingopt_api.console.moves import moves_by_day
from bookingopt_api.console.names import with_names
from bookingopt_api.console.nights import WEEKDAYS
from bookingopt_api.console.page_route import PageRoute
from bookingopt_api.console.rendering import page
from bookingopt_api.console.restrictions import restriction_view
from bookingopt_api.console.unplanned import with_stays
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.views import read_result, require_result
from bookingopt_worker.jobs import JobRecord, JobState
from optimizer_core.picture import chart_of
from optimizer_core.wire import ResultDocument, read_problem

router = APIRouter(prefix="/jobs", route_class=PageRoute, include_in_schema=False)

TABS = (
    ("", "Tape chart"),
    ("moves", "Moves"),
    ("restrictions", "Restrictions"),
    ("acceptance", "One more stay"),
    ("fit", "Does it fit?"),
    ("curve", "Moves against quality"),
    ("downloads", "Downloads"),
)
"""The pages of a result: last part of the path, and what it is called."""

_Resources = Annotated[Resources, Depends(get_resources)]
_RoomType = Annotated[str, Query(max_length=200)]


@router.get("/{job_id}")  # noqa: FAST003 - OwnedJob takes it
def show_chart(request: Request, job: OwnedJob, resources: _Resources) -> Response:
    """Show the tape chart of a finished job, and where one stands that is not."""
    if job.state is not JobState.COMPLETED:
        return _unfinished(request, job)
    result = result_to_show(job, resources)
    chart = chart_of(result)
    own = {
        "chart": chart_view(chart, today(resources)),
        "cards_url": f"/jobs/{job.job_id}/cards.json",
        "types": tuple(rooms_by_type(chart)),
        "question": {"arrival": "", "nights": "", "room_type": "", "changes": 0},
    }
    return page("chart.html", job_context(request, job, result, "chart") | own)


@router.get("/{job_id}/cards.json")  # noqa: FAST003 - OwnedJob takes it
def list_cards(job: OwnedJob, resources: _Resources) -> Response:
    """Tell what the card of each stay says."""
    result = result_to_show(job, resources)
    return JSONResponse(cards(result, chart_of(result)), headers={"Cache-Control": "private, max-age=30"})


@router.get("/{job_id}/moves")  # noqa: FAST003 - OwnedJob takes it
def show_moves(request: Request, job: OwnedJob, resources: _Resources) -> Response:
    """Show the list of moves for the front desk."""
    result = result_to_show(job, resources)
    return page(
        "moves.html",
        job_context(request, job, result, "moves") | {"days": moves_by_day(result, today(resources))},
    )


@router.get("/{job_id}/restrictions")  # noqa: FAST003 - OwnedJob takes it
def show_restrictions(
    request: Request, job: OwnedJob, resources: _Resources, room_type: _RoomType = "", profile: _RoomType = ""
) -> Response:
    """Show the restrictions of a room type as a calendar."""
    result = result_to_show(job, resources)
    own = {"view": restriction_view(result, today(resources), room_type, profile), "weekdays": WEEKDAYS}
    return page("restrictions.html", job_context(request, job, result, "restrictions") | own)


@router.get("/{job_id}/acceptance")  # noqa: FAST003 - OwnedJob takes it
def show_acceptance(
    request: Request, job: OwnedJob, resources: _Resources, room_type: _RoomType = ""
) -> Response:
    """Show what one more stay of a room type costs."""
    result = result_to_show(job, resources)
    view = acceptance_view(result, today(resources), room_type)
    chosen = view.entry.room_type if view else None
    own = {"view": view, "type_query": "&" + urlencode({"room_type": chosen}) if chosen else ""}
    return page("acceptance.html", job_context(request, job, result, "acceptance") | own)


@router.get("/{job_id}/downloads")  # noqa: FAST003 - OwnedJob takes it
def show_downloads(request: Request, job: OwnedJob, resources: _Resources) -> Response:
    """Show every form in which a result can be taken away."""
    result = result_to_show(job, resources)
    return page("downloads.html", job_context(request, job, result, "downloads"))


def result_to_show(job: JobRecord, resources: Resources) -> ResultDocument:
    """Return the result document of a completed job; without a plan, its stays are those of the problem.

    Raises
    ------
    ApiProblem
        ``not-finished`` while it is open, ``no-result`` if it has none.
    """
    require_result(job, with_plan=False)
    result = read_result(job, resources)
    if result.succeeded or result.initial_plan:
        return result
    document = resources.store.document(job.job_id)
    return result if document is None else with_stays(result, read_problem(document))


def job_context(request: Request, job: JobRecord, result: ResultDocument, tab: str) -> dict[str, object]:
    """Return what every page of a result shows."""
    request.state.job_id = job.job_id
    return {
        "where": "jobs",
        "signed_in": is_signed_in(request),
        "job": job,
        "result": result,
        "figures": figures(result),
        "message": with_names(_first_line(result), result.initial_plan),
        "shortages": shortage_lines(result),
        "tabs": TABS if result.succeeded else TABS[:1] + TABS[-1:],
        "tab": tab,
    }


def _first_line(result: ResultDocument) -> str:
    """Return the message without the shortages, which are told in a list."""
    return result.message.partition("\n")[0] if result.shortages else result.message


def is_signed_in(request: Request) -> bool:
    """Return whether a session can be ended."""
    return bool(getattr(request.state, "key_id", None))


def _unfinished(request: Request, job: JobRecord) -> Response:
    request.state.job_id = job.job_id
    context = {
        "where": "jobs",
        "signed_in": is_signed_in(request),
        "job": job,
        "is_open": not job.state.is_final,
    }
    return page("progress.html", context)


def today(resources: Resources, now: datetime | None = None) -> date:
    """Return the date at the hotel, which the pages mark as today.

    Parameters
    ----------
    resources
        Of the application; its settings tell where the hotel is.
    now
        The moment, with its zone; now by default.
    """
    return (now or datetime.now(tz=UTC)).astimezone(resources.settings.hotel_zone).date()
