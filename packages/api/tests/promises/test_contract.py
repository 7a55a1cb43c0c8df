"""The calls of a client of today, on the documents it sends today."""

from __future__ import annotations

import json
import re
import runpy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from conftest import RedisServer

from .conftest import API, EXAMPLES, HOTEL, ROOT, WORKER, Service, wait_for_end

pytestmark = pytest.mark.integration
SAMPLES = ROOT.parent / "shared" / "data" / "bookingopt"
STATES = {"job_id", "status", "progress", "result", "error", "message", "problem_id"}
RESULT = {
    "ProblemId", "ProcessingDate", "Succeeded", "Message", "InitialOptimizationTime", "TotalTime",
    "ScheduleStart", "ScheduleEnd", "Rooms", "OptimizedPlan", "InitialPlan", "MinStays", "MaxStays",
    "ClosedArrivals", "ClosedDepartures", "InitialMinStays", "QualityComparison", "StaysAvoidedByCa",
    "StaysAvoidedByCd", "StaysAvoidedByMax", "NonAdjacentAssignments", "ReOptimizedPlans",
    "NewReservationInfeasible", "NewReservationsFitInInitialPlan", "InitialPlanWithNewReservations",
    "RoomChangeComparison", "CurrentScheduleInfeasible",
}  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "count"),
    [
        pytest.param(EXAMPLES, 4, id="our own examples"),
        pytest.param(
            SAMPLES,
            4,
            id="the samples",
            marks=pytest.mark.skipif(
                not SAMPLES.is_dir(), reason="the sample documents are not beside this checkout"
            ),
        ),
    ],
)
def test_documents_become_results(
    start: Callable[..., Service], redis_server: RedisServer, folder: Path, count: int
) -> None:
    """Submit, poll, read: `success` is true but for the hotels that have too few rooms.

    Each line of the contract is held to with our own examples; those of others add what they are.
    """
    paths = sorted(folder.glob("*.json"))
    assert len(paths) == count
    assert {_is_housed(path) for path in paths} == {True, False}, "there are hotels of both kinds"
    service = start(API, WORKER, MAX_QUEUED_JOBS_PER_USER="20", REDIS_URL=redis_server.url)
    with service.client() as client:
        accepted = []
        for path in paths:
            answer = client.post("/api/v1/optimize", json=json.loads(path.read_text()))
            assert answer.status_code == 200, answer.text
            told = answer.json()
            assert {"job_id", "status", "problem_id", "message"} <= told.keys()
            assert answer.headers["Location"] == f"/api/v1/jobs/{told['job_id']}"
            accepted.append((path, told))
        for path, told in accepted:
            ended = wait_for_end(client, told["job_id"])
            _check_ended(ended, told["problem_id"], is_housed=_is_housed(path))
    service.stop()


def _is_housed(path: Path) -> bool:
    return "infeas" not in path.name.lower()


def _check_ended(ended: dict[str, Any], problem_id: str, *, is_housed: bool) -> None:
    assert ended.keys() >= STATES
    assert (ended["status"], ended["progress"], ended["error"]) == ("completed", 100, None)
    result = ended["result"]
    assert (result["success"], result["problem_id"]) == (is_housed, problem_id)
    assert result["result"].keys() >= RESULT
    assert result["result"]["Succeeded"] is is_housed
    if is_housed:
        assert result["result"]["OptimizedPlan"]
    else:
        assert result["error"] == "infeasible"
        assert result["details"] == result["result"]["Message"]


def test_what_cannot_be_done_is_refused_as_ever(
    start: Callable[..., Service], ledger: dict[str, str]
) -> None:
    """Without a worker, so that nothing ends: the statuses that clients of today rely on."""
    service = start(API, **ledger)
    document = json.loads(HOTEL)
    unknown = "/api/v1/jobs/01a20acf-0193-7792-8a66-9fa75a687791"
    with service.client("ann") as ann, service.client("bob") as bob:
        refused = ann.post("/api/v1/optimize", json={"unknown": "document"})
        assert refused.status_code == 422
        assert {"error", "message"} <= refused.json().keys()
        jobs = [ann.post("/api/v1/optimize", json=document).json()["job_id"] for _ in range(3)]
        fourth = ann.post("/api/v1/optimize", json=document)
        assert fourth.status_code == 429
        assert int(fourth.headers["Retry-After"]) > 0
        assert ann.get(unknown).status_code == 404
        assert ann.delete(unknown).status_code == 400
        assert bob.get(f"/api/v1/jobs/{jobs[0]}").status_code == 404
        assert bob.delete(f"/api/v1/jobs/{jobs[0]}").status_code == 400
        cancelled = ann.delete(f"/api/v1/jobs/{jobs[0]}")
        assert (cancelled.status_code, cancelled.json()["job_id"]) == (200, jobs[0])
        assert ann.get(f"/api/v1/jobs/{jobs[0]}").json()["status"] == "cancelled"
        assert ann.delete(f"/api/v1/jobs/{jobs[0]}").status_code == 400
        assert ann.post("/api/v1/optimize", json=document).status_code == 200, "there is room for one again"
        assert ann.get("/health").json()["status"] == "healthy"
    service.stop()


def test_a_running_job_stops_when_its_user_wants_it(
    start: Callable[..., Service], with_solver: Callable[[str], dict[str, str]]
) -> None:
    endless = "import time\n\ndef solve(document, **options):\n    while True:\n        time.sleep(0.05)\n"
    service = start(API, WORKER, WORKER_BEAT="0.2", **with_solver(endless))
    with service.client() as client:
        document = json.loads(HOTEL)
        job_id = client.post("/api/v1/optimize", json=document).json()["job_id"]
        while client.get(f"/api/v1/jobs/{job_id}").json()["status"] == "queued":
            time.sleep(0.05)
        assert client.delete(f"/api/v1/jobs/{job_id}").status_code == 200
        assert wait_for_end(client, job_id)["status"] == "cancelled"


def test_the_client_on_the_page_works(
    start: Callable[..., Service], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The lines of Python in docs/reference/http.md, as they stand, against a real service."""
    page = (ROOT / "docs" / "reference" / "http.md").read_text()
    (lines,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    service = start(API, WORKER)
    program = tmp_path / "on_the_page.py"
    program.write_text(lines.replace("https://hotel.example", service.url))
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("BOOKINGOPT_KEY", "any")
    monkeypatch.setattr(time, "sleep", lambda _seconds, wait=time.sleep: wait(0.1))
    told = runpy.run_path(str(program))
    assert told["job"]["status"] == "completed"
    assert told["job"]["result"]["success"] is True
    assert isinstance(told["service"], httpx2.Client)
