"""The JSON Schemas of the documents."""

from __future__ import annotations

from typing import Any

from optimizer_core.wire.model import Document
from optimizer_core.wire.problem import ProblemDocument
from optimizer_core.wire.result import ResultDocument

DOCUMENTS: dict[str, type[Document]] = {"problem": ProblemDocument, "result": ResultDocument}
"""The documents by name."""


def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a document.

    It describes the ``PascalCase`` spelling and the kinds of values; it does not cover contradictions between
    values, such as two locks that overlap.

    Parameters
    ----------
    name
        ``"problem"`` or ``"result"``.
    """
    model = DOCUMENTS[name]
    generated = model.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **generated}
