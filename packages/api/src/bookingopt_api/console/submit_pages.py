"""``/`` and the list of jobs: forms for a new plan, and the jobs so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from anyio import to_thread
from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from bookingopt_api.callers import JobId, Reader, Writer, owned_job
from bookingopt_api.console.example_hotels import EXAMPLES
from bookingopt_api.console.form_tokens import FormToken
from bookingopt_api.console.hotel_forms import LONGEST_MINIMUM_STAY, CheckedHotel, check_hotel, hotel_form
from bookingopt_api.console.job_pages import is_signed_in
from bookingopt_api.console.page_route import PageRoute
from bookingopt_api.console.rendering import page
from bookingopt_api.console.submissions import accept_document, submit_document
from bookingopt_api.console.summaries import hotel_summary
from bookingopt_api.console.uploads import read_form
from bookingopt_api.documents import DocumentLimits
from bookingopt_api.problem_handlers import to_problem
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.routes.jobs import list_page
from bookingopt_api.routes.submit import LARGE_BYTES
from job_ledger import JobRecord
from optimizer_core.errors import InvalidInput

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_Resources = Annotated[Resources, Depends(get_resources)]
_T = TypeVar("_T")
_RECENT_JOBS = 5
_JOBS_OF_A_PAGE = 25


@router.get("/")
def show_start(request: Request, caller: Reader, resources: _Resources) -> Response:
    """Show the forms for a new plan, and the latest jobs."""
    recent = list_page(resources, caller.user, limit=_RECENT_JOBS)
    return page(
        "start.html",
        {
            "where": "new",
            "signed_in": is_signed_in(request),
            "examples": EXAMPLES.values(),
            "longest_minimum_stay": LONGEST_MINIMUM_STAY,
            "jobs": recent.jobs,
        },
    )


@router.post("/new")
async def submit_file(request: Request, caller: Writer, resources: _Resources) -> Response:
    """Accept a file, or two lists of a hotel system, as a job."""

    def submit(checked: CheckedHotel) -> JobRecord:
        problem_id = checked.loaded.document.problem_id
        return accept_document(request, checked.content, problem_id, caller, resources, token=checked.token)

    return to_job_page(await _with_hotel(request, resources, submit))


@router.post("/new/check")
async def check_file(request: Request, caller: Writer, resources: _Resources) -> Response:
    """Show what is wrong in files, and store nothing."""
    del caller
    try:
        found = await _with_hotel(request, resources, hotel_summary)
    except (ApiProblem, InvalidInput) as error:
        problem = to_problem(error)
        request.state.problem = problem.kind
        answer = page("_findings.html", {"problem": problem, "found": None}, status_code=problem.type.status)
    else:
        answer = page("_findings.html", {"problem": None, "found": found})
    answer.headers["X-Part"] = "findings"  # other problems are whole pages
    return answer


async def _with_hotel(request: Request, resources: Resources, use: Callable[[CheckedHotel], _T]) -> _T:
    """Read the files of a form, check them, and return what `use` makes of them."""
    limits = DocumentLimits.of(resources.settings)
    async with read_form(request) as form:
        given = await hotel_form(form)
    limiter = resources.large_readings if given.size > LARGE_BYTES else None
    return await to_thread.run_sync(lambda: use(check_hotel(given, limits)), limiter=limiter)


@router.post("/example")
def submit_example(
    request: Request,
    caller: Writer,
    resources: _Resources,
    name: Annotated[str, Form(max_length=40)],
    token: FormToken = "",
) -> Response:
    """Submit a job for an example hotel."""
    if name not in EXAMPLES:
        raise ApiProblem("not-found", "There is no such example hotel.")
    document = EXAMPLES[name].document
    return to_job_page(submit_document(request, document, caller, resources, token=token))


@router.get("/jobs")
def list_jobs(
    request: Request,
    caller: Reader,
    resources: _Resources,
    after: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Show the caller's jobs, newest first."""
    listed = list_page(resources, caller.user, after=after, limit=_JOBS_OF_A_PAGE)
    return page(
        "jobs.html",
        {
            "where": "jobs",
            "signed_in": is_signed_in(request),
            "jobs": listed.jobs,
            "after": listed.after,
        },
    )


@router.post("/jobs/{job_id}/cancel")
def cancel_job(job_id: JobId, caller: Writer, resources: _Resources) -> Response:
    """Stop a job that is queued or running."""
    job = owned_job(job_id, caller, resources)
    resources.store.cancel(job.job_id)
    return to_job_page(job)


@router.post("/jobs/{job_id}/erase")
def erase_job(job_id: JobId, caller: Writer, resources: _Resources) -> Response:
    """Erase a job that has ended."""
    resources.store.erase(owned_job(job_id, caller, resources).job_id)
    return RedirectResponse("/jobs", status_code=303)


def to_job_page(job: JobRecord) -> Response:
    """Return a redirect to the page of a job."""
    return RedirectResponse(f"/jobs/{job.job_id}", status_code=303)
