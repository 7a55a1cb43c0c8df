"""The page of the API, made from the description (OpenAPI) that the API itself gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_HEAD = """\
# The API, path by path

What `/openapi.json` of the API says, as a page: made by `./run invoke reference` from the application \
itself; a test holds this page to it. What the answers mean together is told in [HTTP](http.md) and \
[HTTP: reading a job](http-reading.md), the fields of the two documents in [the documents](documents.md).

With authentication on, every path below `/api/` takes an API key, as `X-API-Key` or as a bearer token. A \
name behind a status is the type of the [problem](errors.md).
"""
# What any path may answer, told once.
_ANYWHERE = frozenset(
    {"busy", "internal-error", "unauthorized", "forbidden", "too-many-requests", "store-unavailable"}
)
_PROBLEM = re.compile(r"\(`([a-z-]+)`\)")
# Their fields fill a page of their own.
_DOCUMENTS = frozenset({"ProblemDocument", "ResultDocument", "RequestEntry"})
_LIMITS = {"minimum": "from {}", "exclusiveMinimum": "above {}", "maximum": "to {}"}


@cache
def description() -> Mapping[str, Any]:
    """Return the description of the API."""
    from bookingopt_api.app import create_app
    from bookingopt_api.settings import ApiSettings

    with TemporaryDirectory() as folder:
        application = create_app(ApiSettings(data_dir=Path(folder), fit_warm="off"))
        try:
            found: dict[str, Any] = application.openapi()
        finally:
            application.state.resources.close()
    return found


def api_page() -> str:
    """Return the page: a section for each path and method, then the fields of the answers."""
    api = description()
    sections = [
        _operation(method, path, operation)
        for path, item in api["paths"].items()
        for method, operation in item.items()
    ]
    schemas = api["components"]["schemas"]
    named = sorted(name for name in _schemas_of(api["paths"], schemas) if name not in _DOCUMENTS)
    fields = [_schema(name, schemas[name]) for name in named]
    everywhere = ", ".join(f"[`{kind}`](errors.md#{kind})" for kind in sorted(_ANYWHERE))
    told = f"Any path may also answer with one of {everywhere}.\n"
    return "\n".join([_HEAD, told, *sections, "## Fields\n", *fields]).rstrip() + "\n"


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> str:
    lines = [f"## `{method.upper()} {path}`", "", " ".join(operation["description"].split()), ""]
    parameters = operation.get("parameters", [])
    if parameters:
        lines += ["| parameter | in | value | default | meaning |", "|---|---|---|---|---|"]
        for parameter in parameters:
            schema = parameter["schema"]
            default = (
                "required"
                if parameter["required"]
                else f"`{schema['default']}`"
                if "default" in schema
                else ""
            )
            cells = (f"`{parameter['name']}`", parameter["in"], _kind(schema), default, _meaning(parameter))
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    body = operation.get("requestBody")
    if body is not None:
        (content,) = body["content"].values()
        lines += [f"The body is JSON: {_kind(content['schema'])}.", ""]
    lines += ["| status | answer |", "|---|---|"]
    lines += [f"| {status} | {told} |" for status, told in _answers(operation["responses"])]
    return "\n".join([*lines, ""])


def _answers(responses: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for status, response in sorted(responses.items()):
        kinds = [kind for kind in _PROBLEM.findall(response["description"]) if kind not in _ANYWHERE]
        contents = [
            f"{_kind(content.get('schema', {}))} ({media})"
            for media, content in response.get("content", {}).items()
            if "problem" not in media
        ]
        told = [*contents, *(f"[`{kind}`](errors.md#{kind})" for kind in kinds)]
        if not response.get("content"):
            told.append(response["description"].rstrip("."))
        if told:
            yield status, ", ".join(told).replace("any (", "(").strip()


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    lines = [f"### {name}", "", " ".join(schema.get("description", "").split()), ""]
    if "enum" in schema:
        return "\n".join([*lines, ", ".join(f"`{value}`" for value in schema["enum"]), ""])
    lines += ["| field | value | meaning |", "|---|---|---|"]
    for field, value in schema.get("properties", {}).items():
        lines.append(f"| `{field}` | {_kind(value)} | {_meaning(value)} |")
    return "\n".join([*lines, ""])


def _schemas_of(part: Any, schemas: Mapping[str, Any]) -> set[str]:
    """Return the names of the schemas that a part of the description leads to, but for those of documents."""
    found: set[str] = set()
    waiting = [part]
    while waiting:
        here = waiting.pop()
        if isinstance(here, list):
            waiting += here
        elif isinstance(here, dict):
            waiting += [value for key, value in here.items() if key not in {"example", "examples"}]
            name = str(here.get("$ref", "")).rpartition("/")[2]
            if name and name not in found | _DOCUMENTS:
                found.add(name)
                waiting.append(schemas[name])
    return found


def _kind(schema: Mapping[str, Any]) -> str:
    """Return the kind of a value in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](documents.md)" if name in _DOCUMENTS else f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(option) for option in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}"
    limits = [words.format(f"{int(schema[key]):,}") for key, words in _LIMITS.items() if key in schema]
    if "maxLength" in schema:
        limits.append(f"of {schema.get('minLength', 0)} to {schema['maxLength']} characters")
    return " ".join([schema.get("format") or schema.get("type") or "any", *limits])


def _meaning(value: Mapping[str, Any]) -> str:
    text = value.get("description") or ""
    return " ".join(str(text).split()).replace("|", "\\|").replace("*", "\\*")
