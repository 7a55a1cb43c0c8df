"""The settings of a consumer, from the environment and from files."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bookingopt_worker.jobs.settings import LedgerSettings, Seconds, read_settings, wrong
from bookingopt_worker.patience import Patience

_FUNCTION = re.compile(r"[\w.]+:\w+")


def _check_path(text: str) -> str:
    if not _FUNCTION.fullmatch(text):
        raise wrong("no name of a function; write it as module:name")
    return text


class WorkerSettings(LedgerSettings):
    """What a consumer can be told; each name in capitals is a variable of the environment."""

    max_job_duration: Seconds = Field(
        120.0,
        description="Seconds a job may take from its first start, lost attempts included; then the best plan "
        "so far is its result.",
    )
    worker_concurrency: int = Field(2, ge=1, le=64, description="Jobs at once, each in its own process.")
    worker_sweep: Seconds = Field(5.0, description="Seconds between two looks for what was lost.")
    worker_metrics_host: str = Field("127.0.0.1", description="Where `/metrics` and `/readyz` listen.")
    worker_metrics_port: int | None = Field(
        9101, ge=0, le=65_535, description="Their port; none to leave them out, 0 for any that is free."
    )
    worker_solve: Annotated[str, AfterValidator(_check_path)] = Field(
        "optimizer_core.run:run_json",
        description="Function that solves a document, as `module:name`.",
    )

    @property
    def patience(self) -> Patience:
        """How long the supervisor waits for what."""
        return Patience(job_seconds=self.max_job_duration, beat_seconds=self.worker_beat)


def load_settings() -> WorkerSettings:
    """Return the settings of this process.

    Raises
    ------
    SystemExit
        If a value is wrong or a file cannot be read; names the setting and never the value.
    """
    return read_settings(WorkerSettings, "bookingopt-worker")
