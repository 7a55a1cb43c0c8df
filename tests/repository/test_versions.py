"""A version that stands in two places is the same in both."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

FLOOR = "3.11"


@pytest.fixture(scope="module")
def projects(root: Path) -> dict[str, dict[str, Any]]:
    """Return every pyproject.toml of the workspace, by folder."""
    files = [root / "pyproject.toml", *root.glob("packages/*/pyproject.toml")]
    return {str(path.parent.relative_to(root)): tomllib.loads(path.read_text()) for path in files}


def test_run_installs_the_uv_that_the_workspace_requires(
    root: Path, projects: dict[str, dict[str, Any]]
) -> None:
    pinned = re.search(r"^UV_VERSION=(\S+)$", (root / "run").read_text(), re.MULTILINE)
    assert pinned is not None
    assert projects["."]["tool"]["uv"]["required-version"] == f"=={pinned[1]}"


def test_the_floor_of_python_is_one(projects: dict[str, dict[str, Any]]) -> None:
    tools = projects["."]["tool"]
    assert {project["project"]["requires-python"] for project in projects.values()} == {f">={FLOOR}"}
    assert tools["ruff"]["target-version"] == f"py{FLOOR.replace('.', '')}"
    assert tools["mypy"]["python_version"] == FLOOR


def test_the_packages_have_one_version(projects: dict[str, dict[str, Any]]) -> None:
    assert len({project["project"]["version"] for place, project in projects.items() if place != "."}) == 1
