"""An application with a ledger in a file, a client of it, and a worker that does what a test wants."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bookingopt_api.app import create_app
from bookingopt_api.resources import Resources
from bookingopt_api.settings import ApiSettings
from job_ledger import Ending, JobOutcome, JobRecord, JobState, JobStore
from job_ledger.logging import configure_logs

DOCUMENT: dict[str, Any] = {
    "ProblemId": "three nights",
    "Rooms": [{"RoomNumber": "101"}, {"RoomNumber": "102"}],
    "Reservations": [
        {"Name": "Ada Lovelace", "Id": 1, "Arrival": "2027-05-01", "Length": 2, "AssignedRoom": "101"},
        {"Name": "Charles Babbage", "Id": 2, "Arrival": "2027-05-02", "Length": 2, "AssignedRoom": "102"},
    ],
}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set no setting."""
    for name in ApiSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> ApiSettings:
    """Return settings with a ledger in a file and authentication off; no process beside it."""
    return ApiSettings(data_dir=tmp_path / "ledger", fit_warm="off")


@pytest.fixture
def app(settings: ApiSettings) -> Iterator[FastAPI]:
    """Return the application."""
    made = create_app(settings)
    yield made
    made.state.resources.close()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Return a client of the application, which is running."""
    with TestClient(app, raise_server_exceptions=False) as running:
        yield running


@pytest.fixture
def resources(app: FastAPI) -> Resources:
    """Return the resources of the application."""
    opened: Resources = app.state.resources
    return opened


@pytest.fixture
def store(resources: Resources) -> JobStore:
    """Return the ledger of the application."""
    return resources.store


@pytest.fixture
def document() -> bytes:
    """Return a problem document that is right."""
    return json.dumps(DOCUMENT).encode()


@pytest.fixture
def submitted(client: TestClient, document: bytes) -> Callable[..., str]:
    """Return what submits a document and hands back the id of its job."""

    def submit(user: str = "ann", **headers: str) -> str:
        answer = client.post("/api/v1/optimize", content=document, headers={"X-User-ID": user, **headers})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["job_id"])

    return submit


@pytest.fixture
def finish(store: JobStore) -> Callable[..., JobRecord]:
    """Return what ends a job as a worker does: with the result given, or else with an ending."""

    def end(
        job_id: str, result: bytes = b"", *, succeeded: bool = True, ending: Ending | None = None
    ) -> JobRecord:
        claim = store.claim(job_id)
        assert claim is not None
        reason = "optimal" if succeeded else "infeasible"
        outcome = JobOutcome(succeeded, reason, "none", "highs", gap=0.0, solve_seconds=0.1)
        store.finish(claim, ending or Ending(JobState.COMPLETED, result, outcome))
        job = store.get(job_id)
        assert job is not None
        return job

    return end


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return what is logged, as the program does it."""
    written = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("INFO", written)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the client of the tests
    yield written
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("httpx2").setLevel(logging.NOTSET)
