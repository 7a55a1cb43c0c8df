"""The settings of a consumer, from the environment and from files."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from bookingopt_worker.patience import Patience
from job_ledger.memory import container_bytes
from job_ledger.settings import LedgerSettings, Seconds, read_settings, wrong

_OWN_BYTES = 300_000_000
"""Memory that the worker needs for itself."""
_UNUSED_BYTES = 300_000_000
"""Address space of a solving process that takes no memory."""
_LEAST_BYTES = 600_000_000
_FUNCTION = re.compile(r"[\w.]+:\w+")


def _check_path(text: str) -> str:
    if not _FUNCTION.fullmatch(text):
        raise wrong("not the name of a function; write it as module:name")
    return text


class WorkerSettings(LedgerSettings):
    """Settings of a consumer; each name in capitals is an environment variable."""

    max_job_duration: Seconds = Field(
        120.0,
        description="Seconds a job may take from its first start, lost attempts included; then the best plan "
        "so far is its result.",
    )
    worker_concurrency: int = Field(2, ge=1, le=64, description="Jobs at once, each in its own process.")
    worker_slots_per_user: int | None = Field(
        None,
        ge=1,
        le=64,
        description="Jobs of one user that a worker does at once; none for one less than "
        "`WORKER_CONCURRENCY`, so that another user never waits for all of them.",
    )
    worker_solving_bytes: int | None = Field(
        None,
        ge=_LEAST_BYTES,
        description="Most bytes of address space of a solving process; none for the memory of the container "
        "less 0.3 GB, and for no limit outside of one.",
    )
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
    def slots_per_user(self) -> int:
        """Most jobs of one user that a worker does at once."""
        return self.worker_slots_per_user or max(1, self.worker_concurrency - 1)

    @property
    def solving_bytes(self) -> int | None:
        """Limit of the address space of a solving process in bytes; None for no limit."""
        if self.worker_solving_bytes is not None or (container := container_bytes()) is None:
            return self.worker_solving_bytes
        return max(container - _OWN_BYTES + _UNUSED_BYTES, _LEAST_BYTES)

    @property
    def patience(self) -> Patience:
        """Timeouts of the supervisor."""
        return Patience(job_seconds=self.max_job_duration, beat_seconds=self.worker_beat)


def load_settings() -> WorkerSettings:
    """Return the settings of this process.

    Raises
    ------
    SystemExit
        If a value is wrong or a file cannot be read; names the setting and never the value.
    """
    return read_settings(WorkerSettings, "bookingopt-worker")
