"""The reference of the documents names every field there is, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from optimizer_core.wire import ProblemDocument, ResultDocument

PASCAL_CASE = re.compile(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    """Return the text of the page."""
    return (root / "docs" / "reference" / "documents.md").read_text()


@pytest.mark.parametrize("document", [ProblemDocument, ResultDocument])
def test_every_field_is_on_the_page(document: type[BaseModel], page: str) -> None:
    assert sorted(_fields(document) - set(PASCAL_CASE.findall(page))) == []


def test_every_field_on_the_page_exists(page: str) -> None:
    known = _fields(ProblemDocument) | _fields(ResultDocument)
    assert sorted(set(PASCAL_CASE.findall(page)) - known) == []


def _fields(model: type[BaseModel]) -> set[str]:
    """Return the names of a document's fields outside, those of its parts included."""
    names = {field.alias or name for name, field in model.model_fields.items()}
    for field in model.model_fields.values():
        for part in _models_in(field.annotation):
            names |= _fields(part)
    return names


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
