"""``/jobs/...``: one finished job as HTML pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from bookingopt_api.callers import OwnedJob
from bookingopt_api.console.acceptance import acceptance_view
from bookingopt_api.console.cards import cards
from bookingopt_api.console.charts import chart_view, rooms_by_type
from bookingopt_api.console.curves import letter_of
from bookingopt_api.console.figures import figures, shortage_lines
from bookingopt_api.console.locks import dearest_locks
from bookingopt_api.console.moves import moves_by_day
from bookingopt_api.console.names import with_names
from bookingopt_api.console.nights import WEEKDAYS
from bookingopt_api.console.page_route import PageRoute
from bookingopt_api.console.rendering import page
from bookingopt_api.console.restrictions import restriction_view
from bookingopt_api.console.unplanned import with_stays
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.views import PointNumber, read_result, require_result
from job_ledger import JobRecord, JobState
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
"""The pages of a result: last part of the path, and title."""

POINT_TABS = tuple(tab for tab in TABS if tab[0] in {"", "moves", "curve", "downloads"})
"""Pages that a point of the curve has; restrictions and costs exist only for the job's own plan."""

_Resources = Annotated[Resources, Depends(get_resources)]
_RoomType = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """Which plan of a job a page shows.

    Parameters
    ----------
    point
        Position of a point of its curve; None for the plan of the job.
    """

    point: PointNumber = None

    @property
    def query(self) -> str:
        """Query string for the other pages of the same plan."""
        return "" if self.point is None else f"?point={self.point}"

    @property
    def letter(self) -> str:
        """Letter of the plan on the curve; empty for the plan of the job."""
        return "" if self.point is None else letter_of(self.point)


Shown = Annotated[ShownPlan, Depends()]


@router.get("/{job_id}")  # noqa: FAST003 - OwnedJob takes it
def show_chart(request: Request, job: OwnedJob, resources: _Resources, shown: Shown) -> Response:
    """Show the tape chart of a finished job, or the state of an unfinished one."""
    if job.state is not JobState.COMPLETED:
        return unfinished(request, job)
    result = result_to_show(job, resources, shown.point)
    chart = chart_of(result)
    own = {
        "chart": chart_view(chart, today(resources)),
        "cards_url": f"/jobs/{job.job_id}/cards.json{shown.query}",
        "types": tuple(rooms_by_type(chart)),
        "question": {"arrival": "", "nights": "", "room_type": "", "changes": 0},
    }
    return page("chart.html", job_context(request, job, result, "chart", shown) | own)


@router.get("/{job_id}/cards.json")  # noqa: FAST003 - OwnedJob takes it
def list_cards(job: OwnedJob, resources: _Resources, shown: Shown) -> Response:
    """Return the cards of all stays."""
    result = result_to_show(job, resources, shown.point)
    return JSONResponse(cards(result, chart_of(result)), headers={"Cache-Control": "private, max-age=30"})


@router.get("/{job_id}/moves")  # noqa: FAST003 - OwnedJob takes it
def show_moves(request: Request, job: OwnedJob, resources: _Resources, shown: Shown) -> Response:
    """Show the list of moves for the front desk."""
    result = result_to_show(job, resources, shown.point)
    own = {
        "days": moves_by_day(result, today(resources)),
        "locks": dearest_locks(result),
        "num_locks": len(result.lock_prices),
        "num_priced": sum(entry.at_most is not None for entry in result.lock_prices),
    }
    return page("moves.html", job_context(request, job, result, "moves", shown) | own)


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
def show_downloads(request: Request, job: OwnedJob, resources: _Resources, shown: Shown) -> Response:
    """Show the formats in which a result can be downloaded."""
    result = result_to_show(job, resources, shown.point)
    return page("downloads.html", job_context(request, job, result, "downloads", shown))


def result_to_show(job: JobRecord, resources: Resources, point: int | None = None) -> ResultDocument:
    """Return the result document of a completed job; without a plan, its stays are those of the problem.

    Parameters
    ----------
    job, resources
        The job, and the source of its documents.
    point
        Position of a point of its curve, to get the result of that point; None for the result itself.

    Raises
    ------
    ApiProblem
        ``not-finished`` while it is open, ``no-result`` if it has none, ``not-available`` if it has no such
        point.
    """
    require_result(job, with_plan=False)
    result = read_result(job, resources, point)
    if result.succeeded or result.initial_plan:
        return result
    document = resources.store.document(job.job_id)
    return result if document is None else with_stays(result, read_problem(document))


def job_context(
    request: Request, job: JobRecord, result: ResultDocument, tab: str, shown: ShownPlan | None = None
) -> dict[str, object]:
    """Return the context of every page of a result."""
    request.state.job_id = job.job_id
    shown = shown or ShownPlan()
    tabs = TABS if result.succeeded else TABS[:1] + TABS[-1:]
    return {
        "where": "jobs",
        "signed_in": is_signed_in(request),
        "job": job,
        "result": result,
        "figures": figures(result),
        "message": with_names(_first_line(result), result.initial_plan),
        "shortages": shortage_lines(result),
        "tabs": tabs if shown.point is None else POINT_TABS,
        "shown": shown,
        "tab": tab,
    }


def _first_line(result: ResultDocument) -> str:
    """Return the message without the shortages, which are shown as a list."""
    return result.message.partition("\n")[0] if result.shortages else result.message


def is_signed_in(request: Request) -> bool:
    """Return whether there is a session to end."""
    return bool(getattr(request.state, "key_id", None))


def unfinished(request: Request, job: JobRecord) -> Response:
    """Return the page of a job without a result: its progress, or how it ended."""
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
        Resources of the application, with the time zone of the hotel in its settings.
    now
        The current time, with its zone; read from the clock by default.
    """
    return (now or datetime.now(tz=UTC)).astimezone(resources.settings.hotel_zone).date()
