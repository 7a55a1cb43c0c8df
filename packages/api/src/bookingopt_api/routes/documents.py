"""The documents of a job: its problem and its result as they are stored, and its moves as a table."""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response

from bookingopt_api.callers import OwnedJob
from bookingopt_api.documentation import refusals
from bookingopt_api.http_caching import cache_headers, is_known
from bookingopt_api.problems import ApiProblem
from bookingopt_api.resources import Resources, get_resources
from bookingopt_api.views import (
    NOT_MODIFIED,
    PointNumber,
    answer_view,
    made_as,
    require_result,
    result_of,
)
from optimizer_core.wire import ResultDocument, write_json
from optimizer_core.wire.move_csv import moves_csv

router = APIRouter(prefix="/api/v1/jobs/{job_id}", tags=["jobs"])

JSON = "application/json"
CSV = "text/csv; charset=utf-8"
_PROBLEM: dict[int | str, dict[str, Any]] = {
    200: {"content": {JSON: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}}
}

_Resources = Annotated[Resources, Depends(get_resources)]


@router.get("/problem", response_class=Response, responses=refusals("job-not-found") | _PROBLEM)
def read_problem_document(request: Request, job: OwnedJob, resources: _Resources) -> Response:
    """Return the problem document, byte for byte as it was submitted."""
    request.state.job_id = job.job_id
    document = resources.store.document(job.job_id)
    if document is None:
        raise ApiProblem("job-not-found")
    return Response(document, media_type=JSON)


@router.get(
    "/result",
    response_model=ResultDocument,
    responses=refusals("job-not-found", "not-finished", "no-result", "not-available") | NOT_MODIFIED,
)
async def read_result_document(
    request: Request, job: OwnedJob, resources: _Resources, point: PointNumber = None
) -> Response:
    """Return the result document alone, byte for byte as it is stored, or that of one point of its curve."""
    request.state.job_id = job.job_id
    require_result(job, with_plan=False)
    if point is not None:
        return await answer_view(request, job, resources, write_json, media_type=JSON, point=point)
    headers = cache_headers(job)
    if is_known(headers, request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    content = await to_thread.run_sync(result_of, job, resources)
    return Response(content, media_type=JSON, headers=headers)


@router.get(
    "/moves.csv",
    response_class=Response,
    responses=refusals("job-not-found", "not-finished", "no-result", "no-plan", "not-available")
    | made_as("text/csv"),
)
async def read_moves(
    request: Request, job: OwnedJob, resources: _Resources, point: PointNumber = None
) -> Response:
    """List the moves for the front desk, in the order in which they fall due, as CSV."""
    require_result(job)
    return await answer_view(
        request, job, resources, moves_csv, media_type=CSV, file_name="moves.csv", point=point
    )
