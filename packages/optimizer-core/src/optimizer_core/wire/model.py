"""Base of every document: PascalCase in JSON, snake_case in Python; both accepted, unknown fields refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_pascal


class Document(BaseModel):
    """A JSON object whose fields are ``PascalCase``; the ``snake_case`` names are accepted too."""

    model_config = ConfigDict(
        alias_generator=to_pascal,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        extra="forbid",
        strict=True,
        frozen=True,
    )
