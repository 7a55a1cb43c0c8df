"""``/jobs/ID/fit``: whether one more stay fits and what has to move for it, marked on the chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from bookingopt_api.callers import JobId, OwnedJob, Writer, let_work, owned_job
from bookingopt_api.console.charts import chart_view, rooms_by_type
from bookingopt_api.console.fits import fit_view, with_offer
from bookingopt_api.console.form_tokens import FormToken, key_of
from bookingopt_api.console.job_pages import job_context, result_to_show, today
from bookingopt_api.console.page_route import PageRoute
from bookingopt_api.console.rendering import page
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.routes.fit import accept_enquiry, answer_at_once
from bookingopt_api.views import require_result
from job_ledger import JobRecord
from optimizer_core.errors import InvalidInput
from optimizer_core.picture import chart_of
from optimizer_core.wire import (
    EnquiryAnswer,
    EnquiryDocument,
    RequestedStay,
    RequestEntry,
    ResultDocument,
    load_enquiry,
)

router = APIRouter(prefix="/jobs/{job_id}/fit", route_class=PageRoute, include_in_schema=False)

_Resources = Annotated[Resources, Depends(get_resources)]
_LONGEST_ASKED_NIGHTS = 1000


@dataclass(frozen=True, slots=True)
class FitQuestion:
    """The fields of the form.

    Parameters
    ----------
    arrival, nights
        The stay; without both, no enquiry is made.
    room_type
        Its type; empty if any will do.
    changes
        Changes of room that the guest accepts.
    """

    arrival: Annotated[date | None, Query()] = None
    nights: Annotated[int | None, Query(ge=1, le=_LONGEST_ASKED_NIGHTS)] = None
    room_type: Annotated[str, Query(max_length=200)] = ""
    changes: Annotated[int, Query(ge=0, le=9)] = 0

    def to_enquiry(self) -> bytes | None:
        """Return the enquiry document; None if the form is incomplete."""
        if self.arrival is None or self.nights is None:
            return None
        stay = RequestedStay(
            arrival=self.arrival,
            length=self.nights,
            room_type=self.room_type or None,
            most_room_changes=self.changes,
        )
        return EnquiryDocument(requests=[stay]).model_dump_json(by_alias=True).encode()


_Question = Annotated[FitQuestion, Depends()]


@router.get("")
async def show_fit(
    request: Request,
    job: OwnedJob,
    resources: _Resources,
    question: _Question,
    chosen: Annotated[int, Query(alias="request", ge=0)] = 0,
) -> Response:
    """Show the form, and the answers to it or to the requests in the document."""
    result = await to_thread.run_sync(result_to_show, job, resources)
    faults: list[str] = []
    entries: list[RequestEntry] = list(result.requests)
    takes_longer = False
    if (enquiry := question.to_enquiry()) is not None:
        require_result(job)
        await to_thread.run_sync(let_work, request)
        try:
            found = await _answers(job, enquiry, resources)
            entries, takes_longer = found or [], found is None
        except InvalidInput as error:
            entries, faults = [], [fault.message for fault in error.faults]
    own = {"question": question, "faults": faults, "takes_longer": takes_longer}
    context = job_context(request, job, result, "fit") | own
    return await to_thread.run_sync(_fit_page, context, result, entries, chosen, today(resources))


@router.post("")
async def ask_as_job(
    request: Request,
    job_id: JobId,
    caller: Writer,
    resources: _Resources,
    question: _Question,
    token: FormToken = "",
) -> Response:
    """Submit a job for an enquiry that takes longer."""
    job = await to_thread.run_sync(owned_job, job_id, caller, resources)
    require_result(job)
    enquiry = question.to_enquiry()
    if enquiry is None:
        raise ApiProblem("invalid-request", "An arrival and a number of nights are needed.")
    accepted = await to_thread.run_sync(
        accept_enquiry,
        request,
        job,
        load_enquiry(enquiry),
        resources,
        key_of(token, enquiry),
        limiter=resources.large_readings,
    )
    return RedirectResponse(f"/jobs/{accepted.job.job_id}", status_code=303)


async def _answers(job: JobRecord, enquiry: bytes, resources: Resources) -> list[RequestEntry] | None:
    """Return the answers; None if they take longer than a page should."""
    told = await answer_at_once(job, enquiry, resources)
    return None if told is None else EnquiryAnswer.model_validate_json(told).requests


def _fit_page(
    context: dict[str, object],
    result: ResultDocument,
    entries: list[RequestEntry],
    chosen: int,
    tonight: date,
) -> Response:
    drawn = chart_of(result)
    own: dict[str, object] = {"types": tuple(rooms_by_type(drawn)), "answers": (), "chart": None}
    if entries:
        chosen = min(chosen, len(entries) - 1)
        answers = tuple(fit_view(entry, result.optimized_plan) for entry in entries)
        view = chart_view(with_offer(drawn, entries[chosen]), tonight)
        own |= {"answers": answers, "chosen": chosen, "chart": view, "cards_url": ""}
    return page("fit.html", context | own)
