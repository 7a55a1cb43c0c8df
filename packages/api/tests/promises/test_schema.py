"""The API is as its description says: requests drawn from it, right and wrong, on jobs that are there."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bookingopt_api.documentation import EXAMPLE_DOCUMENT
from bookingopt_api.problems import PROBLEM_TYPES
from bookingopt_api.settings import ApiSettings
from bookingopt_worker.jobs import Ending, JobError, JobRecord, JobState, JobStore, NewJob
from optimizer_core.run import run_json

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
EXAMPLES = Path(__file__).parents[4] / "examples"
SEED = int(os.environ.get("BOOKINGOPT_TEST_SEED", "20261124"))
FEWEST_CASES = 2000
# Of each operation, and as many again that break its description.
CASES = 100
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def settings(tmp_path: Path) -> ApiSettings:
    """Return settings that let much in; rates are another matter."""
    return ApiSettings(
        data_dir=tmp_path / "ledger",
        max_queued_jobs_per_user=100_000,
        rate_submit="1000000/second",
        rate_read="1000000/second",
        rate_address="1000000/second",
    )


@pytest.fixture
def make_jobs(store: JobStore, finish: Callable[..., JobRecord]) -> Callable[[], list[str]]:
    """Return what makes jobs: one with a plan, one without, one that failed, and somebody else's."""
    hotel = json.dumps(EXAMPLE_DOCUMENT).encode()  # the one of the description, so that its enquiry fits
    infeasible = (EXAMPLES / "infeasible.json").read_bytes()
    solved, told = run_json(hotel), run_json(infeasible)

    def accept(user: str, document: bytes) -> str:
        job = store.accept(NewJob(user, "a hotel", document)).job
        assert job is not None
        return job.job_id

    def make() -> list[str]:
        planned, failed, foreign = (accept(user, hotel) for user in ("local", "local", "bob"))
        unplanned = accept("local", infeasible)
        finish(planned, solved)
        finish(unplanned, told, succeeded=False)
        finish(failed, ending=Ending(JobState.FAILED, error=JobError("backend-error", "The solver failed.")))
        return [planned, unplanned, failed, foreign]

    return make


def test_every_answer_is_in_the_description(
    app: FastAPI, client: TestClient, make_jobs: Callable[[], list[str]]
) -> None:
    """No 5xx, and no status, media type, header or body that the description does not know."""
    print("seed", SEED)  # noqa: T201 - to repeat what went wrong
    schema = schemathesis.openapi.from_dict(app.openapi())
    met: dict[str, Counter[int]] = {}
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        met[operation.label] = Counter()
        for mode in GenerationMode:
            with suppress(Unsatisfiable):  # without parameters and body nothing can be wrong
                _ask(operation, mode, client, make_jobs(), met[operation.label])
    print(met)  # noqa: T201 - what the cases came to
    assert sum(statuses.total() for statuses in met.values()) >= FEWEST_CASES
    assert [label for label, statuses in met.items() if 200 not in statuses] == []


def _ask(
    operation: APIOperation[Any, Any, Any, Any],
    mode: GenerationMode,
    client: TestClient,
    jobs: list[str],
    statuses: Counter[int],
) -> None:
    """Send requests drawn from the description of an operation; some about things that are there."""
    known = {"job_id": jobs, "kind": sorted(PROBLEM_TYPES)}
    body = operation.definition.raw.get("requestBody", {"content": {}})["content"]
    example = body.get("application/json", {}).get("example")

    @seed(SEED)
    @how(
        max_examples=CASES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode), choice=st.integers(0, 4), is_example=st.booleans())
    def ask(case: Case[Any], choice: int, is_example: bool) -> None:
        for name in known.keys() & case.path_parameters.keys():
            if choice < len(known[name]):
                case.path_parameters[name] = known[name][choice]
        if example is not None and is_example:
            case.body, case.media_type = example, "application/json"
        request: dict[str, Any] = case.as_transport_kwargs(base_url=str(client.base_url))
        assert not request.pop("cookies", None), "no parameter is a cookie"
        if isinstance(request.get("data"), str | bytes):
            request["content"] = request.pop("data")  # as this client calls it
        answer = client.request(**request, follow_redirects=False)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    ask()
