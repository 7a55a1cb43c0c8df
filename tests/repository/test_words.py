"""Docstrings, pages and messages are in plain English: they avoid the words of a private dialect."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
DIALECT = re.compile(
    r"\b((?i:tell|tells|told|whoever|nobody|anew|what came of|as given|so many|dear)|(is|are) none)\b"
)
"""Words to avoid; `None` of Python is not one of them."""
SOURCES = ("packages/*/src", "tooling", "examples/optimizer-core-scip/src")
PAGES = (
    *("README.md", "CONTRIBUTING.md", "SECURITY.md"),
    *("packages/*/README.md", "docs/**/*.md", "infra/**/*.md"),
)
MESSAGES = (
    "packages/*/src/**/templates/*.html",
    *("infra/**/*.sh", "infra/prometheus/rules/*.yml", "infra/alertmanager/templates/*.tmpl"),
)
"""Files whose lines are read by operators and hoteliers; comments of them count as well."""
RIGHT: dict[tuple[str, str], str] = {}
"""Exceptions: the file and some words around the word, and the reason."""


class Text(NamedTuple):
    """A docstring, or a paragraph of a page, and the file it is in."""

    place: str
    words: str


def docstrings() -> Iterator[Text]:
    for pattern in SOURCES:
        for folder in ROOT.glob(pattern):
            for path in sorted(folder.rglob("*.py")):
                place = path.relative_to(ROOT).as_posix()
                for words in _docstrings_of(ast.parse(path.read_text(encoding="utf-8"))):
                    yield Text(place, " ".join(words.split()))


def _docstrings_of(tree: ast.Module) -> Iterator[str]:
    """Yield docstrings, including those of attributes: expressions that consist of a string."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.value.value


def paragraphs() -> Iterator[Text]:
    for pattern in PAGES:
        for path in sorted(ROOT.glob(pattern)):
            place = path.relative_to(ROOT).as_posix()
            if place.startswith(("docs/decisions/", "docs/_build/")):
                continue
            for words in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
                yield Text(place, " ".join(words.split()))


def messages() -> Iterator[Text]:
    """Yield strings of the source with a space in them, and the lines of templates, scripts and alerts."""
    for pattern in (*SOURCES, "infra"):
        for folder in ROOT.glob(pattern):
            for path in sorted(folder.rglob("*.py")):
                place = path.relative_to(ROOT).as_posix()
                for words in _strings_of(ast.parse(path.read_text(encoding="utf-8"))):
                    yield Text(place, " ".join(words.split()))
    for pattern in MESSAGES:
        for path in sorted(ROOT.glob(pattern)):
            place = path.relative_to(ROOT).as_posix()
            for line in path.read_text(encoding="utf-8").splitlines():
                yield Text(place, line.strip())


def _strings_of(tree: ast.Module) -> Iterator[str]:
    """Yield the strings that are no docstrings; those without a space are names, not messages."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs
            and " " in node.value.strip()
        ):
            yield node.value


@pytest.mark.parametrize("texts", [docstrings, paragraphs, messages])
def test_no_text_has_a_word_of_the_dialect(texts: Callable[[], Iterator[Text]]) -> None:
    found = list(texts())
    assert len(found) > 1000
    marked = [text for text in found if DIALECT.search(text.words)]
    wrong = [text for text in marked if not _is_right(text)]
    assert not wrong, "\n".join(f"{text.place}: {text.words[:200]}" for text in wrong)
    assert len(marked) <= len(found) / 100


def test_every_exception_is_needed() -> None:
    texts = [*docstrings(), *paragraphs(), *messages()]
    assert all(any(text.place == place and around in text.words for text in texts) for place, around in RIGHT)


def _is_right(text: Text) -> bool:
    return any(text.place == place and around in text.words for place, around in RIGHT)
