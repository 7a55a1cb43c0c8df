"""P11: no plan is stored that an independent judge refuses, whoever claims it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from job_ledger import JobState

if TYPE_CHECKING:
    from packages.worker.tests.promises.conftest import Service

pytestmark = pytest.mark.integration

PACKAGE = Path(__file__).parents[2]
HOTEL = (PACKAGE.parents[1] / "examples" / "ten-rooms.json").read_bytes()


def test_p11_a_lying_backend_gets_no_plan_stored(solving_service: Service) -> None:
    service = solving_service
    service.start(PYTHONPATH=str(PACKAGE / "tests" / "programs" / "liar"))
    honest, lie = service.accept(HOTEL, backend="greedy"), service.accept(HOTEL, backend="liar")
    told = service.wait_for(lie.job_id, lambda job: job.state.is_final)
    assert told.error is not None
    assert (told.state, told.error.kind) == (JobState.FAILED, "invalid-answer")
    assert service.store.result(lie.job_id) is None
    assert service.wait_for(honest.job_id, lambda job: job.state.is_final).state is JobState.COMPLETED
