"""The service itself: liveness, readiness, metrics, and explanations of its problems."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from fastapi.responses import PlainTextResponse
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import BaseModel

from bookingopt_api.documentation import refusals
from bookingopt_api.problems import PROBLEM_TYPES, ApiProblem
from bookingopt_api.resources import Resources, get_resources
from job_ledger import StoreError

router = APIRouter(tags=["service"])

_Resources = Annotated[Resources, Depends(get_resources)]


class Health(BaseModel):
    """The process answers."""

    status: Literal["healthy"] = "healthy"
    version: str
    timestamp: datetime


@router.get("/health", response_model=Health)
async def health() -> Health:
    """Report that the process answers, and its version."""
    return Health(version=version("bookingopt-api"), timestamp=datetime.now(UTC))


@router.get("/livez", response_class=PlainTextResponse)
async def live() -> str:
    """Report that the process answers; does not access the store."""
    return "alive\n"


@router.get(
    "/readyz",
    response_class=PlainTextResponse,
    responses={503: {"description": "Not ready", "content": {"text/plain": {}}}},
)
def ready(resources: _Resources, response: Response) -> str:
    """Report whether requests may be sent here: the store answers, and the process is not stopping."""
    reason = "stopping" if resources.draining.is_set() else ""
    if not reason:
        try:
            resources.store.ping()
        except StoreError as error:
            reason = str(error)
    response.status_code = 503 if reason else 200
    return f"{reason or 'ready'}\n"


@router.get("/metrics", include_in_schema=False)
def metrics(resources: _Resources) -> Response:
    """Return the metrics for Prometheus; not meant for public networks."""
    return Response(resources.metrics.tell(), media_type=CONTENT_TYPE_PLAIN_0_0_4)


@router.get("/problems/{kind}", response_class=PlainTextResponse, responses=refusals("not-found"))
async def problem_page(kind: str) -> str:
    """Explain a type of problem."""
    if kind not in PROBLEM_TYPES:
        raise ApiProblem("not-found")
    told = PROBLEM_TYPES[kind]
    return f"{told.title} ({told.status})\n\n{told.meaning}\n\n{told.remedy}\n"
