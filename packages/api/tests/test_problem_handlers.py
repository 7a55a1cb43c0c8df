from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from bookingopt_api.problem_handlers import to_problem
from job_ledger import StoreFull, StoreUnavailable
from optimizer_core.errors import Fault, InvalidDocument


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        (StoreFull("full"), "store-full", 503),
        (StoreUnavailable("away"), "store-unavailable", 503),
        (InvalidDocument([Fault((), "is empty")]), "invalid-document", 422),
        (HTTPException(404), "not-found", 404),
        (HTTPException(400), "invalid-request", 422),
        (HTTPException(418), "invalid-request", 422),
        (HTTPException(507), "internal-error", 500),
        (RuntimeError("secret text"), "internal-error", 500),
    ],
)
def test_each_error_becomes_one_problem(error: Exception, kind: str, status: int) -> None:
    problem = to_problem(error)
    assert (problem.kind, problem.type.status) == (kind, status)
    assert "secret text" not in problem.detail


def test_every_answer_of_the_framework_is_a_problem_too(client: TestClient) -> None:
    unknown = client.get("/no/such/path")
    assert (unknown.status_code, unknown.json()["error"]) == (404, "not-found")
    wrong_method = client.put("/api/v1/jobs")
    assert (wrong_method.status_code, wrong_method.json()["error"]) == (405, "method-not-allowed")
    assert "GET" in wrong_method.headers["Allow"]
    wrong_value = client.get("/api/v1/jobs?limit=0")
    assert (wrong_value.status_code, wrong_value.json()["error"]) == (422, "invalid-request")
    assert wrong_value.json()["errors"][0]["place"] == "limit"
    kinds = {answer.headers["Content-Type"] for answer in (unknown, wrong_method, wrong_value)}
    assert kinds == {"application/problem+json"}


def test_a_fault_of_ours_is_answered_without_its_text(app: FastAPI) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("Ada Lovelace")

    with TestClient(app) as client:  # it would raise what the application lets through
        answer = client.get("/broken")
    assert (answer.status_code, answer.json()["error"]) == (500, "internal-error")
    assert "Ada" not in answer.text
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
