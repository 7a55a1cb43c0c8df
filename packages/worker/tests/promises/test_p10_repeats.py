"""P10: equal input, equal plan: so it does no harm when a job is done twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bookingopt_worker.jobs import JobState

if TYPE_CHECKING:
    from packages.worker.tests.promises.conftest import Service

pytestmark = pytest.mark.integration

HOTEL = (Path(__file__).parents[4] / "examples" / "ten-rooms.json").read_bytes()


BACKENDS = ["cvxpy", "highs", "greedy"]


def test_p10_another_process_makes_the_same_plan(solving_service: Service) -> None:
    service, plans = solving_service, []
    for _ in range(2):
        consumer = service.start()
        job_ids = [service.accept(HOTEL, backend=backend).job_id for backend in BACKENDS]
        jobs = [service.wait_for(job_id, lambda job: job.state.is_final) for job_id in job_ids]
        assert [job.state for job in jobs] == [JobState.COMPLETED] * len(BACKENDS)
        results = [json.loads(service.store.result(job_id) or b"") for job_id in job_ids]
        assert [result["SolverName"] for result in results] == BACKENDS
        plans.append([result["OptimizedPlan"] for result in results])
        consumer.kill()
        consumer.wait()
    assert plans[0] == plans[1]
