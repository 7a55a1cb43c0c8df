"""A job that is done, of a hotel with two types, some moves and something left to sell."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from bookingopt_api.enquiries import backends, desk
from bookingopt_api.enquiries.child import Desk
from bookingopt_api.enquiries.messages import Reply, Request
from job_ledger import JobRecord
from job_ledger.messages import Message
from optimizer_core.run import run_json

HOTEL = Path(__file__).parents[4] / "examples" / "ten-rooms.json"


@cache
def _solved() -> bytes:
    return run_json(HOTEL.read_bytes(), backend="highs")


@pytest.fixture
def hotel() -> bytes:
    """Return the problem document of the hotel."""
    return HOTEL.read_bytes()


@pytest.fixture
def solved() -> bytes:
    """Return its result document."""
    return _solved()


@pytest.fixture
def done(client: TestClient, hotel: bytes, solved: bytes, finish: Callable[..., JobRecord]) -> str:
    """Return the address of Ann's job with that result."""
    job_id = client.post("/api/v1/optimize", content=hotel, headers={"X-User-ID": "ann"}).json()["job_id"]
    finish(job_id, solved)
    return f"/api/v1/jobs/{job_id}"


@pytest.fixture
def infeasible(client: TestClient, finish: Callable[..., JobRecord]) -> str:
    """Return the address of Ann's job that ended without a plan."""
    document = HOTEL.with_name("infeasible.json").read_bytes()
    job_id = client.post("/api/v1/optimize", content=document, headers={"X-User-ID": "ann"}).json()["job_id"]
    finish(job_id, run_json(document, backend="highs"), succeeded=False)
    assert json.loads(document)["ProblemId"]
    return f"/api/v1/jobs/{job_id}"


class DeskHere:
    """The desk without a process of its own, which takes seconds to start."""

    is_alive = True

    def __init__(self) -> None:
        self._desk = Desk()

    def ask(self, ask: Request, *documents: bytes, seconds: float, **fields: Any) -> Message[Reply]:
        assert seconds > 0
        return self._desk.answer(Message(ask, fields, documents))

    def kill(self) -> None:
        self.is_alive = False


@pytest.fixture
def desk_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer enquiries in this process."""
    monkeypatch.setattr(desk, "DeskProcess", DeskHere)
    monkeypatch.setattr(backends, "DeskProcess", DeskHere)
