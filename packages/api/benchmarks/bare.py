"""What the service is compared with: the same frameworks, doing nothing."""

from __future__ import annotations

import os
from typing import Annotated, Any

from fastapi import Body, FastAPI
from huey import RedisHuey


def make_app() -> FastAPI:
    """Return an application that enqueues a number for each document, and knows every job by heart."""
    app = FastAPI()
    huey = RedisHuey("bare", url=os.environ["REDIS_URL"], results=False)

    @huey.task()  # type: ignore[untyped-decorator] # Huey has no types
    def forget(number: int) -> None:
        del number

    @app.post("/api/v1/optimize")
    def submit(document: Annotated[dict[str, Any], Body()]) -> dict[str, str]:
        forget(len(document))
        return {"job_id": "1", "status": "queued"}

    @app.get("/api/v1/jobs/{job_id}")
    def read_job(job_id: str) -> dict[str, str]:
        return {"job_id": job_id, "status": "queued"}

    return app
