"""The OpenAPI description: FastAPI's, with the documents and the problems added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from bookingopt_api.problems import PROBLEM_MEDIA_TYPE, PROBLEM_TYPES, ApiProblem, problem_body
from optimizer_core.wire import ProblemDocument

API_PREFIX = "/api/"
"""Prefix of the paths that need an API key."""

EXAMPLE_DOCUMENT: dict[str, Any] = {
    "ProblemId": "long weekend",
    "MinimumStay": 3,
    "Rooms": [
        {"RoomNumber": "101", "RoomType": "Double", "AdjacentRooms": ["102"]},
        {"RoomNumber": "102", "RoomType": "Double", "AdjacentRooms": ["101"]},
    ],
    "Reservations": [
        {"Id": "A17", "Arrival": "2027-05-01", "Length": 4, "RoomType": "Double", "AssignedRoom": "101"},
        {"Id": "A18", "Arrival": "2027-05-07", "Length": 3, "RoomType": "Double", "AssignedRoom": "101"},
        {"Id": "B20", "Arrival": "2027-05-05", "Length": 2, "RoomType": "Double", "AssignedRoom": "102"},
    ],
}
"""A problem document to try."""

_ANYWHERE = ("busy", "internal-error")
_WITH_KEY = ("unauthorized", "forbidden", "too-many-requests", "store-unavailable")
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})


class Fault(BaseModel):
    """One fault of a request."""

    place: str = Field(description="Where, such as `Reservations[3].Length`; empty for the whole.")
    message: str = Field(description="What is wrong, and what would be right.")


class Problem(BaseModel):
    """Why the request was refused or failed (RFC 9457)."""

    type: str = Field(description="Address of a page about this type of problem.")
    title: str = Field(description="The type in a few words.")
    status: int = Field(description="HTTP status.")
    detail: str = Field(description="What is wrong with this very request.")
    instance: str = Field(description="Path of the request.")
    request_id: str = Field(description="Id of the request, as in `X-Request-ID` and in our log.")
    error: str = Field(description="Last part of `type`, for older clients.")
    message: str = Field(description="The same as `detail`, for older clients.")
    errors: list[Fault] | None = Field(None, description="Every single fault.")


def refusals(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a path that may answer with these types of problems.

    Parameters
    ----------
    *kinds
        Names in `PROBLEM_TYPES`; problems that any path may answer with are added without them.
    """
    by_status: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        told = PROBLEM_TYPES[kind]
        titles = by_status.setdefault(told.status, {"description": "", "content": {}})
        titles["description"] = "; ".join(filter(None, [titles["description"], f"{told.title} (`{kind}`)"]))
        examples = titles["content"].setdefault(PROBLEM_MEDIA_TYPE, _problem_content())["examples"]
        examples[kind] = {"value": problem_body(ApiProblem(kind), "/api/v1/optimize", "01a20acf-0193-7792")}
    return by_status


def document_body() -> dict[str, Any]:
    """Return the `openapi_extra` of a path whose body is a problem document."""
    content = {"schema": {"$ref": "#/components/schemas/ProblemDocument"}, "example": EXAMPLE_DOCUMENT}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def describe(app: FastAPI, *, is_authentication_on: bool) -> Callable[[], dict[str, Any]]:
    """Return a function that makes the description of an application and caches it.

    Parameters
    ----------
    app
        The application.
    is_authentication_on
        Whether its callers need a key.
    """

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            _add(schemas, ProblemDocument, "Problem")
            _add(schemas, Problem, "Problem")
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for path, operation in _operations(made):
                _complete(operation, needs_key=path.startswith(API_PREFIX))
                if path.startswith(API_PREFIX) and is_authentication_on:
                    operation["security"] = [{"key": []}, {"bearer": []}]
            made["components"]["securitySchemes"] = {
                "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                "bearer": {"type": "http", "scheme": "bearer"},
            }
            app.openapi_schema = made
        return app.openapi_schema

    return description


def operation_name(route: APIRoute) -> str:
    """Return the operation id for generated clients: the name of the function."""
    return route.name


def _operations(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in made["paths"].items():
        yield from ((path, operation) for method, operation in item.items() if method in _METHODS)


def _complete(operation: dict[str, Any], *, needs_key: bool) -> None:
    """Add the problems that any path may answer with, and remove FastAPI's own kind of error."""
    answers = operation["responses"]
    told = answers.get("422", {}).get("content", {})
    kinds: Iterable[str] = (*_ANYWHERE, *(_WITH_KEY if needs_key else ()))
    if "application/json" in told:
        del answers["422"]
        kinds = (*kinds, "invalid-request")
    for status, answer in refusals(*kinds).items():
        known = answers.setdefault(str(status), answer)
        if known is not answer:
            content = known.setdefault("content", {}).setdefault(PROBLEM_MEDIA_TYPE, _problem_content())
            content.setdefault("examples", {}).update(answer["content"][PROBLEM_MEDIA_TYPE]["examples"])
            known["description"] = f"{known['description']}; {answer['description']}"


def _add(schemas: dict[str, Any], model: type[BaseModel], prefix: str) -> None:
    """Add the schema of a model, and those it refers to under prefixed names."""
    made = model.model_json_schema(by_alias=True, ref_template=f"#/components/schemas/{prefix}{{model}}")
    schemas |= {f"{prefix}{name}": part for name, part in made.pop("$defs", {}).items()}
    schemas[model.__name__] = made


def _problem_content() -> dict[str, Any]:
    return {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}
