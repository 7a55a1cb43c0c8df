"""P10: equal input, equal plan: so it does no harm when a job is done twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from job_ledger import JobState
from optimizer_core.run import installed_backends

if TYPE_CHECKING:
    from packages.worker.tests.promises.conftest import Service

pytestmark = pytest.mark.integration

EXAMPLES = Path(__file__).parents[4] / "examples"
HOTELS = [(EXAMPLES / name).read_bytes() for name in ("ten-rooms.json", "group.json")]
BACKENDS = [
    backend.name
    for backend in installed_backends().backends
    if backend.origin is None and backend.availability == "available"
]


def test_p10_another_process_makes_the_same_plan(solving_service: Service) -> None:
    """Each backend of ours that is installed here, with a hotel of types and one of neighbors."""
    assert {"cvxpy", "highs", "greedy"} <= set(BACKENDS)
    service, plans = solving_service, []
    asked = [(hotel, backend) for hotel in HOTELS for backend in BACKENDS]
    for _ in range(2):
        consumer = service.start()
        job_ids = [service.accept(hotel, backend=backend).job_id for hotel, backend in asked]
        jobs = [service.wait_for(job_id, lambda job: job.state.is_final) for job_id in job_ids]
        assert [job.state for job in jobs] == [JobState.COMPLETED] * len(asked)
        results = [json.loads(service.store.result(job_id) or b"") for job_id in job_ids]
        assert [result["SolverName"] for result in results] == [backend for _, backend in asked]
        plans.append([result["OptimizedPlan"] for result in results])
        consumer.kill()
        consumer.wait()
    assert all(plans[0])
    assert plans[0] == plans[1]
