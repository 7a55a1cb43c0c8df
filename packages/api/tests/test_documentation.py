from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bookingopt_api.app import create_app
from bookingopt_api.documentation import EXAMPLE_DOCUMENT, refusals
from bookingopt_api.problems import PROBLEM_TYPES
from bookingopt_api.settings import ApiSettings
from optimizer_core.wire import schema


@pytest.fixture
def described(client: TestClient) -> dict[str, Any]:
    """Return the description of the API."""
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def test_every_reference_leads_to_a_schema(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    text = json.dumps(described)
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= schemas.keys()
    assert {"ProblemDocument", "Problem", "JobWithResult", "ResultDocument"} <= schemas.keys()


def test_the_body_of_a_submission_is_the_published_problem_document(described: dict[str, Any]) -> None:
    body = described["paths"]["/api/v1/optimize"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/ProblemDocument"}
    schemas, published = described["components"]["schemas"], schema("problem")
    text = json.dumps(schemas["ProblemDocument"]).replace("#/components/schemas/Problem", "#/$defs/")
    assert json.loads(text) == {key: published[key] for key in json.loads(text)}
    for name, part in published["$defs"].items():
        hoisted = json.dumps(schemas[f"Problem{name}"]).replace("#/components/schemas/Problem", "#/$defs/")
        assert json.loads(hoisted) == part


def test_the_examples_of_bodies_work(client: TestClient, described: dict[str, Any]) -> None:
    bodies = [
        (path, operation.get("requestBody", {}).get("content", {}).get("application/json", {}))
        for path, item in described["paths"].items()
        for operation in item.values()
    ]
    examples = [(path, body["example"]) for path, body in bodies if "example" in body]
    assert ("/api/v1/optimize", EXAMPLE_DOCUMENT) in examples
    for path, example in examples:
        if "{" not in path:
            assert client.post(path, json=example).status_code == 200, path


def test_every_answer_of_the_api_says_what_problems_it_may_have(described: dict[str, Any]) -> None:
    for path, item in described["paths"].items():
        for operation in item.values():
            answers = operation["responses"]
            assert {"500", "503"} <= answers.keys(), path
            if path.startswith("/api/"):
                assert {"401", "403", "429"} <= answers.keys(), path
            for status, answer in answers.items():
                if status >= "400" and path != "/readyz":
                    (content,) = answer["content"].items()
                    assert content[0] == "application/problem+json", (path, status)
    assert "HTTPValidationError" not in json.dumps(described)


def test_the_examples_of_problems_are_of_their_status(described: dict[str, Any]) -> None:
    found = 0
    for item in described["paths"].values():
        for operation in item.values():
            for status, answer in operation["responses"].items():
                examples = answer.get("content", {}).get("application/problem+json", {}).get("examples", {})
                for kind, example in examples.items():
                    found += 1
                    assert example["value"]["error"] == kind
                    assert str(PROBLEM_TYPES[kind].status) == status
    assert found > 20


def test_operations_have_names_of_their_own(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in described["paths"].values() for operation in item.values()]
    assert sorted(set(names)) == sorted(names)
    assert {"submit", "read_job", "list_jobs", "delete_job"} <= set(names)


def test_only_where_keys_are_needed_they_are_asked_for(app: FastAPI, settings: ApiSettings) -> None:
    secured = create_app(settings.model_copy(update={"authentication": "on"}))
    assert "security" not in app.openapi()["paths"]["/api/v1/jobs"]["get"]
    assert secured.openapi()["paths"]["/api/v1/jobs"]["get"]["security"] == [{"key": []}, {"bearer": []}]
    assert "security" not in secured.openapi()["paths"]["/health"]["get"]
    secured.state.resources.close()


def test_refusals_of_one_status_share_an_answer() -> None:
    answers = refusals("too-many-jobs", "too-many-requests", "not-found")
    assert set(answers) == {429, 404}
    assert set(answers[429]["content"]["application/problem+json"]["examples"]) == {
        "too-many-jobs",
        "too-many-requests",
    }
