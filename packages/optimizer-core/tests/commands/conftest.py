"""A hotel in a file, and its result beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from optimizer_core.cli import main


@pytest.fixture
def problem_file(document: dict[str, Any], tmp_path: Path) -> Path:
    """Return a file with a hotel in which Ann and Bob must change places to avoid an orphan night."""
    document["Reservations"].pop()
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def result_file(problem_file: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a file with the result of that hotel."""
    path = problem_file.parent / "result.json"
    options = ["--backend", "highs", "--restrictions", "-o", str(path)]
    assert main(["optimize", str(problem_file), *options]) == 0
    capsys.readouterr()
    return path
