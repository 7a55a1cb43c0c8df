"""What a client of today does, unchanged, over port 80 of the local stack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.integration.engine import ROOT
from tests.integration.stack import ended, submit

if TYPE_CHECKING:
    import httpx2
    from _pytest.mark import ParameterSet

    from tests.integration.stack import Stack

pytestmark = pytest.mark.integration

EXAMPLES = ROOT / "examples"
SAMPLES = ROOT.parent / "shared" / "data" / "bookingopt"
OURS = {True: ["ten-rooms", "group"], False: ["infeasible"]}
OF_CLIENTS = {True: ["SampleInput_1", "SampleInput_2", "SampleInput_4"], False: ["SampleInput_Infeas"]}
"""Names of documents that can be housed, and of those that cannot."""
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx2.Client]:
    """Return a client that nginx has not seen yet."""
    stack.fresh_limits()
    with stack.client("http", X_User_ID="front desk") as client:
        yield client


def _documents(*, is_housed: bool) -> list[ParameterSet]:
    """Return our own documents, and behind them those of clients where they are beside this checkout."""
    return [
        *(pytest.param(EXAMPLES / f"{name}.json", id=name) for name in OURS[is_housed]),
        *(
            pytest.param(
                SAMPLES / f"{name}.json",
                id=name,
                marks=pytest.mark.skipif(
                    not SAMPLES.is_dir(), reason="the sample documents are not beside this checkout"
                ),
            )
            for name in OF_CLIENTS[is_housed]
        ),
    ]


@pytest.mark.parametrize("path", _documents(is_housed=True))
def test_a_document_is_planned(client: httpx2.Client, path: Path) -> None:
    answer = submit(client, path.read_bytes())
    assert answer.status_code == 200
    assert {"job_id", "status", "problem_id", "message"} <= answer.json().keys()
    assert answer.json()["status"] == "queued"
    job = ended(client, answer.json()["job_id"])
    assert job["status"] == "completed"
    assert job["progress"] == 100
    assert job["result"]["success"] is True
    assert {"OptimizedPlan", "MinStays", "ClosedArrivals", "Succeeded"} <= job["result"]["result"].keys()


@pytest.mark.parametrize("path", _documents(is_housed=False))
def test_a_document_that_cannot_be_housed_is_completed_all_the_same(
    client: httpx2.Client, path: Path
) -> None:
    job = ended(client, submit(client, path.read_bytes()).json()["job_id"])
    assert job["status"] == "completed"
    assert job["result"]["success"] is False
    assert job["result"]["result"]["CurrentScheduleInfeasible"]


def test_what_is_wrong_has_the_status_it_always_had(client: httpx2.Client) -> None:
    assert submit(client, {"ProblemId": "no rooms"}).status_code == 422
    assert client.get(f"/api/v1/jobs/{UNKNOWN}").status_code == 404
    assert client.delete(f"/api/v1/jobs/{UNKNOWN}").status_code == 400
    assert client.get("/health").json()["status"] == "healthy"


def test_the_fourth_open_job_of_a_user_is_refused(client: httpx2.Client, slow_hotel: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    jobs = [client.post("/api/v1/optimize", content=slow_hotel, headers=headers) for _ in range(4)]
    assert [job.status_code for job in jobs] == [200, 200, 200, 429]
    assert jobs[3].json()["error"] == "too-many-jobs"
    assert int(jobs[3].headers["Retry-After"]) > 0
    for job in jobs[:3]:
        assert client.delete(job.headers["Location"]).status_code == 200
        assert ended(client, job.json()["job_id"])["status"] == "cancelled"
