"""``/api/v1/backends``: the installed backends."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from bookingopt_api.callers import Reader
from bookingopt_api.resources import Resources, get_resources

router = APIRouter(prefix="/api/v1", tags=["backends"])


class Backend(BaseModel):
    """One backend."""

    name: str = Field(description="For `backend` of a submission.")
    version: str = Field(description="Version of the solver; empty if it is not known.")
    summary: str
    capabilities: list[str] = Field(description="What it can do.")
    availability: str = Field(
        description="`available`, `missing_dependency`, `bad_version`, `no_license` or `broken`."
    )
    advice: str = Field(description="What to do where it is not available.")
    origin: str | None = Field(None, description="Plugin that brings it; null for the built-in ones.")


class BackendList(BaseModel):
    """The installed backends, best first."""

    backends: list[Backend]
    faults: list[str] = Field(description="Plugins that failed, one sentence each.")


@router.get("/backends", response_model=BackendList)
async def list_backends(
    _caller: Reader, resources: Annotated[Resources, Depends(get_resources)]
) -> BackendList:
    """List the backends that are installed with this service, best first."""
    return BackendList.model_validate(json.loads(await resources.backends.get()))
