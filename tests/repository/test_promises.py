"""A page that promises something names tests that are there."""

import ast
import re
from pathlib import Path

import pytest

PAGES = ["promises.md", "security.md"]
ROW = re.compile(r"^\| (?P<promise>[^|]+) \| (?P<tests>`[^|]+`) \|$", re.MULTILINE)
TEST = re.compile(r"`(?P<file>(?:packages|tests)/[^`:]+\.py)(?:::(?P<name>test_\w+))?`")


@pytest.mark.parametrize("page", PAGES)
def test_each_promise_has_a_test_that_is_there(root: Path, page: str) -> None:
    text = (root / "docs" / "explanation" / page).read_text()
    rows = [row for row in ROW.finditer(text) if TEST.search(row["tests"])]
    assert len(rows) >= 10
    missing = [
        f"{row['promise']}: {found[0]}"
        for row in rows
        for found in TEST.finditer(row["tests"])
        if not _is_there(root / found["file"], found["name"])
    ]
    assert missing == []


def test_a_test_that_is_not_there_would_be_found(root: Path) -> None:
    assert _is_there(
        root / "tests" / "repository" / "test_promises.py", "test_a_test_that_is_not_there_would_be_found"
    )
    assert not _is_there(root / "tests" / "repository" / "test_promises.py", "test_nothing")
    assert not _is_there(root / "tests" / "no_such_file.py", None)


def _is_there(file: Path, name: str | None) -> bool:
    if not file.is_file():
        return False
    functions = {
        node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)
    }
    return name is None or name in functions
